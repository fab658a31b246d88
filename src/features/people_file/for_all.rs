//! Values for everyone in a file of members, for the fields that no column is mapped to.

use api_types::{Team, Workspace};
use leptos::prelude::*;
use roster::{Field, Role, TEAMS_SEPARATOR};

use super::state::Flow;
use crate::api::{Failure, teams};
use crate::data::{Load, Loader};
use crate::domain::people::{self, TeamBoxes};
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Failed, Select, SelectOption, Skeleton, Term};

#[derive(Clone)]
struct Choices {
    teams: Vec<Team>,
    workspaces: Vec<Workspace>,
}

async fn choices() -> Result<Choices, Failure> {
    Ok(Choices { teams: teams::teams().await?, workspaces: teams::workspaces().await? })
}

/// Offers a value for every field of a member that the file does not have.
#[component]
pub(super) fn ForAll(flow: Flow) -> impl IntoView {
    let is_free = move |field: Field| {
        Memo::new(move |_| {
            let has_column = |opened: &super::step::Opened| opened.mapping.column(field.into()).is_some();
            flow.takes(field.into())
                && flow.step.with(|step| step.opened().is_some_and(|opened| !has_column(opened)))
        })
    };
    let [role, teams, workspace] = [Field::Role, Field::Teams, Field::Workspace].map(is_free);
    let is_any = Memo::new(move |_| role.get() || teams.get() || workspace.get());
    let loader = Loader::<Choices>::new();
    let load = move || spawn(loader.load(choices()));
    load();
    let roles = || {
        vec![
            SelectOption::new("", t!("changes.keep")),
            SelectOption::new(Role::User.as_str(), term!("role.user")),
            SelectOption::new(Role::Admin.as_str(), term!("role.admin")),
        ]
    };
    view! {
        <Show when=move || is_any.get()>
            <fieldset class="card options stack">
                <legend class="card-legend">{t!("changes.for_all")}</legend>
                <p class="quiet">{t!("changes.for_all_hint")}</p>
                <div class="form">
                    <Show when=move || role.get()>
                        <Choice flow field=Field::Role id="all-role" label=term!("field.role") options=roles() />
                    </Show>
                    <Show when=move || teams.get() || workspace.get()>
                        {move || match loader.state.get() {
                            Load::Loading => view! { <Skeleton rows=2 /> }.into_any(),
                            Load::Failed(failure) => view! {
                                <Failed
                                    message=failure.message().after(t!("mail_options.choices_failed"))
                                    request_id=failure.request_id.clone()
                                    on_retry=Some(Callback::new(move |()| load()))
                                />
                            }
                            .into_any(),
                            Load::Ready(choices) => {
                                let names = choices.workspaces.into_iter().map(|workspace| {
                                    SelectOption::new(workspace.name.clone(), people::workspace(&workspace.name))
                                });
                                let names: Vec<SelectOption> =
                                    std::iter::once(SelectOption::new("", t!("changes.keep"))).chain(names).collect();
                                let all = choices.teams;
                                view! {
                                    {move || teams.get().then(|| view! { <TeamChoice flow teams=all.clone() /> })}
                                    {move || workspace.get().then(|| view! {
                                        <Choice flow field=Field::Workspace id="all-workspace"
                                            label=term!("field.workspace") options=names.clone() />
                                    })}
                                }
                                .into_any()
                            }
                        }}
                    </Show>
                </div>
            </fieldset>
        </Show>
    }
}

/// One of several values, or none.
#[component]
fn Choice(
    flow: Flow,
    field: Field,
    id: &'static str,
    label: Term,
    options: Vec<SelectOption>,
) -> impl IntoView {
    view! {
        <Select
            id
            label
            options
            value=Signal::derive(move || flow.for_all(field))
            on_change=Callback::new(move |value| flow.set_for_all(field, value))
        />
    }
}

/// Any number of teams; with none the teams stay as they are.
#[component]
fn TeamChoice(flow: Flow, teams: Vec<Team>) -> impl IntoView {
    let chosen = Memo::new(move |_| split(&flow.for_all(Field::Teams)));
    let on_change = Callback::new(move |names: Vec<String>| {
        flow.set_for_all(Field::Teams, names.join(TEAMS_SEPARATOR));
    });
    view! {
        <fieldset class="field">
            <legend>{term!("field.teams")}</legend>
            <p class="hint">{t!("changes.for_all_teams")}</p>
            <div class="check-list"><TeamBoxes teams chosen on_change /></div>
        </fieldset>
    }
}

/// The teams of a value for all.
fn split(value: &str) -> Vec<String> {
    value.split(TEAMS_SEPARATOR).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
