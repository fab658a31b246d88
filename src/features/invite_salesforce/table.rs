use api_types::SalesforcePerson;
use leptos::prelude::*;

use super::cells;
use super::state::{Screen, name};
use crate::data::kept_table;
use crate::t;
use crate::ui::{Column, Frame, Room, Table, live};

pub(super) fn people_table(screen: Screen) -> AnyView {
    let columns = vec![
        Column::row_head(t!("users.name"), live(cells::person)),
        Column::new(
            t!("salesforce_people.profile"),
            live(|person: &SalesforcePerson| cells::optional(person.profile.as_deref())),
        )
        .from(Room::Medium),
        Column::new(
            t!("salesforce_people.role"),
            live(|person: &SalesforcePerson| cells::optional(person.role.as_deref())),
        )
        .from(Room::Wide),
        Column::new(t!("salesforce_people.set"), live(cells::permission_set)).from(Room::Small),
        Column::new(t!("salesforce_people.here"), live(cells::standing)),
    ];
    let table = Table::new(t!("salesforce_people.caption"), columns)
        .frame(Frame::Open)
        .id("people")
        .select(screen.chosen, |person: &SalesforcePerson| t!("users.pick", name = name(person)))
        .row_id(|person| person.with_untracked(|person| format!("person-{}", person.id)));
    kept_table(screen.page, |person| person.id.as_str().into(), table)
}
