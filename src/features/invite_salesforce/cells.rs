//! The cells of a person that are more than a text.

use api_types::{SalesforcePerson, before_copy};
use leptos::prelude::*;

use super::state::{Screen, name};
use crate::domain::people::{self, person_cell};
use crate::t;
use crate::ui::{IconName, Status, Tone};

pub(super) fn person(screen: Screen, person: &SalesforcePerson) -> AnyView {
    let id = person.member.as_ref().map(|member| &member.id);
    person_cell(id, &name(person), &screen.email(person))
}

pub(super) fn optional(text: Option<&str>) -> AnyView {
    text.map(|text| view! { <bdi>{text.to_owned()}</bdi> }).into_any()
}

/// Whether the person has the package's permission set.
pub(super) fn permission_set(person: &SalesforcePerson) -> AnyView {
    match person.permission_set {
        true => {
            view! { <Status tone=Tone::Success icon=IconName::Check label=t!("salesforce_people.has_set") /> }
                .into_any()
        }
        false => quiet(t!("salesforce_people.has_no_set")),
    }
}

/// What this account knows of the person: members and invited people are shown as in User Management.
pub(super) fn standing(screen: Screen, person: &SalesforcePerson) -> AnyView {
    let is_of_copy = !screen.without_invalid() && before_copy(&person.email).is_some();
    let (tone, icon, label) = match &person.member {
        Some(member) => {
            let (tone, icon) = people::status_look(member.status);
            (tone, icon, people::status(member.status))
        }
        None if is_of_copy => return of_copy(),
        None if person.email_valid => return quiet(t!("salesforce_people.not_invited")),
        None => (Tone::Warning, IconName::Alert, t!("salesforce_people.no_address").into()),
    };
    view! { <Status tone icon label /> }.into_any()
}

/// Mail to such an address does not arrive.
fn of_copy() -> AnyView {
    view! {
        <Status tone=Tone::Warning icon=IconName::Alert label=t!("salesforce_people.of_copy") />
        <p class="reason">{t!("salesforce_people.of_copy_reason")}</p>
    }
    .into_any()
}

fn quiet(text: String) -> AnyView {
    view! { <span class="reason">{text}</span> }.into_any()
}
