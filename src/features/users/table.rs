use api_types::{User, UserSort};
use leptos::prelude::*;

use super::cells;
use super::people::{column, sorted_by};
use super::state::{History, Screen, row_id};
use crate::api::query::choice;
use crate::data::kept_table;
use crate::domain::people;
use crate::t;
use crate::term;
use crate::ui::{Column, Frame, Sort, Table, live};

pub(super) fn people_table(screen: Screen) -> AnyView {
    let columns = vec![
        Column::row_head(t!("users.name"), live(|user: &User| view! { <bdi>{user.display_name()}</bdi> }))
            .sortable(column(UserSort::Name)),
        Column::new(
            term!("field.email"),
            live(|user: &User| view! { <bdi class="address">{user.email.clone()}</bdi> }),
        )
        .sortable(column(UserSort::Email)),
        Column::new(term!("field.role"), move |user: &Memo<User>| cells::role(screen, *user))
            .sortable(column(UserSort::Role)),
        Column::new(term!("field.teams"), live(|user: &User| people::teams(&user.teams))).class("bounded"),
        Column::new(t!("users.workspace"), live(|user: &User| people::workspace(&user.workspace)))
            .class("bounded"),
        Column::new(t!("field.status"), live(cells::status))
            .class("bounded")
            .sortable(column(UserSort::Status)),
        Column::new(t!("users.last_sign_in"), live(cells::last_sign_in))
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
        .class("table-wide")
        .sort(sort)
        .select(screen.chosen, |user: &User| t!("users.pick", name = user.display_name()))
        .row_id(|user| user.with_untracked(|user| row_id(&user.id)));
    kept_table(screen.people.page, |user| user.id.as_str().into(), table)
}
