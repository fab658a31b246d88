//! A table of people with their verdicts: those who are invited, and those who are left out.

use api_types::{RowVerdict, full_name};
use leptos::prelude::*;

use super::chips::{Chip, EntryState};
use super::labels;
use super::state::{Invited, LeftOut};
use crate::domain::invitations::labels::verdict;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Column, Frame, IconName, Status, Table, Tone};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    chip: u32,
    address: String,
    other_domain: Option<String>,
    name: String,
    verdict: RowVerdict,
    /// Whether the address should be looked at before somebody is invited by it.
    is_doubtful: bool,
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
            is_doubtful: matches!(chip.standing, EntryState::Doubtful(_)),
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

/// Tone, symbol and word of the verdict. A warning is one, as for the row of a file.
fn status(person: &Person) -> (Tone, IconName, String) {
    if person.verdict == RowVerdict::Ready && person.is_doubtful {
        return (Tone::Warning, IconName::Alert, t!("verdict.warning"));
    }
    let ((tone, icon), label) = verdict(person.verdict);
    (tone, icon, label)
}

fn standing(person: &Person, on_correct: Option<Callback<(u32, String)>>) -> AnyView {
    let (tone, icon, label) = status(person);
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

#[cfg(test)]
mod tests {
    use csv_worker::protocol::answer::AddressEntry;
    use roster::ProblemCode;

    use super::*;

    #[test]
    fn u5_a_mistyped_domain_is_a_warning_in_the_review_as_it_is_in_a_file() {
        let entry = AddressEntry {
            name: None,
            address: "ana@gmial.com".into(),
            key: Some("ana@gmial.com".into()),
            code: None,
            standing: None,
            suggestion: None,
            other_domain: None,
        };
        let of = |standing| status(&Person::from(&Chip { id: 1, entry: entry.clone(), standing }));
        // Without a catalogue, a text is its key.
        let warning = (Tone::Warning, IconName::Alert, "verdict.warning".to_owned());
        assert_eq!(of(EntryState::Doubtful(ProblemCode::LikelyTypo)), warning);
        assert_eq!(of(EntryState::Fine), (Tone::Success, IconName::Check, "verdict.ready".to_owned()));
        let left_out = Chip { id: 1, entry, standing: EntryState::Doubtful(ProblemCode::LikelyTypo) };
        let member = Person { verdict: RowVerdict::Member, ..Person::from(&left_out) };
        assert_eq!(status(&member).2, "verdict.member");
    }
}
