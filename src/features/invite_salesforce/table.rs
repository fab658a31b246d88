use api_types::SalesforcePerson;
use leptos::prelude::*;

use super::cells;
use super::state::{Screen, name};
use crate::data::kept_table;
use crate::platform::dom;
use crate::t;
use crate::ui::{Column, Frame, Room, Table, Term, live};

/// The columns that can be hidden.
const PROFILE: &str = "profile";
const ROLE: &str = "role";
const SET: &str = "set";

/// The columns that can be hidden, with their labels.
pub(super) fn choosable() -> Vec<(&'static str, Term)> {
    vec![
        (PROFILE, t!("salesforce_people.profile").into()),
        (ROLE, t!("salesforce_people.role").into()),
        (SET, t!("salesforce_people.set").into()),
    ]
}

pub(super) fn people_table(screen: Screen) -> AnyView {
    let columns = vec![
        Column::row_head(t!("users.name"), live(move |person| cells::person(screen, person))),
        Column::new(
            t!("salesforce_people.profile"),
            live(|person: &SalesforcePerson| cells::optional(person.profile.as_deref())),
        )
        .from(Room::Medium)
        .choosable(PROFILE),
        Column::new(
            t!("salesforce_people.role"),
            live(|person: &SalesforcePerson| cells::optional(person.role.as_deref())),
        )
        .from(Room::Wide)
        .choosable(ROLE),
        Column::new(t!("salesforce_people.set"), live(cells::permission_set))
            .from(Room::Small)
            .choosable(SET),
        Column::new(t!("salesforce_people.here"), live(move |person| cells::standing(screen, person))),
    ];
    let table = Table::new(t!("salesforce_people.caption"), columns)
        .frame(Frame::Open)
        .id("people")
        .view(screen.view)
        .select(screen.choice.chosen.keys, |person: &SalesforcePerson| t!("users.pick", name = name(person)))
        .row_id(|person| person.with_untracked(|person| dom::Target::of("person", &person.id)));
    kept_table(screen.page, |person| person.id.as_str().into(), table)
}
