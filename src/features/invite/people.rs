//! A table of people with what is said about each: those who are invited, and those who are left out.

use api_types::{NewRow, RowVerdict};
use leptos::prelude::*;

use super::flow::LeftOut;
use super::words;
use crate::invitations::words::verdict;
use crate::t;
use crate::ui::{ShowMore, Status};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    address: String,
    name: String,
    verdict: RowVerdict,
    reason: Option<String>,
}

impl From<&NewRow> for Person {
    fn from(row: &NewRow) -> Self {
        let parts = [row.first_name.as_deref(), row.last_name.as_deref()];
        Self {
            address: row.email.clone(),
            name: parts.into_iter().flatten().collect::<Vec<_>>().join(" "),
            verdict: RowVerdict::Ready,
            reason: None,
        }
    }
}

impl From<&LeftOut> for Person {
    fn from(left_out: &LeftOut) -> Self {
        let person = match left_out {
            LeftOut::Chip(chip) => Self {
                address: chip.entry.address.clone(),
                name: chip.entry.name.clone().unwrap_or_default(),
                verdict: RowVerdict::Error,
                reason: None,
            },
            LeftOut::Judged { row, .. } => Self::from(row),
        };
        Self { verdict: left_out.verdict(), reason: words::reason(left_out), ..person }
    }
}

/// The people, as many as are asked for.
#[component]
pub(super) fn PeopleTable(people: Vec<Person>, caption: String) -> impl IntoView {
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
                    <th scope="col">{t!("field.email")}</th>
                    {named.then(|| view! { <th scope="col">{t!("invite.name")}</th> })}
                    <th scope="col">{t!("field.status")}</th>
                </tr></thead>
                <tbody>
                    <For each=rows key=|(at, _)| *at let((_, person))>{row(person, named)}</For>
                </tbody>
            </table>
        </div>
        {shown.button(Signal::stored(total))}
    }
}

fn row(person: Person, named: bool) -> impl IntoView {
    let ((tone, icon), label) = verdict(person.verdict);
    view! {
        <tr>
            <th scope="row"><bdi class="address">{person.address}</bdi></th>
            {named.then(|| view! { <td data-label=t!("invite.name")><bdi>{person.name}</bdi></td> })}
            <td data-label=t!("field.status")>
                <span class="status-cell">
                    <Status tone icon label />
                    {person.reason.map(|reason| view! { <span class="reason">{reason}</span> })}
                </span>
            </td>
        </tr>
    }
}

/// Everybody who is not invited, each with the reason.
#[component]
pub(super) fn LeftOutTable(left_out: Vec<LeftOut>) -> impl IntoView {
    (!left_out.is_empty()).then(|| view! {
        <section class="card">
            <h2>{t!("invite.left_out_title")}</h2>
            <PeopleTable people=left_out.iter().map(Person::from).collect() caption=t!("invite.left_out_title") />
        </section>
    })
}
