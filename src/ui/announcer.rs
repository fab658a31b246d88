//! What is spoken by screen readers wherever the focus is.

use leptos::prelude::*;

use crate::platform::{dom, lifetime};

#[derive(Default)]
struct Spoken(RwSignal<String>);

/// Announces a text to screen readers, politely.
pub(crate) fn announce(text: impl Into<String>) {
    let spoken = lifetime::shared::<Spoken>().0;
    // Repeating the same text would not be a change, and would not be spoken.
    spoken.set(String::new());
    let text = text.into();
    dom::after_paint(move || spoken.set(text));
}

/// The live region; on the page from the start, as otherwise nothing would be spoken.
#[component]
pub(crate) fn Announcer() -> impl IntoView {
    let spoken = lifetime::shared::<Spoken>().0;
    view! { <div class="visually-hidden" role="status" aria-live="polite">{move || spoken.get()}</div> }
}

/// The same within a dialog: while it is open, nothing else on the page is spoken. It says only what comes meanwhile.
#[component]
pub(super) fn DialogAnnouncer(#[prop(into)] open: Signal<bool>) -> impl IntoView {
    let spoken = lifetime::shared::<Spoken>().0;
    let said = RwSignal::new(String::new());
    Effect::new(move |was_open: Option<bool>| {
        let (text, is_open) = (spoken.get(), open.get());
        said.set(if is_open && was_open == Some(true) { text } else { String::new() });
        is_open
    });
    view! { <div class="visually-hidden" role="status" aria-live="polite">{move || said.get()}</div> }
}
