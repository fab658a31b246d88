use api_types::Team;
use leptos::prelude::*;

use super::listing::name;
use super::state::{Asking, Screen, row_id};
use crate::domain::places::Route;
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{IconName, Menu, MenuItem};

#[component]
pub(super) fn TeamTable(screen: Screen, teams: Vec<Team>) -> impl IntoView {
    view! {
        <div class="table-frame table-frame-open" id="teams" tabindex="-1">
            <table class="table">
                <caption class="visually-hidden">{t!("teams.teams")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{term!("field.team")}</th>
                        <th scope="col" class="number">{t!("teams.members")}</th>
                        <th scope="col"><span class="visually-hidden">{term!("users.actions")}</span></th>
                    </tr>
                </thead>
                <tbody>{teams.into_iter().map(|team| view! { <Row screen team /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(screen: Screen, team: Team) -> impl IntoView {
    let shown = name(&team);
    let actions = if team.everyone {
        view! { <span class="reason">{t!("teams.automatic")}</span> }.into_any()
    } else {
        let ask = |label: String, asking: Asking| {
            MenuItem::new(label, move || screen.asking.set(Some(asking.clone())))
        };
        let items = vec![
            ask(t!("teams.rename"), Asking::Rename(team.clone())),
            ask(t!("teams.delete"), Asking::Delete(team.clone())),
        ];
        let label = t!("users.row_actions", name = shown.clone());
        view! { <Menu label icon=IconName::More compact=true items /> }.into_any()
    };
    view! {
        <tr id=row_id(&team.id) tabindex="-1">
            <th scope="row"><a href=Route::Team(team.id.clone()).href()><bdi>{shown}</bdi></a></th>
            <td class="number" data-label=t!("teams.members")>{i18n::number(team.members)}</td>
            <td class="row-actions">{actions}</td>
        </tr>
    }
}
