//! A table of people with their verdicts: those who are invited, and those who are left out.

use api_types::{RowVerdict, full_name};
use leptos::prelude::*;

use super::chips::Chip;
use super::labels;
use super::state::{Invited, LeftOut};
use crate::domain::invitations::labels::verdict;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ShowMore, Status};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    chip: u32,
    address: String,
    other_domain: Option<String>,
    name: String,
    verdict: RowVerdict,
    reason: Option<String>,
    /// The suggested address.
    suggestion: Option<String>,
}

impl From<&Chip> for Person {
    fn from(chip: &Chip) -> Self {
        let entry = chip.entry.clone();
        Self {
            chip: chip.id,
            address: entry.address,
            other_domain: entry.other_domain,
            name: entry.name.unwrap_or_default(),
            verdict: RowVerdict::Ready,
            reason: labels::standing(chip.standing),
            suggestion: entry.suggestion,
        }
    }
}

impl From<&Invited> for Person {
    fn from(invited: &Invited) -> Self {
        let part = |name: &Option<String>| name.clone().unwrap_or_default();
        let name = full_name(&part(&invited.row.first_name), &part(&invited.row.last_name));
        Self { name, ..Self::from(&invited.chip) }
    }
}

impl From<&LeftOut> for Person {
    fn from(left_out: &LeftOut) -> Self {
        let (LeftOut::Chip(chip) | LeftOut::Judged { chip, .. }) = left_out;
        let reason = labels::reason(left_out);
        Self { verdict: left_out.verdict(), reason, ..Self::from(chip) }
    }
}

/// The people, up to the requested number.
#[component]
pub(super) fn PeopleTable(
    people: Vec<Person>,
    caption: String,
    /// Replaces a chip's address with the suggested one.
    #[prop(default = None)]
    on_correct: Option<Callback<(u32, String)>>,
) -> impl IntoView {
    let total = people.len();
    let named = people.iter().any(|person| !person.name.is_empty());
    let shown = ShowMore::new();
    let people = StoredValue::new(people);
    let label = caption.clone();
    let rows = move || {
        people.with_value(|people| people.iter().take(shown.most()).cloned().enumerate().collect::<Vec<_>>())
    };
    view! {
        <div class="table-frame" tabindex="0" role="group" aria-label=label>
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>
                    <th scope="col">{term!("field.email")}</th>
                    {named.then(|| view! { <th scope="col">{t!("invite.name")}</th> })}
                    <th scope="col">{t!("field.status")}</th>
                </tr></thead>
                <tbody>
                    <For each=rows key=|(at, _)| *at let((_, person))>{row(person, named, on_correct)}</For>
                </tbody>
            </table>
        </div>
        {shown.button(Signal::stored(total))}
    }
}

fn row(person: Person, named: bool, on_correct: Option<Callback<(u32, String)>>) -> impl IntoView {
    let ((tone, icon), label) = verdict(person.verdict);
    let chip = person.chip;
    let correct = person.suggestion.zip(on_correct).map(|(suggestion, on_correct)| {
        let corrected = suggestion.clone();
        view! {
            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| on_correct.run((chip, corrected.clone())))>
                {t!("invite.correct_to", address = suggestion)}
            </Button>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <bdi class="address">{person.address}</bdi>
                {person.other_domain.map(|domain| view! { " " <bdi class="quiet small">{domain}</bdi> })}
            </th>
            {named.then(|| view! { <td data-label=t!("invite.name")><bdi>{person.name}</bdi></td> })}
            <td data-label=t!("field.status")>
                <span class="status-cell">
                    <Status tone icon label />
                    {person.reason.map(|reason| view! { <span class="reason">{reason}</span> })}
                    {correct}
                </span>
            </td>
        </tr>
    }
}

/// The people who are not invited, each with the reason.
#[component]
pub(super) fn LeftOutTable(
    left_out: Vec<LeftOut>,
    #[prop(default = None)] on_correct: Option<Callback<(u32, String)>>,
    /// Actions on all of them.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let people = left_out.iter().map(Person::from).collect();
    (!left_out.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>{t!("invite.left_out_title")}</h2>
                {children.map(|children| children())}
                <PeopleTable people caption=t!("invite.left_out_title") on_correct=on_correct />
            </section>
        }
    })
}
