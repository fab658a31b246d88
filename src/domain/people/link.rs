//! People by their names, which lead to their pages. They do not in the panel, which has no such pages, nor without an id.

use api_types::UserId;
use leptos::prelude::*;

use crate::domain::places::Route;
use crate::platform::panel;
use crate::ui::{name_or_address, person};

/// A person within a sentence or beside other facts.
#[component]
pub(crate) fn PersonLink(#[prop(into)] id: Option<UserId>, #[prop(into)] name: String) -> impl IntoView {
    linked(id, name_or_address(&name))
}

/// What names a person.
pub(crate) fn linked(id: Option<UserId>, text: AnyView) -> AnyView {
    match page(id) {
        Some(href) => view! { <a href=href>{text}</a> }.into_any(),
        None => text,
    }
}

/// A person in a list: initials, name and address.
pub(crate) fn person_cell(id: Option<&UserId>, name: &str, email: &str) -> AnyView {
    person(name, email, page(id.cloned()))
}

fn page(id: Option<UserId>) -> Option<String> {
    id.filter(|_| !panel::is_here()).map(|id| Route::User(id).href())
}
