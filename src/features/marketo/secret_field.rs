use leptos::html;
use leptos::prelude::*;

use crate::t;
use crate::ui::{FieldState, Icon, IconName, Term};

/// A field for a secret. The typed text stays in the input and is read from there; `state` holds only its error.
#[component]
pub(super) fn SecretField(
    state: FieldState,
    input: NodeRef<html::Input>,
    #[prop(into)] label: Term,
    hint: String,
) -> impl IntoView {
    let id = state.id;
    let shown = RwSignal::new(false);
    let wrong = move || state.error.with(Option::is_some);
    let described = move || if wrong() { format!("{id}-hint {id}-error") } else { format!("{id}-hint") };
    view! {
        <div class="field" class:field-wrong=wrong>
            <label for=id>{label.clone()}</label>
            <p class="hint" id=format!("{id}-hint")>{hint}</p>
            <div class="with-button">
                <input
                    node_ref=input
                    id=id
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby=described
                />
                <button
                    type="button"
                    class="button"
                    aria-pressed=move || shown.get().to_string()
                    aria-label=t!("common.labelled", label = t!("common.show"), text = label.text())
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >{t!("common.show")}</button>
            </div>
            {move || state.error.get().map(|error| view! {
                <p class="field-error" id=format!("{id}-error")><Icon name=IconName::Alert />{error}</p>
            })}
        </div>
    }
}
