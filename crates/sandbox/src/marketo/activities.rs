//! Activities of people since the first start: changes, creations, deletions and merges.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{MarketoError, Success};
use super::cursor::Cursor;
use super::field::Field;
use super::gate::Caller;
use super::parameters::Parameters;
use super::state::{Marketo, lock};
use super::world::{Activity, What, World, date, parse_date};
use crate::people::Person;

/// Activities in a page. Those of other types count too, so a page may hold fewer and yet not be the last.
const PAGE: usize = 300;
/// The most people and types that activities can be asked for.
const PEOPLE_MAX: usize = 30;
const TYPES_MAX: usize = 10;

const NEW_LEAD: u32 = 12;
const CHANGED_VALUE: u32 = 13;
const MERGED_LEADS: u32 = 32;
const DELETED_LEAD: u32 = 37;

/// Answers `GET /{munchkin}/rest/v1/activities/types.json`, with the types that the stand-in knows.
pub(super) async fn types() -> Success {
    let attributes = |list: &[(&str, &str)]| -> Vec<Value> {
        list.iter().map(|(name, kind)| json!({ "name": name, "dataType": kind })).collect()
    };
    let lead = json!({ "name": "Lead ID", "dataType": "integer" });
    Success::of(json!([
        {
            "id": NEW_LEAD,
            "name": "New Lead",
            "description": "New person/record is added to the lead database",
            "attributes": attributes(&[("Reason", "string"), ("Source", "string")]),
        },
        {
            "id": CHANGED_VALUE,
            "name": "Change Data Value",
            "description": "Changed attribute value for a person/record",
            "primaryAttribute": { "name": "Attribute Name", "dataType": "integer" },
            "attributes": attributes(&[
                ("New Value", "string"),
                ("Old Value", "string"),
                ("Reason", "string"),
                ("Source", "string"),
            ]),
        },
        {
            "id": MERGED_LEADS,
            "name": "Merge Leads",
            "description": "Two or more leads are merged together into a single record",
            "primaryAttribute": &lead,
            "attributes": attributes(&[
                ("Master Updated", "boolean"),
                ("Merge IDs", "string"),
                ("Merge Source", "string"),
            ]),
        },
        {
            "id": DELETED_LEAD,
            "name": "Delete Lead",
            "description": "Person/record was deleted from Marketo",
            "primaryAttribute": &lead,
            "attributes": attributes(&[("Reason", "string"), ("Source", "string")]),
        },
    ]))
}

/// Answers `GET /{munchkin}/rest/v1/activities/pagingtoken.json`.
pub(super) async fn paging_token(
    State(marketo): State<Arc<Marketo>>,
    asked: Parameters,
) -> Result<Success, MarketoError> {
    let since = asked.text("sinceDatetime");
    // A day alone is ISO 8601, too.
    let at = parse_date(since).or_else(|| parse_date(&format!("{since}T00:00:00Z")));
    let at = at.ok_or_else(|| MarketoError::saying(1003, "sinceDatetime must be an ISO 8601 date"))?;
    let place = lock(&marketo.world).activity_since(at);
    Ok(Success { next_page_token: Some(Cursor::Activities.write(place)), ..Success::default() })
}

/// The page that is asked for.
struct Page {
    from: u64,
    most: usize,
    /// Marketo's ids of the people whose activities are wanted, if not of all.
    people: Vec<u64>,
}

impl Page {
    fn read(asked: &Parameters) -> Result<Self, MarketoError> {
        let people = asked.numbers("leadIds")?;
        if people.len() > PEOPLE_MAX {
            return Err(MarketoError::saying(1003, "leadIds must hold at most 30 ids"));
        }
        Ok(Self {
            from: Cursor::Activities.read(asked.text("nextPageToken"))?,
            most: asked.number("batchSize")?.unwrap_or(PAGE).clamp(1, PAGE),
            people,
        })
    }

    /// The response with the activities of the page for which `describe` returns something.
    fn answer(&self, world: &World, describe: impl FnMut(&Activity<'_>) -> Option<Value>) -> Success {
        let wanted = |described: &Value| {
            let person = described["leadId"].as_u64();
            self.people.is_empty() || person.is_some_and(|person| self.people.contains(&person))
        };
        let (activities, next) = world.activities(self.from, self.most);
        Success {
            result: Some(activities.iter().filter_map(describe).filter(wanted).collect()),
            next_page_token: Some(Cursor::Activities.write(next)),
            more_result: Some(next < world.activity_count()),
        }
    }
}

/// Answers `GET /{munchkin}/rest/v1/activities/leadchanges.json`.
pub(super) async fn lead_changes(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    asked: Parameters,
) -> Result<Success, MarketoError> {
    let fields = caller.instance.nature.field_list(asked.text("fields"))?;
    if fields.is_empty() {
        return Err(MarketoError::saying(1003, "fields must be specified"));
    }
    let page = Page::read(&asked)?;
    let world = lock(&marketo.world).clone();
    Ok(page.answer(&world, |activity| match &activity.change.what {
        What::Created => {
            let mut described = describe(activity, NEW_LEAD, "New Lead");
            described["fields"] = json!([]);
            Some(described)
        }
        What::Value { field, value } if fields.contains(field) => {
            let before = world.view(activity.number, activity.version)?;
            let mut described = describe(activity, CHANGED_VALUE, "Change Data Value");
            described["fields"] = json!([{
                "id": field.id(),
                "name": field.into_str(),
                "newValue": value,
                "oldValue": before.value(*field),
            }]);
            Some(described)
        }
        What::Value { .. } | What::Deleted | What::MergedInto(_) => None,
    }))
}

/// Answers `GET /{munchkin}/rest/v1/activities/deletedleads.json`.
pub(super) async fn deleted_leads(
    State(marketo): State<Arc<Marketo>>,
    asked: Parameters,
) -> Result<Success, MarketoError> {
    let page = Page::read(&asked)?;
    let world = lock(&marketo.world).clone();
    Ok(page.answer(&world, |activity| match activity.change.what {
        What::Deleted => deletion(&world, activity),
        What::Created | What::Value { .. } | What::MergedInto(_) => None,
    }))
}

/// Answers `GET /{munchkin}/rest/v1/activities.json`, with the types that the stand-in knows of those that are asked for.
pub(super) async fn of_types(
    State(marketo): State<Arc<Marketo>>,
    asked: Parameters,
) -> Result<Success, MarketoError> {
    let types: Vec<u32> = asked.numbers("activityTypeIds")?;
    if types.is_empty() || types.len() > TYPES_MAX {
        return Err(MarketoError::saying(1003, "activityTypeIds must hold 1 to 10 ids"));
    }
    let page = Page::read(&asked)?;
    let world = lock(&marketo.world).clone();
    Ok(page.answer(&world, |activity| match &activity.change.what {
        What::Created if types.contains(&NEW_LEAD) => Some(describe(activity, NEW_LEAD, "New Lead")),
        What::Value { field, value } if types.contains(&CHANGED_VALUE) => {
            let before = world.view(activity.number, activity.version)?;
            let mut described = describe(activity, CHANGED_VALUE, "Change Data Value");
            described["primaryAttributeValueId"] = json!(field.id());
            described["primaryAttributeValue"] = json!(field.display_name());
            // An attribute without a value is left out.
            let values = [
                ("New Value", value.as_deref().map(Cow::Borrowed)),
                ("Old Value", before.value(*field)),
                ("Reason", Some("Web service API".into())),
                ("Source", Some("Web service API".into())),
            ];
            let attribute = |(name, value): (&str, Option<Cow<'_, str>>)| {
                value.map(|value| json!({ "name": name, "value": value }))
            };
            described["attributes"] = values.into_iter().filter_map(attribute).collect();
            Some(described)
        }
        What::Deleted if types.contains(&DELETED_LEAD) => deletion(&world, activity),
        What::MergedInto(winner) if types.contains(&MERGED_LEADS) => {
            let mut described = describe(activity, MERGED_LEADS, "Merge Leads");
            let gone = described["leadId"].clone();
            described["leadId"] = json!(person(*winner).marketo_id());
            described["attributes"] = json!([
                { "name": "Master Updated", "value": false },
                { "name": "Merge IDs", "value": format!("[{gone}]") },
                { "name": "Merge Source", "value": "UI" },
            ]);
            Some(described)
        }
        _ => None,
    }))
}

/// The activity of a deletion.
fn deletion(world: &World, activity: &Activity<'_>) -> Option<Value> {
    let before = world.view(activity.number, activity.version)?;
    let name = |field| before.value(field).unwrap_or_default().into_owned();
    let mut described = describe(activity, DELETED_LEAD, "Delete Lead");
    described["primaryAttributeValueId"] = described["leadId"].clone();
    described["primaryAttributeValue"] =
        json!(format!("{} {}", name(Field::FirstName), name(Field::LastName)).trim());
    Some(described)
}

fn person(number: u32) -> Person {
    Person { number, created_at: 0, updated_at: 0 }
}

fn describe(activity: &Activity<'_>, kind: u32, reason: &str) -> Value {
    let person = person(activity.number);
    // As the first activity of a real instance, none has the number 0.
    let id = activity.index + 1;
    json!({
        "id": id,
        "marketoGUID": id.to_string(),
        "leadId": person.marketo_id(),
        "activityDate": date(activity.change.at),
        "activityTypeId": kind,
        "attributes": [
            { "name": "Reason", "value": reason },
            { "name": "Source", "value": "Web service API" },
        ],
    })
}
