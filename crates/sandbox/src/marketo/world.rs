//! The people in Marketo: generated from their numbers, with the changes since.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::field::Field;
use crate::people::{People, Person};

/// A change of a range of people at once; in Marketo it is one activity for each of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    /// Milliseconds since 1970.
    pub(super) at: i64,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum What {
    Created,
    Deleted,
    /// Merged into the person of that number.
    MergedInto(u32),
    Value {
        field: Field,
        /// Absent if the field was emptied.
        value: Option<String>,
    },
}

impl Change {
    fn contains(&self, number: u32) -> bool {
        (self.first..=self.last).contains(&number)
    }

    fn len(&self) -> u64 {
        u64::from(self.last) - u64::from(self.first) + 1
    }
}

/// A change of one person.
pub(super) struct Activity<'a> {
    /// Counts all activities from 0.
    pub(super) index: u64,
    pub(super) number: u32,
    pub(super) change: &'a Change,
    /// How many changes had happened before.
    pub(super) version: usize,
}

/// All people, at any time since the first start. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct World {
    people: People,
    changes: Arc<Vec<Change>>,
}

impl World {
    pub(super) fn new(people: People, changes: Vec<Change>) -> Self {
        Self { people, changes: Arc::new(changes) }
    }

    pub(super) fn people(&self) -> People {
        self.people
    }

    pub(super) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// How many changes there are: the version of the people.
    pub(super) fn version(&self) -> usize {
        self.changes.len()
    }

    /// The highest number there is or was.
    pub(super) fn last_number(&self, version: usize) -> u32 {
        let made = |change: &&Change| change.what == What::Created;
        let last = self.changes[..version].iter().rev().find(made).map(|change| change.last);
        last.unwrap_or_else(|| self.people.count())
    }

    pub(super) fn change(&mut self, change: Change) {
        Arc::make_mut(&mut self.changes).push(change);
    }

    /// A person as of a version; `None` for a person who did not exist.
    pub(super) fn view(&self, number: u32, version: usize) -> Option<View<'_>> {
        let mut person = self.people.get(number);
        let mut values = Vec::new();
        for change in self.changes[..version].iter().filter(|change| change.contains(number)) {
            match &change.what {
                What::Created => {
                    let at = change.at - change.at.rem_euclid(1000);
                    person = Some(Person { number, created_at: at, updated_at: at });
                }
                What::Deleted | What::MergedInto(_) => return None,
                What::Value { field, value } => {
                    values.push((*field, value.as_deref()));
                    if let Some(person) = &mut person {
                        person.updated_at = change.at - change.at.rem_euclid(1000);
                    }
                }
            }
        }
        person.map(|person| View { person, values })
    }

    /// The activities from one on, at most `limit`, and the index of the one after them.
    pub(super) fn activities(&self, from: u64, limit: usize) -> (Vec<Activity<'_>>, u64) {
        let mut start = 0;
        let mut found = Vec::new();
        let mut next = from;
        for (version, change) in self.changes.iter().enumerate() {
            let end = start + change.len();
            while next < end && next >= start && found.len() < limit {
                let number = change.first + u32::try_from(next - start).unwrap_or_default();
                found.push(Activity { index: next, number, change, version });
                next += 1;
            }
            start = end;
        }
        (found, next)
    }

    /// The index of the first activity at a time or after it.
    pub(super) fn activity_since(&self, at: i64) -> u64 {
        self.changes.iter().take_while(|change| change.at < at).map(Change::len).sum()
    }

    /// How many activities there are.
    pub(super) fn activity_count(&self) -> u64 {
        self.changes.iter().map(Change::len).sum()
    }
}

/// A person at one time.
pub(super) struct View<'a> {
    pub(super) person: Person,
    values: Vec<(Field, Option<&'a str>)>,
}

impl View<'_> {
    /// The value of a field, unless it is empty.
    pub(super) fn value(&self, field: Field) -> Option<Cow<'_, str>> {
        if let Some((_, value)) = self.values.iter().rev().find(|(changed, _)| *changed == field) {
            return value.map(Cow::Borrowed);
        }
        let person = self.person;
        match field {
            Field::Id => Some(person.marketo_id().to_string().into()),
            Field::FirstName => Some(person.first_name().into()),
            Field::LastName => Some(person.last_name().into()),
            Field::Email => person.email().map(Cow::Owned),
            Field::Company => Some(person.company().into()),
            Field::Title => person.title().map(Cow::Borrowed),
            Field::Phone => person.phone().map(Cow::Owned),
            Field::LinkedIn => person.linkedin_url().map(Cow::Owned),
            Field::LeadSource => Some(person.source().into()),
            Field::SfdcLeadId => person.salesforce_lead_id().map(Cow::Owned),
            Field::SfdcContactId => person.salesforce_contact_id().map(Cow::Owned),
            Field::SfdcAccountId => person.salesforce_account_id().map(Cow::Owned),
            Field::SfdcLeadOwnerId => person.salesforce_owner_id().map(Cow::Owned),
            Field::CreatedAt => Some(date(person.created_at).into()),
            Field::UpdatedAt => Some(date(person.updated_at).into()),
        }
    }
}

/// A date as Marketo writes it, from milliseconds since 1970.
pub(super) fn date(time: i64) -> String {
    OffsetDateTime::from_unix_timestamp(time.div_euclid(1000))
        .ok()
        .and_then(|date| date.format(&Rfc3339).ok())
        .unwrap_or_default()
}

/// Milliseconds since 1970 of a date as ISO 8601 writes it, with the offset.
pub(super) fn parse_date(text: &str) -> Option<i64> {
    let date = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(date.unix_timestamp_nanos() / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> World {
        let change = |at, first, last, what| Change { at, first, last, what };
        let email = What::Value { field: Field::Email, value: Some("new@example.com".to_owned()) };
        let changes = vec![
            change(2_000_000_001_000, 2, 3, email),
            change(2_000_000_002_000, 11, 12, What::Created),
            change(2_000_000_003_000, 3, 3, What::Deleted),
        ];
        World::new(People::new(10, 2_000_000_000_000), changes)
    }

    #[test]
    fn a_version_shows_people_as_they_were() {
        let world = world();
        let email =
            |number, version| world.view(number, version).unwrap().value(Field::Email).map(String::from);
        assert_ne!(email(2, 0).as_deref(), Some("new@example.com"));
        assert_eq!(email(2, 1).as_deref(), Some("new@example.com"));
        assert_eq!(world.view(2, 1).unwrap().person.updated_at, 2_000_000_001_000);
        assert!(world.view(3, 2).is_some() && world.view(3, 3).is_none());
        assert!(world.view(12, 1).is_none() && world.view(12, 2).is_some());
        assert_eq!((world.last_number(1), world.last_number(3)), (10, 12));
    }

    #[test]
    fn activities_are_counted_by_person() {
        let world = world();
        assert_eq!(world.activity_count(), 5);
        assert_eq!(world.activity_since(2_000_000_002_000), 2);
        let (page, next) = world.activities(1, 3);
        let numbers: Vec<_> = page.iter().map(|activity| (activity.index, activity.number)).collect();
        assert_eq!((numbers, next), (vec![(1, 3), (2, 11), (3, 12)], 4));
        assert_eq!(world.activities(5, 300).0.len(), 0);
    }

    #[test]
    fn dates_can_be_read_back() {
        assert_eq!(date(1_700_000_000_999), "2023-11-14T22:13:20Z");
        assert_eq!(parse_date("2023-11-14T22:13:20Z"), Some(1_700_000_000_000));
        assert_eq!(parse_date("2023-11-14T23:13:20+01:00"), Some(1_700_000_000_000));
        assert_eq!(parse_date("2023-11-14"), None);
    }
}
