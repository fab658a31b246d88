use leptos::prelude::*;
use leptos::{ev, html};

/// The text of something while it is changed in its place: Enter or leaving takes it, Escape leaves it as it was.
#[component]
pub(crate) fn InlineEditor(
    text: String,
    #[prop(into)] label: String,
    class: &'static str,
    /// Called with a text that is another than before.
    on_save: Callback<String>,
    /// Called where everything stays as it was.
    on_leave: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let before = StoredValue::new(text.clone());
    // Leaving by Enter or Escape also takes the focus away; only the first counts.
    let settled = StoredValue::new(false);
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            let _ = input.focus();
            input.select();
        }
    });
    let settle = move |take: bool| {
        if settled.try_get_value() != Some(false) {
            return;
        }
        settled.set_value(true);
        let Some(input) = node.get_untracked() else { return };
        let text = input.value();
        if take && before.with_value(|before| *before != text) { on_save.run(text) } else { on_leave.run(()) }
    };
    let key = move |event: ev::KeyboardEvent| {
        // Enter and Escape of an input method are about its own words.
        if event.is_composing() {
            event.stop_propagation();
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                // What is around it, as a form or a grid, has a use of its own for this key.
                event.prevent_default();
                event.stop_propagation();
                settle(true);
            }
            "Escape" => {
                event.stop_propagation();
                settle(false);
            }
            _ => {}
        }
    };
    view! {
        <input
            node_ref=node
            class=class
            aria-label=label
            prop:value=text
            spellcheck="false"
            autocomplete="off"
            on:keydown=key
            on:blur=move |_| settle(true)
        />
    }
}
