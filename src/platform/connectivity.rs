//! Whether the browser has a network, and whether the server answers: learned from every call, and polled while none
//! gets through. What could not be loaded is loaded again when the server is back.

use std::rc::Rc;

use leptos::prelude::*;

use super::lifetime;

pub(crate) fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether the browser has a network, as it says itself.
struct Network(RwSignal<bool>);

impl Default for Network {
    fn default() -> Self {
        let is_there = RwSignal::new(is_online());
        // They listen as long as the page lives.
        window_event_listener(leptos::ev::online, move |_| is_there.set(true));
        window_event_listener(leptos::ev::offline, move |_| is_there.set(false));
        Self(is_there)
    }
}

/// The same as [`is_online`], reactive.
pub(crate) fn has_network() -> bool {
    lifetime::shared::<Network>().0.get()
}

#[derive(Default)]
struct Reach {
    is_lost: RwSignal<bool>,
    /// How often the server has come back.
    returns: RwSignal<u32>,
}

fn reach() -> Rc<Reach> {
    lifetime::shared()
}

/// Whether the server is unreachable; reactive.
pub(crate) fn is_lost() -> bool {
    reach().is_lost.get()
}

/// The same without tracking.
pub(crate) fn is_still_lost() -> bool {
    reach().is_lost.get_untracked()
}

/// Notes that the server is unreachable; `true` if it was reachable before.
pub(crate) fn lose() -> bool {
    let is_news = !is_still_lost();
    if is_news {
        reach().is_lost.set(true);
    }
    is_news
}

/// Notes that the server has answered.
pub(crate) fn find() {
    if is_still_lost() {
        reach().is_lost.set(false);
        reach().returns.update(|returns| *returns = returns.wrapping_add(1));
    }
}

/// Runs `then` whenever the server answers again, as long as the calling scope lives.
pub(crate) fn on_return(then: impl Fn() + 'static) {
    let returns = reach().returns;
    Effect::new(move |seen: Option<u32>| {
        let now = returns.get();
        if seen.is_some_and(|seen| seen != now) {
            then();
        }
        now
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r15_the_server_is_lost_once_and_comes_back_once() {
        lifetime::begin();
        assert!(!is_still_lost());
        assert!(lose() && !lose(), "the second call that fails is no news");
        find();
        find();
        assert!(!is_still_lost());
        assert_eq!(reach().returns.get_untracked(), 1);
    }
}
