//! A table of people with their verdicts: those who are invited, and those who are left out.

use api_types::{RowVerdict, full_name};
use leptos::prelude::*;

use super::chips::Chip;
use super::labels;
use super::state::{Invited, LeftOut};
use crate::domain::invitations::labels::verdict;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Column, Frame, Status, Table};

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
    let is_named = people.iter().any(|person| !person.name.is_empty());
    let mut columns = vec![
        Column::row_head(term!("field.email"), address),
        Column::new(t!("field.status"), move |person: &Person| standing(person, on_correct)),
    ];
    if is_named {
        let name = |person: &Person| view! { <bdi>{person.name.clone()}</bdi> };
        columns.insert(1, Column::new(t!("invite.name"), name));
    }
    Table::new(caption, columns).frame(Frame::Scrolled).portioned(people)
}

fn address(person: &Person) -> AnyView {
    view! {
        <bdi class="address">{person.address.clone()}</bdi>
        {person.other_domain.clone().map(|domain| view! { " " <bdi class="quiet small">{domain}</bdi> })}
    }
    .into_any()
}

fn standing(person: &Person, on_correct: Option<Callback<(u32, String)>>) -> AnyView {
    let ((tone, icon), label) = verdict(person.verdict);
    let chip = person.chip;
    let correct = person.suggestion.clone().zip(on_correct).map(|(suggestion, on_correct)| {
        let corrected = suggestion.clone();
        view! {
            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| on_correct.run((chip, corrected.clone())))>
                {t!("invite.correct_to", address = suggestion)}
            </Button>
        }
    });
    view! {
        <span class="status-cell">
            <Status tone icon label />
            {person.reason.clone().map(|reason| view! { <span class="reason">{reason}</span> })}
            {correct}
        </span>
    }
    .into_any()
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
