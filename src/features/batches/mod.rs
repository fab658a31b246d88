use leptos::prelude::*;

#[component]
pub(crate) fn Batches() -> impl IntoView {
    view! { <p>"..."</p> }
}
#[component]
pub(crate) fn BatchDetail() -> impl IntoView {
    view! { <p>"..."</p> }
}
