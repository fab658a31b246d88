//! Asks before the user leaves a screen with unsaved input, by whatever way.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, MouseEvent};

use super::address_bar::{kept_address, led_by_browser};
use super::dialog::close_topmost;
use super::{Confirmation, Question, QuestionDialog};
use crate::platform::{dom, lifetime};
use crate::t;

/// What asks before its screen is left.
#[derive(Clone, Copy)]
struct Guard {
    dirty: Signal<bool>,
    /// The address of the screen.
    here: StoredValue<String>,
    /// Asks whether to lose what is unsaved.
    ask: Callback<()>,
    /// The user has agreed to lose their input.
    agreed: RwSignal<bool>,
    /// What happens after the user has agreed.
    onwards: StoredValue<Option<Box<dyn FnOnce()>>, LocalStorage>,
}

/// The guards of the current screen, for those who lead elsewhere: the frame, the browser, and the host of a panel.
#[derive(Default)]
struct Current {
    guards: RwSignal<Vec<Guard>>,
    /// Whether the user has agreed to go back, which the browser is about to do.
    goes_back: Cell<bool>,
}

fn current() -> Rc<Current> {
    lifetime::shared()
}

/// The guard that must be asked first.
fn holding() -> Option<Guard> {
    current().guards.get_untracked().into_iter().find(|guard| guard.holds())
}

/// Whether the current screen has unsaved input; reactive.
pub(crate) fn has_unsaved() -> bool {
    current().guards.get().iter().any(|guard| guard.dirty.try_get() == Some(true))
}

impl Guard {
    fn holds(self) -> bool {
        self.dirty.try_get_untracked() == Some(true) && !self.agreed.get_untracked()
    }

    fn agree(self, agreed: bool) {
        if self.agreed.get_untracked() != agreed {
            self.agreed.set(agreed);
        }
    }

    fn ask(self, onwards: impl FnOnce() + 'static) {
        self.onwards.set_value(Some(Box::new(onwards)));
        self.ask.run(());
    }
}

/// Receives the back button before the router does: it closes the dialog over a screen, and leaves the screen only after
/// asking if something would be lost. Called once, before the router
/// exists: of several listeners on the window, the first one runs first.
pub(super) fn init() {
    window_event_listener(leptos::ev::popstate, |event| {
        let Ok(history) = dom::window().history() else { return };
        let is_agreed = current().goes_back.take();
        if close_topmost(&history) {
            return event.stop_immediate_propagation();
        }
        if !is_agreed {
            stayed();
        }
        let Some(guard) = holding() else { return led_by_browser() };
        event.stop_immediate_propagation();
        // The browser has navigated already: this restores the address of the screen until the user decides.
        let here = guard.here.get_value();
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
        guard.ask(move || {
            current().goes_back.set(true);
            let _ = history.back();
        });
    });
}

/// What was agreed to was about one way to leave, which has led nowhere, or not yet: it is asked again before the next.
pub(crate) fn stayed() {
    current().guards.with_untracked(|guards| guards.iter().for_each(|guard| guard.agree(false)));
}

/// Whoever has answered another question after that of [`leave`] goes.
pub(crate) fn goes_after_all() {
    current().guards.with_untracked(|guards| guards.iter().for_each(|guard| guard.agree(true)));
}

/// Goes elsewhere, after asking if something would be lost.
pub(crate) fn leave(onwards: impl FnOnce() + 'static) {
    stayed();
    match holding() {
        Some(guard) => guard.ask(onwards),
        None => onwards(),
    }
}

/// Has the browser ask before the page is closed or loaded again while this holds.
pub(crate) fn ask_before_unload(holds: impl Fn() -> bool + 'static) {
    Effect::new(move |_| {
        if holds() {
            let unload = window_event_listener(leptos::ev::beforeunload, |event| {
                event.prevent_default();
                // Read by older browsers.
                event.set_return_value("unsaved");
            });
            on_cleanup(move || unload.remove());
        }
    });
}

/// Asks before links, the back button and the browser leave the page while `dirty`. One for each form of a screen.
#[component]
pub(crate) fn LeaveGuard(
    #[prop(into)] dirty: Signal<bool>,
    #[prop(default = t!("leaving.title"), into)] title: String,
    #[prop(default = t!("leaving.text"), into)] text: String,
    #[prop(default = t!("leaving.leave"), into)] action: String,
) -> impl IntoView {
    let here = kept_address();
    let confirmation = Confirmation::new();
    let question = Question { title, text, action, danger: true };
    let agreed = RwSignal::new(false);
    let onwards = StoredValue::new_local(None::<Box<dyn FnOnce()>>);
    let go = move || async move {
        confirmation.close();
        agreed.set(true);
        if let Some(onwards) = onwards.try_update_value(Option::take).flatten() {
            onwards();
        }
        Ok(())
    };
    let guard = Guard {
        dirty,
        here,
        ask: Callback::new(move |()| confirmation.ask(question.clone(), go)),
        agreed,
        onwards,
    };
    current().guards.update(|guards| guards.push(guard));
    on_cleanup(move || current().guards.update(|guards| guards.retain(|other| other.agreed != agreed)));
    ask_before_unload(move || dirty.get() && !agreed.get());
    // In the capture phase, before the router's handler.
    let links = Capture::new("click", move |event| {
        let Some(link) = followed(event) else { return };
        // By a person, not by the line below.
        if event.is_trusted() {
            stayed();
        }
        if guard.holds() {
            event.prevent_default();
            event.stop_immediate_propagation();
            // The same press again, once the user has agreed.
            guard.ask(move || link.click());
        }
    });
    // Dropped with the screen.
    let _ = StoredValue::new_local(links);
    view! { <QuestionDialog confirmation /> }
}

/// The link that a press follows in this window.
fn followed(event: &web_sys::Event) -> Option<HtmlElement> {
    let press = event.dyn_ref::<MouseEvent>()?;
    if press.button() != 0 || press.ctrl_key() || press.meta_key() || press.shift_key() {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    let stays = link.get_attribute("target").is_some_and(|target| target == "_blank")
        || link.get_attribute("href").is_some_and(|href| href.starts_with('#'));
    (!stays).then(|| link.unchecked_into())
}

/// A capturing listener, which runs before the router's, until dropped.
struct Capture {
    event: &'static str,
    listener: Closure<dyn FnMut(web_sys::Event)>,
}

impl Capture {
    fn new(event: &'static str, mut heard: impl FnMut(&web_sys::Event) + 'static) -> Self {
        let listener = Closure::new(move |event: web_sys::Event| heard(&event));
        let function = listener.as_ref().unchecked_ref();
        let _ = dom::window().add_event_listener_with_callback_and_bool(event, function, true);
        Self { event, listener }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        let function = self.listener.as_ref().unchecked_ref();
        let _ = dom::window().remove_event_listener_with_callback_and_bool(self.event, function, true);
    }
}
