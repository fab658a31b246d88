use leptos::prelude::*;

#[component]
pub(crate) fn InviteUsersViaCsv() -> impl IntoView {
    view! { <p>"..."</p> }
}
pub(crate) fn provide_flow() {}
