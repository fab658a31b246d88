use leptos::prelude::*;

#[component]
pub(crate) fn UserManagement() -> impl IntoView {
    view! { <p>"..."</p> }
}
