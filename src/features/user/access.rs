//! What the person may do, and where: role, personas, teams, workspace.

use api_types::{Role, Team, User};
use leptos::prelude::*;

use super::state::{Known, Screen};
use crate::domain::navigation::Route;
use crate::domain::people::{self, RoleChoice, personas};
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Choice, Icon, IconName, SelectOption};

#[component]
pub(super) fn Access(screen: Screen, known: Memo<Known>, user: Memo<User>) -> impl IntoView {
    let created = Memo::new(move |_| known.with(|known| known.record.created_at.clone()));
    let is_admin = Memo::new(move |_| user.with(|user| user.role == Role::Admin));
    let persona =
        move || user.with(|user| personas::in_words(&user.personas)).unwrap_or_else(|| t!("user.none"));
    let ask = Callback::new(move |()| screen.personas.ask(user.get_untracked()));
    view! {
        <section class="card" aria-labelledby="access-title">
            <h2 id="access-title">{t!("user.may_do")}</h2>
            <dl class="definition">
                <dt>{term!("field.role")}</dt>
                <dd>
                    <RoleChoice acting=screen.acting user id="role" />
                    <span class="reason">{move || user.with(|user| people::role_allows(user.role))}</span>
                </dd>
                <Show when=move || is_admin.get()>
                    <dt>{term!("field.persona")}</dt>
                    <dd>
                        <div>{persona}</div>
                        <Button kind=ButtonKind::Quiet id="change-personas" on_press=ask>{t!("user.change")}</Button>
                    </dd>
                </Show>
                {move || user.with(|user| user.protected).map(|protection| view! {
                    <dt>{t!("user.protected")}</dt>
                    <dd>{people::protection_reason(protection)}</dd>
                })}
                <dt>{term!("field.teams")}</dt>
                <dd><Teams screen known /></dd>
                <dt>{term!("field.workspace")}</dt>
                <dd><WorkspaceOf screen known user /></dd>
                <dt>{t!("user.since")}</dt>
                <dd>{move || created.with(|at| i18n::date(at.as_str()))}</dd>
            </dl>
        </section>
    }
}

/// The workspace, as a list to choose from where the account has several.
#[component]
fn WorkspaceOf(screen: Screen, known: Memo<Known>, user: Memo<User>) -> impl IntoView {
    let workspaces = Memo::new(move |_| known.with(|known| known.workspaces.clone()));
    let shown = Memo::new(move |_| {
        screen.hoped_workspace.get().unwrap_or_else(|| user.with(|user| user.workspace.clone()))
    });
    let choose = Callback::new(move |name: String| {
        if let Some(to) = workspaces.get_untracked().into_iter().find(|workspace| workspace.name == name) {
            screen.choose_workspace(to);
        }
    });
    move || {
        let several = workspaces.get();
        if several.len() < 2 {
            return view! { <bdi>{move || people::workspace(&shown.get())}</bdi> }.into_any();
        }
        let options: Vec<SelectOption> = several
            .iter()
            .map(|workspace| SelectOption::new(workspace.name.as_str(), people::workspace(&workspace.name)))
            .collect();
        view! {
            <Choice
                id="workspace"
                label=Signal::derive(move || t!("user.workspace_of", name = user.with(User::display_name)))
                options
                value=shown
                on_choose=choose
            />
        }
        .into_any()
    }
}

#[component]
fn Teams(screen: Screen, known: Memo<Known>) -> impl IntoView {
    let teams = Memo::new(move |_| known.with(|known| known.teams.clone()));
    let add = Callback::new(move |()| {
        if let Some(known) = untrack(|| screen.known()) {
            screen.adding.ask(vec![(&known.user).into()], None);
        }
    });
    view! {
        <ul class="user-teams">
            {move || teams.get().into_iter().map(|team| view! { <TeamOf screen team /> }).collect_view()}
        </ul>
        <Button kind=ButtonKind::Quiet id="add-to-teams" on_press=add>{term!("teams.add_to_teams")}</Button>
    }
}

#[component]
fn TeamOf(screen: Screen, team: Team) -> impl IntoView {
    let name = people::team(&team.name);
    let remove = (!team.everyone).then(|| {
        let label = t!("user.leave_team", team = name.as_str());
        let team = team.clone();
        view! {
            <button
                type="button"
                class="button button-quiet button-icon"
                aria-label=label.clone()
                title=label
                aria-disabled=move || screen.leaving.with(Option::is_some).then_some("true")
                on:click=move |_| screen.leave_team(team.clone())
            ><Icon name=IconName::Close /></button>
        }
    });
    view! {
        <li>
            <a href=Route::Team(team.id).href()><bdi>{name}</bdi></a>
            {remove}
        </li>
    }
}
