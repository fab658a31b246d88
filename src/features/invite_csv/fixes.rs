//! Fixing all rows of a kind at once.

use leptos::prelude::*;
use roster::{Field, Fix, Known, ProblemCode, Role, Summary, ValueCount};

use super::labels;
use super::state::Flow;
use super::step::{Change, Purpose};
use crate::t;
use crate::ui::{Button, ButtonKind, Select, SelectOption, Tone, announce, notify};

/// An offered fix: the problem, and what the buttons do.
#[derive(Clone, Debug, PartialEq)]
struct Offer {
    text: String,
    choices: Vec<(String, Fix)>,
    /// A team that the account does not have: it can be replaced by another, or created.
    unknown_team: Option<String>,
}

/// The fixes that would change something.
fn offers(summary: &Summary, known: &Known, purpose: Purpose) -> Vec<Offer> {
    let mut offers = Vec::new();
    if let typos @ 1.. = summary.rows_changed_by(&Fix::AcceptSuggestions) {
        offers.push(Offer {
            text: t!("invite_csv.fix_typos", count = typos),
            choices: vec![(t!("invite_csv.fix_typos_accept"), Fix::AcceptSuggestions)],
            unknown_team: None,
        });
    }
    for value in summary.values.iter().take(6) {
        let replace = |label: String, to: String| {
            (label, Fix::ReplaceValue { field: value.field, from: value.value.clone(), to })
        };
        let choices = match value.field {
            Field::Role => [(Role::User, t!("role.user"), "User"), (Role::Admin, t!("role.admin"), "Admin")]
                .into_iter()
                .filter(|(role, ..)| known.roles.as_ref().is_none_or(|roles| roles.contains(role)))
                .map(|(_, label, name)| replace(label, name.to_owned()))
                .collect(),
            _ => vec![replace(t!("invite_csv.fix_leave_out"), String::new())],
        };
        let unknown_team = (value.field == Field::Teams).then(|| value.value.clone());
        offers.push(Offer { text: describe(value), choices, unknown_team });
    }
    // A member's row without a workspace leaves the person's as it is.
    let default_or_none = match purpose {
        Purpose::Change => t!("invite_csv.fix_leave_out_all"),
        Purpose::Invite | Purpose::Validate => t!("invite_csv.fix_use_default"),
    };
    for (field, label, fix) in [
        (Field::Teams, t!("invite_csv.fix_leave_out_all"), Fix::DropUnknownTeams),
        (Field::Role, t!("role.user"), Fix::UnknownRolesAs { role: Role::User }),
        (Field::Workspace, default_or_none, Fix::UnknownWorkspacesAsDefault),
        (Field::Language, t!("invite_csv.fix_use_default"), Fix::UnknownLanguagesAsDefault),
    ] {
        let count = summary.rows_changed_by(&fix);
        // A single value has its own.
        if count > 0 && summary.values.iter().filter(|value| value.field == field).count() > 1 {
            let text = match field {
                Field::Role => t!("invite_csv.fix_roles", count = count),
                Field::Workspace => t!("invite_csv.fix_workspaces", count = count),
                Field::Language => t!("invite_csv.fix_languages", count = count),
                _ => t!("invite_csv.fix_teams", count = count),
            };
            offers.push(Offer { text, choices: vec![(label, fix)], unknown_team: None });
        }
    }
    offers
}

fn describe(value: &ValueCount) -> String {
    if value.code == ProblemCode::RoleNotAllowed {
        return t!("invite_csv.fix_role_not_allowed", value = value.value.as_str(), count = value.rows);
    }
    t!(
        "invite_csv.fix_value",
        field = labels::one_of(value.field),
        value = value.value.as_str(),
        count = value.rows
    )
}

#[component]
pub(super) fn Fixes(flow: Flow, on_changed: Callback<()>) -> impl IntoView {
    let offers = Memo::new(move |_| {
        let offers = |known: &Known| {
            let purpose = flow.purpose.get();
            flow.step.with(|step| step.checked().map(|checked| offers(&checked.summary, known, purpose)))
        };
        flow.known.with(offers).unwrap_or_default()
    });
    let apply = Callback::new(move |fix: Fix| {
        leptos::task::spawn_local(async move {
            match flow.change(Change::Fix(fix)).await {
                Ok(()) => {
                    announce(t!("invite_csv.fixed"));
                    on_changed.try_run(());
                }
                Err(error) => notify(Tone::Failure, labels::job_error(error)),
            }
        });
    });
    view! {
        <Show when=move || !offers.with(Vec::is_empty)>
            <section class="card" aria-labelledby="fixes-title">
                <h2 id="fixes-title">{t!("invite_csv.fixes_title")}</h2>
                <ul class="fixes">
                    {move || offers.get().into_iter().enumerate().map(|(place, offer)| view! {
                        <li>
                            <span>{offer.text}</span>
                            <span class="actions">
                                {offer.unknown_team.map(|name| view! { <TeamFix flow place name apply on_changed /> })}
                                {offer.choices.into_iter().map(|(label, fix)| view! {
                                    <Button kind=ButtonKind::Secondary on_press=Callback::new(move |()| apply.run(fix.clone()))>{label}</Button>
                                }).collect_view()}
                            </span>
                        </li>
                    }).collect_view()}
                </ul>
            </section>
        </Show>
    }
}

/// What can be done, in all rows at once, about a team that the account does not have: replace it by one of the
/// account's, or create it.
#[component]
fn TeamFix(
    flow: Flow,
    place: usize,
    name: String,
    apply: Callback<Fix>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let chosen = RwSignal::new(String::new());
    let creating = RwSignal::new(false);
    let is_inviting = flow.purpose.get_untracked() != Purpose::Validate;
    let teams = Memo::new(move |_| flow.known.with(|known| known.teams.clone()).unwrap_or_default());
    let label = t!("invite_csv.fix_team_instead", team = name.as_str());
    let options = Signal::derive(move || {
        let teams = teams.get().into_iter().map(|team| SelectOption::new(team.clone(), team));
        std::iter::once(SelectOption::new("", t!("invite_csv.fix_team_choose")))
            .chain(teams)
            .collect::<Vec<_>>()
    });
    let none_chosen =
        Signal::derive(move || chosen.with(String::is_empty).then(|| t!("invite_csv.fix_team_choose_first")));
    let name = StoredValue::new(name);
    let replace = Callback::new(move |()| {
        apply.run(Fix::ReplaceValue {
            field: Field::Teams,
            from: name.get_value(),
            to: chosen.get_untracked(),
        });
    });
    let create = Callback::new(move |()| {
        creating.set(true);
        leptos::task::spawn_local(async move {
            let outcome = flow.create_team(name.get_value()).await;
            creating.try_set(false);
            match outcome {
                Ok(name) => {
                    notify(Tone::Success, t!("teams.created", team = name));
                    on_changed.try_run(());
                }
                Err(message) => notify(Tone::Failure, message),
            }
        });
    });
    view! {
        <Select
            id=format!("team-instead-{place}")
            label
            label_hidden=true
            options
            value=chosen
            on_change=Callback::new(move |team| chosen.set(team))
        />
        <Button disabled_reason=none_chosen on_press=replace>{t!("invite_csv.fix_team_replace")}</Button>
        {is_inviting.then(|| view! {
            <Button busy=creating on_press=create>{t!("invite_csv.fix_team_create")}</Button>
        })}
    }
}
