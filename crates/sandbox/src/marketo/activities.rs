//! Activities of people since the first start: changes, creations, deletions and merges.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{MarketoError, Success};
use super::cursor::Cursor;
use super::field::Field;
use super::gate::Caller;
use super::state::{Marketo, lock};
use super::world::{Activity, What, World, date, parse_date};
use crate::people::Person;

/// Activities in a page. Those of other types count too, so a page may hold fewer and yet not be the last.
const PAGE: usize = 300;

const NEW_LEAD: u32 = 12;
const CHANGED_VALUE: u32 = 13;
const MERGED_LEADS: u32 = 32;
const DELETED_LEAD: u32 = 37;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Since {
    #[serde(default)]
    since_datetime: String,
}

/// Answers `GET /{munchkin}/rest/v1/activities/pagingtoken.json`.
pub(super) async fn paging_token(
    State(marketo): State<Arc<Marketo>>,
    Query(since): Query<Since>,
) -> Result<Success, MarketoError> {
    let at = parse_date(&since.since_datetime)
        .ok_or_else(|| MarketoError::saying(1003, "sinceDatetime must be an ISO 8601 date"))?;
    let place = lock(&marketo.world).activity_since(at);
    Ok(Success { next_page_token: Some(Cursor::Activities.write(place)), ..Success::default() })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    #[serde(default)]
    next_page_token: String,
    #[serde(default)]
    fields: String,
    #[serde(default)]
    activity_type_ids: String,
    batch_size: Option<usize>,
}

impl Page {
    /// The response with the activities of the page for which `describe` returns something.
    fn answer(
        &self,
        world: &World,
        describe: impl FnMut(&Activity<'_>) -> Option<Value>,
    ) -> Result<Success, MarketoError> {
        let from = Cursor::Activities.read(&self.next_page_token)?;
        let (activities, next) = world.activities(from, self.batch_size.unwrap_or(PAGE).clamp(1, PAGE));
        Ok(Success {
            result: Some(activities.iter().filter_map(describe).collect()),
            next_page_token: Some(Cursor::Activities.write(next)),
            more_result: Some(next < world.activity_count()),
        })
    }
}

/// Answers `GET /{munchkin}/rest/v1/activities/leadchanges.json`.
pub(super) async fn lead_changes(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    Query(page): Query<Page>,
) -> Result<Success, MarketoError> {
    let fields = Field::list(&page.fields, caller.instance.nature)?;
    if fields.is_empty() {
        return Err(MarketoError::saying(1003, "fields must be specified"));
    }
    let world = lock(&marketo.world).clone();
    page.answer(&world, |activity| match &activity.change.what {
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
    })
}

/// Answers `GET /{munchkin}/rest/v1/activities/deletedleads.json`.
pub(super) async fn deleted_leads(
    State(marketo): State<Arc<Marketo>>,
    Query(page): Query<Page>,
) -> Result<Success, MarketoError> {
    let world = lock(&marketo.world).clone();
    page.answer(&world, |activity| match activity.change.what {
        What::Deleted => {
            let before = world.view(activity.number, activity.version)?;
            let name = |field| before.value(field).unwrap_or_default().into_owned();
            let mut described = describe(activity, DELETED_LEAD, "Delete Lead");
            described["primaryAttributeValueId"] = described["leadId"].clone();
            described["primaryAttributeValue"] =
                json!(format!("{} {}", name(Field::FirstName), name(Field::LastName)).trim());
            Some(described)
        }
        What::Created | What::Value { .. } | What::MergedInto(_) => None,
    })
}

/// Answers `GET /{munchkin}/rest/v1/activities.json`, with the types that the stand-in knows of those that are asked for.
pub(super) async fn of_types(
    State(marketo): State<Arc<Marketo>>,
    Query(page): Query<Page>,
) -> Result<Success, MarketoError> {
    let types = page.activity_type_ids.split(',').map(|id| id.trim().parse::<u32>());
    let types: Vec<u32> = types
        .collect::<Result<_, _>>()
        .map_err(|_| MarketoError::saying(1003, "activityTypeIds must be specified"))?;
    let world = lock(&marketo.world).clone();
    page.answer(&world, |activity| match activity.change.what {
        What::Created if types.contains(&NEW_LEAD) => Some(describe(activity, NEW_LEAD, "New Lead")),
        What::MergedInto(winner) if types.contains(&MERGED_LEADS) => {
            let mut described = describe(activity, MERGED_LEADS, "Merge Leads");
            let gone = described["leadId"].clone();
            described["leadId"] = json!(person(winner).marketo_id());
            described["attributes"] = json!([
                { "name": "Master Updated", "value": false },
                { "name": "Merge IDs", "value": format!("[{gone}]") },
                { "name": "Merge Source", "value": "UI" },
            ]);
            Some(described)
        }
        _ => None,
    })
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
