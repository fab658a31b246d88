//! The steps of a flow as entries of the browser's history, so that Back and Forward move between them.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::location::State;
use wasm_bindgen::JsValue;

use crate::platform::address::routes_base;
use crate::platform::{dom, panel};

/// The parameter that names the step; the first step has none.
const STEP: &str = "step";
/// The name of the history entry that replaces the whole flow once it is over.
const OVER: &str = "sent";

/// The position of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// At a step, by its index among the names.
    At(usize),
    /// After the last step, with no way back.
    Over,
}

impl Stand {
    /// Its name in the address; the first step has none.
    fn name(self, names: &[&'static str]) -> Option<&'static str> {
        match self {
            Self::At(0) => None,
            Self::At(step) => names.get(step).copied(),
            Self::Over => Some(OVER),
        }
    }
}

/// The meaning of the current history entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    At(usize),
    Over,
    /// Not a step's name: users edit addresses.
    Unknown,
}

/// The next move that brings the history closer to the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Stay,
    /// A new entry for a step.
    Push(usize),
    /// To the previous entry, which is the flow's too.
    Back,
    /// Another address for this entry.
    Replace(Stand),
}

/// `depth` is the number of earlier entries that belong to the flow.
fn next_move(stand: Stand, said: Said, depth: u32) -> Move {
    match (stand, said) {
        (Stand::At(step), Said::At(said)) if said == step => Move::Stay,
        (Stand::At(step), Said::At(said)) if said < step => Move::Push(said + 1),
        (Stand::Over, Said::Over) => Move::Stay,
        _ if depth > 0 => Move::Back,
        _ => Move::Replace(stand),
    }
}

fn said(names: &[&str], name: Option<&str>) -> Said {
    match name {
        None => Said::At(0),
        Some(OVER) => Said::Over,
        Some(name) => match names.iter().position(|known| *known == name) {
            Some(step) if step > 0 => Said::At(step),
            _ => Said::Unknown,
        },
    }
}

fn depth() -> u32 {
    // The panel has one entry, and the ones before are not its own.
    if panel::is_here() {
        return 0;
    }
    let state = dom::window().history().and_then(|history| history.state());
    state.ok().and_then(|state| state.as_f64()).map_or(0, |depth| depth as u32)
}

fn named() -> Option<String> {
    let search = dom::window().location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(STEP)
}

/// Keeps the history and a flow in step while a screen is open, at a path below the base of the deployment.
///
/// `at` is the position of the flow: it leads, and entries follow. `go` is called with the step of an entry that the
/// user has reached by Back or Forward; if the flow cannot go there, the history returns to the flow's position.
pub(crate) fn follow_history(
    path: String,
    names: &'static [&'static str],
    at: Memo<Stand>,
    go: impl Fn(usize) + 'static,
) {
    let flow = Rc::new(Follower {
        here: format!("{}{path}", routes_base()),
        path,
        names,
        at,
        go: Box::new(go),
        navigate: Box::new(use_navigate()),
        going_back: Cell::new(false),
    });
    let on_change = flow.clone();
    Effect::new(move |before: Option<Stand>| {
        let now = at.get();
        if before.is_some_and(|before| before != now) {
            on_change.settle();
        }
        now
    });
    let on_arrival = Rc::downgrade(&flow);
    // The address of a followed link is set only once its screen is there.
    dom::after_paint(move || {
        let Some(flow) = on_arrival.upgrade() else { return };
        // An entry with a step was reached by Back, Forward or a reload; without one, by a link to the flow in general.
        if flow.said() == Said::At(0) { flow.settle() } else { flow.arrive() }
    });
    let listener = window_event_listener(leptos::ev::popstate, move |_| flow.hear());
    on_cleanup(move || listener.remove());
}

type Navigate = dyn Fn(&str, NavigateOptions);

struct Follower {
    /// Below the base, for the router; and complete, as the browser reports it.
    path: String,
    here: String,
    names: &'static [&'static str],
    at: Memo<Stand>,
    go: Box<dyn Fn(usize)>,
    navigate: Box<Navigate>,
    /// The browser goes back with a delay: until then nothing else is done.
    going_back: Cell<bool>,
}

impl Follower {
    fn said(&self) -> Said {
        said(self.names, named().as_deref())
    }

    fn is_here(&self) -> bool {
        dom::window().location().pathname().is_ok_and(|path| path == self.here)
    }

    /// The user has gone back or forward, or the browser has, as requested.
    fn hear(&self) {
        if self.is_here() {
            if self.going_back.take() { self.settle() } else { self.arrive() }
        }
    }

    /// Moves the flow to the step of the current entry, if possible.
    fn arrive(&self) {
        if let (Said::At(step), Some(Stand::At(_))) = (self.said(), self.at.try_get_untracked()) {
            (self.go)(step);
        }
        self.settle();
    }

    /// Moves the history to the flow's position.
    fn settle(&self) {
        while self.is_here() && !self.going_back.get() {
            let Some(stand) = self.at.try_get_untracked() else { return };
            match next_move(stand, self.said(), depth()) {
                Move::Stay => return,
                Move::Back => {
                    self.going_back.set(true);
                    let _ = dom::window().history().and_then(|history| history.back());
                }
                Move::Push(step) => self.open(Stand::At(step), depth() + 1),
                Move::Replace(stand) => self.open(stand, 0),
            }
        }
    }

    /// Creates the entry for a position; at depth 0, replaces the current one.
    fn open(&self, stand: Stand, depth: u32) {
        let address = match stand.name(self.names) {
            None => self.path.clone(),
            Some(name) => format!("{}?{STEP}={name}", self.path),
        };
        let state = JsValue::from_f64(depth.into());
        let options = NavigateOptions {
            replace: depth == 0,
            state: State::new(Some(state.clone())),
            ..NavigateOptions::default()
        };
        (self.navigate)(&address, options);
        // After some moves back and forth the router mistakes a new entry for the current one, and creates none.
        if named().as_deref() != stand.name(self.names) {
            let address = format!("{}{address}", routes_base());
            if let Ok(history) = dom::window().history() {
                let _ = history.push_state_with_url(&state, "", Some(&address));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["", "mapping", "review"];

    #[test]
    fn a_flow_that_goes_on_gets_an_entry_for_each_step() {
        assert_eq!(next_move(Stand::At(2), Said::At(0), 0), Move::Push(1));
        assert_eq!(next_move(Stand::At(2), Said::At(1), 1), Move::Push(2));
        assert_eq!(next_move(Stand::At(2), Said::At(2), 2), Move::Stay);
    }

    #[test]
    fn a_flow_that_goes_back_goes_back_through_its_entries() {
        assert_eq!(next_move(Stand::At(0), Said::At(2), 2), Move::Back);
        assert_eq!(next_move(Stand::At(0), Said::At(1), 1), Move::Back);
        assert_eq!(next_move(Stand::At(0), Said::At(0), 0), Move::Stay);
    }

    #[test]
    fn a_step_that_was_opened_directly_becomes_where_the_flow_is() {
        assert_eq!(next_move(Stand::At(0), Said::At(2), 0), Move::Replace(Stand::At(0)));
        assert_eq!(next_move(Stand::At(0), Said::Unknown, 0), Move::Replace(Stand::At(0)));
    }

    #[test]
    fn a_flow_that_is_over_stands_in_the_place_of_all_its_entries() {
        assert_eq!(next_move(Stand::Over, Said::At(2), 2), Move::Back);
        assert_eq!(next_move(Stand::Over, Said::At(0), 0), Move::Replace(Stand::Over));
        assert_eq!(next_move(Stand::Over, Said::Over, 0), Move::Stay);
        assert_eq!(
            next_move(Stand::At(0), Said::Over, 0),
            Move::Replace(Stand::At(0)),
            "and begins anew there"
        );
    }

    #[test]
    fn an_address_says_a_step_by_its_name_and_nothing_else() {
        assert_eq!(said(&NAMES, None), Said::At(0));
        assert_eq!(said(&NAMES, Some("review")), Said::At(2));
        assert_eq!(said(&NAMES, Some("sent")), Said::Over);
        for other in ["", "Review", "ana@example.com"] {
            assert_eq!(said(&NAMES, Some(other)), Said::Unknown, "{other}");
        }
    }
}
