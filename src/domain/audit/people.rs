//! The people whom an event names, with links to their pages.

use api_types::{AuditAction, AuditEvent};
use leptos::prelude::*;

use super::labels;
use crate::domain::people::{PersonLink, linked};
use crate::ui::name_or_address;

/// Who did it.
pub(crate) fn actor_cell(event: &AuditEvent) -> AnyView {
    view! { <PersonLink id=event.actor_id.clone() name=labels::actor(event) /> }.into_any()
}

/// Whom or what it was done to. The name of a team or file does not lead to the one person in it.
pub(crate) fn subject_cell(event: &AuditEvent) -> AnyView {
    let is_of_team = event.action == AuditAction::TeamMembersChanged;
    let person = event.person_id.clone().filter(|_| !is_of_team && names_person(&event.subject));
    linked(person, name_or_address(&labels::subject(event)))
}

/// Endings of the files that people are invited from: one may be named after an address.
const FILES: [&str; 9] = [".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".gz"];

/// Whether a subject is an address, with or without more about it in brackets.
fn names_person(subject: &str) -> bool {
    let name = subject.rsplit_once(" (").map_or(subject, |(name, _)| name);
    let lower = name.to_lowercase();
    name.contains('@') && !name.contains(' ') && !FILES.iter().any(|ending| lower.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a16_only_an_address_leads_to_a_person_and_no_file_that_is_named_after_one() {
        for subject in
            ["ana@example.com", "ana@example.com (admin)", "ana@example.com (Ana Ruiz \u{2192} Ana Lopez)"]
        {
            assert!(names_person(subject), "{subject}");
        }
        for subject in [
            "people.csv (1)",
            "ana@example.com.csv (1)",
            "ana@example.com list.XLSX (1)",
            "North (+1 \u{2212}0)",
        ] {
            assert!(!names_person(subject), "{subject}");
        }
    }
}
