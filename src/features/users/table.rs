use api_types::{User, UserSort};
use leptos::prelude::*;

use super::cells;
use super::people::{column, sorted_by};
use super::state::{Screen, row_id};
use crate::api::query::choice;
use crate::data::{History, kept_table};
use crate::domain::people::{self, person_cell};
use crate::t;
use crate::term;
use crate::ui::{Column, Frame, Room, Sort, Table, Term, live};

/// The columns that can be hidden.
const ROLE: &str = "role";
const TEAMS: &str = "teams";
const WORKSPACE: &str = "workspace";
const STATUS: &str = "status";
const LAST_SIGN_IN: &str = "last_sign_in";

/// The columns that can be hidden, with their labels.
pub(super) fn choosable() -> Vec<(&'static str, Term)> {
    vec![
        (ROLE, term!("field.role")),
        (TEAMS, term!("field.teams")),
        (WORKSPACE, t!("users.workspace").into()),
        (STATUS, t!("field.status").into()),
        (LAST_SIGN_IN, t!("users.last_sign_in").into()),
    ]
}

pub(super) fn people_table(screen: Screen) -> AnyView {
    let columns = vec![
        Column::row_head(
            t!("users.name"),
            live(|user: &User| person_cell(Some(&user.id), &user.display_name(), &user.email)),
        )
        .sortable(column(UserSort::Name))
        .sortable_by(column(UserSort::Email), term!("field.email")),
        Column::new(term!("field.role"), move |user: &Memo<User>| cells::role(screen, *user))
            .from(Room::Small)
            .bare()
            .choosable(ROLE)
            .sortable(column(UserSort::Role)),
        Column::new(term!("field.teams"), live(cells::teams)).from(Room::Wide).bare().choosable(TEAMS),
        Column::new(t!("users.workspace"), live(|user: &User| people::workspace(&user.workspace)))
            .from(Room::Widest)
            .not_on_cards()
            .choosable(WORKSPACE),
        Column::new(t!("field.status"), live(cells::status))
            .bare()
            .choosable(STATUS)
            .sortable(column(UserSort::Status)),
        Column::new(t!("users.last_sign_in"), live(cells::last_sign_in))
            .from(Room::Medium)
            .not_on_cards()
            .choosable(LAST_SIGN_IN)
            .sortable(column(UserSort::LastSignIn)),
        Column::actions(move |user: &Memo<User>| cells::actions(screen, *user)),
    ];
    let query = screen.people.query;
    let sort = Sort::new(
        move || query.with(|query| (column(query.sort.unwrap_or_default()), query.order.unwrap_or_default())),
        move |pressed| {
            if let Some(sort) = choice(Some(pressed.to_owned())) {
                screen.show(sorted_by(&query.get_untracked(), sort), History::Push);
            }
        },
    );
    let table = Table::new(t!("users.caption"), columns)
        .frame(Frame::Open)
        .id("people")
        .view(screen.view)
        .sort(sort)
        .select(screen.chosen.keys, |user: &User| t!("users.pick", name = user.display_name()))
        .row_id(|user| user.with_untracked(|user| row_id(&user.id)));
    kept_table(screen.people.page, |user| user.id.as_str().into(), table)
}
