use leptos::prelude::*;

#[component]
pub(crate) fn InviteUsers() -> impl IntoView {
    view! { <p>"..."</p> }
}
