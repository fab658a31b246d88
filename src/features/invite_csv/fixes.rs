//! Fixing all rows of a kind at once.

use leptos::prelude::*;
use roster::{Field, Fix, ProblemCode, Role, Summary, ValueCount};

use super::flow::Flow;
use super::step::Change;
use super::words;
use crate::t;
use crate::ui::{Button, ButtonKind, Tone, announce, notify};

/// A fix as it is offered: what is wrong, and what the button does.
#[derive(Clone, Debug, PartialEq)]
struct Offer {
    text: String,
    choices: Vec<(String, Fix)>,
}

/// The fixes that would change something.
fn offers(summary: &Summary, teams: &[String]) -> Vec<Offer> {
    let rows = |code: ProblemCode| {
        summary.codes.iter().find(|count| count.code == code).map_or(0, |count| count.rows)
    };
    let mut offers = Vec::new();
    if let typos @ 1.. = rows(ProblemCode::LikelyTypo) {
        offers.push(Offer {
            text: t!("invite_csv.fix_typos", count = typos),
            choices: vec![(t!("invite_csv.fix_typos_accept"), Fix::AcceptSuggestions)],
        });
    }
    for value in summary.values.iter().take(6) {
        let replace = |label: String, to: String| {
            (label, Fix::ReplaceValue { field: value.field, from: value.value.clone(), to })
        };
        let choices = match value.field {
            Field::Role => vec![
                replace(t!("role.user"), "User".to_owned()),
                replace(t!("role.admin"), "Admin".to_owned()),
            ],
            Field::Teams => teams
                .iter()
                .take(3)
                .map(|team| replace(team.clone(), team.clone()))
                .chain([replace(t!("invite_csv.fix_leave_out"), String::new())])
                .collect(),
            _ => vec![replace(t!("invite_csv.fix_leave_out"), String::new())],
        };
        offers.push(Offer { text: describe(value), choices });
    }
    if rows(ProblemCode::UnknownTeam) > 0
        && summary.values.iter().filter(|value| value.field == Field::Teams).count() > 1
    {
        offers.push(Offer {
            text: t!("invite_csv.fix_teams", count = rows(ProblemCode::UnknownTeam)),
            choices: vec![(t!("invite_csv.fix_leave_out_all"), Fix::DropUnknownTeams)],
        });
    }
    if rows(ProblemCode::UnknownRole) > 0
        && summary.values.iter().filter(|value| value.field == Field::Role).count() > 1
    {
        offers.push(Offer {
            text: t!("invite_csv.fix_roles", count = rows(ProblemCode::UnknownRole)),
            choices: vec![(t!("role.user"), Fix::UnknownRolesAs { role: Role::User })],
        });
    }
    offers
}

fn describe(value: &ValueCount) -> String {
    t!(
        "invite_csv.fix_value",
        field = words::one_of(value.field),
        value = value.value.as_str(),
        count = value.rows
    )
}

#[component]
pub(super) fn Fixes(flow: Flow, on_changed: Callback<()>) -> impl IntoView {
    let offers = Memo::new(move |_| {
        let teams = flow.known.get().teams.unwrap_or_default();
        flow.step
            .with(|step| step.checked().map(|checked| offers(&checked.summary, &teams)).unwrap_or_default())
    });
    let apply = move |fix: Fix| {
        leptos::task::spawn_local(async move {
            match flow.change(Change::Fix(fix)).await {
                Ok(()) => {
                    announce(t!("invite_csv.fixed"));
                    on_changed.run(());
                }
                Err(error) => notify(Tone::Failure, words::job_error(error)),
            }
        });
    };
    view! {
        <Show when=move || !offers.with(Vec::is_empty)>
            <section class="card" aria-labelledby="fixes-title">
                <h2 id="fixes-title">{t!("invite_csv.fixes_title")}</h2>
                <ul class="fixes">
                    {move || offers.get().into_iter().map(|offer| view! {
                        <li>
                            <span>{offer.text}</span>
                            <span class="actions">{offer.choices.into_iter().map(|(label, fix)| view! {
                                <Button kind=ButtonKind::Secondary on_press=Callback::new(move |()| apply(fix.clone()))>{label}</Button>
                            }).collect_view()}</span>
                        </li>
                    }).collect_view()}
                </ul>
            </section>
        </Show>
    }
}
