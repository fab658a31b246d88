use leptos::prelude::*;

#[component]
pub(crate) fn Profile() -> impl IntoView {
    view! { <p>"..."</p> }
}
