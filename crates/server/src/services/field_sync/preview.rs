//! The preview of a sync: the fields, each with the value of one person.

use api_types::{PersonField, SyncField};

use super::mapping::{Judged, judge_lead, source};
use super::opportunities::Opportunities;
use crate::clients::marketo::leads::{Field, Lead};
use crate::db::field_sync::people::Person;
use crate::state::App;

/// The type of Salesforce's ids, and of fields that Marketo does not describe.
const TEXT: &str = "string";

/// The fields without Marketo's descriptions.
pub(super) fn fields() -> Vec<SyncField> {
    describe(&[], None)
}

/// The fields as Marketo describes them, with the values of the first of `some` people who qualifies.
pub(super) async fn described(app: &App, described: &[Field], some: &[Lead]) -> Vec<SyncField> {
    let qualifying: Vec<Person> = some
        .iter()
        .filter_map(|lead| match judge_lead(lead) {
            Judged::Qualifies(person) => Some(*person),
            Judged::Skipped(..) | Judged::Failed(_) => None,
        })
        .collect();
    // The person with the most fields filled.
    let filled =
        |person: &&Person| PersonField::ALL.iter().filter(|field| person.value(**field).is_some()).count();
    let sample = match qualifying.iter().max_by_key(filled) {
        Some(person) => {
            let opportunities = Opportunities::of(app, std::iter::once(person)).await;
            let salesforce_opportunity_id = opportunities.find(person, None);
            Some(Person { salesforce_opportunity_id, ..person.clone() })
        }
        None => None,
    };
    describe(described, sample.as_ref())
}

fn describe(described: &[Field], sample: Option<&Person>) -> Vec<SyncField> {
    let one = |field: PersonField| {
        let (origin, from) = source(field);
        let known = from.and_then(|from| described.iter().find(|field| field.name == from.into_str()));
        let data_type = known.map(|field| field.data_type.as_str()).filter(|kind| !kind.is_empty());
        SyncField {
            field,
            marketo_name: from.map(|from| from.into_str().to_owned()),
            data_type: data_type.unwrap_or(TEXT).to_owned(),
            origin,
            // Without a description nothing is known.
            missing: from.is_some() && known.is_none() && !described.is_empty(),
            sample: sample.and_then(|person| person.value(field)),
        }
    };
    PersonField::ALL.into_iter().map(one).collect()
}
