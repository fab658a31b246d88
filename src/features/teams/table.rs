use api_types::Team;
use leptos::prelude::*;

use super::listing::name;
use super::state::{Screen, Subject, row_id};
use crate::domain::navigation::Route;
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{Column, Frame, IconName, Menu, MenuItem, Table};

pub(super) fn team_table(screen: Screen, teams: Vec<Team>) -> AnyView {
    let columns = vec![
        Column::row_head(term!("field.team"), |team: &Team| {
            view! { <a href=Route::Team(team.id.clone()).href()><bdi>{name(team)}</bdi></a> }
        }),
        Column::number(t!("teams.members"), |team: &Team| i18n::number(team.members)),
        Column::actions(move |team: &Team| actions(screen, team)),
    ];
    Table::new(t!("teams.teams"), columns)
        .frame(Frame::Open)
        .id("teams")
        .row_id(|team| row_id(&team.id))
        .rows(teams)
}

fn actions(screen: Screen, team: &Team) -> AnyView {
    if team.everyone {
        return view! { <span class="reason">{t!("teams.automatic")}</span> }.into_any();
    }
    let (renamed, deleted) = (team.clone(), team.clone());
    let items = vec![
        MenuItem::new(t!("teams.rename"), move || {
            screen.naming.set(Some(Subject::Known(renamed.clone())));
        }),
        MenuItem::new(t!("teams.delete"), move || screen.ask_to_delete(deleted.clone())),
    ];
    let label = t!("users.row_actions", name = name(team));
    view! { <Menu label icon=IconName::More compact=true items /> }.into_any()
}
