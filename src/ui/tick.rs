use leptos::prelude::*;

/// A box to tick, with its label and a hint.
#[component]
pub(crate) fn Tick(
    id: &'static str,
    label: String,
    #[prop(optional, into)] hint: Option<String>,
    ticked: RwSignal<bool>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described_by = hint.is_some().then(|| hint_id.clone());
    view! {
        <div class="field">
            <div class="check">
                <input type="checkbox" id=id aria-describedby=described_by prop:checked=ticked
                    on:change:target=move |event| ticked.set(event.target().checked()) />
                <label for=id>{label}</label>
            </div>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
