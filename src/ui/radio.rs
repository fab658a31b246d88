use leptos::prelude::*;

use super::Term;

/// One of several exclusive options, with its explanation, which also says why it is disabled. Placed in the `fieldset` of its group.
#[component]
pub(crate) fn RadioOption(
    group: &'static str,
    id: &'static str,
    #[prop(into)] label: Term,
    hint: String,
    #[prop(into)] checked: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    on_choose: Callback<()>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="option">
            <input
                type="radio"
                name=group
                id=id
                aria-describedby=hint_id.clone()
                prop:checked=checked
                disabled=disabled
                on:change=move |_| on_choose.run(())
            />
            <label for=id>{label}</label>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}
