use leptos::prelude::*;
use leptos::{ev, html};

/// Edits a text of one line in place: Enter or leaving saves it, Escape discards the change.
#[component]
pub(crate) fn InlineEditor(
    text: String,
    #[prop(into)] label: String,
    class: &'static str,
    /// Called with a changed text.
    on_save: Callback<String>,
    /// Called when nothing was changed.
    on_leave: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let before = StoredValue::new(text);
    // Leaving by Enter or Escape also moves the focus away; only the first event counts.
    let settled = StoredValue::new(false);
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            // As an attribute it could come after the selection, and end it.
            before.with_value(|text| input.set_value(text));
            // What the field cannot hold, such as a line break, is no change.
            before.set_value(input.value());
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
        // Enter and Escape belong to the input method while it composes.
        if event.is_composing() {
            event.stop_propagation();
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                // A surrounding form or grid has its own use of this key.
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
            spellcheck="false"
            autocomplete="off"
            on:keydown=key
            on:blur=move |_| settle(true)
        />
    }
}
