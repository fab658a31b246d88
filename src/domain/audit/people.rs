//! The people whom an event names, with links to their pages.

use api_types::{AuditAction, AuditEvent};
use leptos::prelude::*;

use super::labels;
use crate::domain::people::{PersonLink, linked};
use crate::ui::address;

/// Who did it.
pub(crate) fn actor_cell(event: &AuditEvent) -> AnyView {
    view! { <PersonLink id=event.actor_id.clone() name=labels::actor(event) /> }.into_any()
}

/// Whom or what it was done to. The name of a team or file does not lead to the one person in it.
pub(crate) fn subject_cell(event: &AuditEvent) -> AnyView {
    let is_of_team = event.action == AuditAction::TeamMembersChanged;
    let person = event.person_id.clone().filter(|_| !is_of_team && names_person(&event.subject));
    linked(person, address(&labels::subject(event)))
}

/// Whether a subject begins with an address.
fn names_person(subject: &str) -> bool {
    subject.split(' ').next().is_some_and(|first| first.contains('@'))
}
