//! Looking up people, and the description of their fields.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{MarketoError, Success};
use super::cursor::Cursor;
use super::field::Field;
use super::gate::Caller;
use super::state::{Marketo, lock};
use super::world::{View, World};
use crate::people::Person;

/// The most people in a response, and the most values of a lookup.
const BATCH_MAX: usize = 300;

/// Answers `GET /{munchkin}/rest/v1/leads/describe2.json`.
pub(super) async fn describe(Extension(caller): Extension<Caller>) -> Success {
    let nature = caller.instance.nature;
    let searchable = Field::SEARCHABLE.iter().filter(|field| nature.has(**field));
    let searchable: Vec<_> = searchable.map(|field| [field.into_str()]).collect();
    let fields: Vec<_> = nature.fields().map(Field::description).collect();
    Success::of(json!([{ "name": "API Lead", "searchableFields": searchable, "fields": fields }]))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lookup {
    #[serde(default)]
    filter_type: String,
    #[serde(default)]
    filter_values: String,
    fields: Option<String>,
    batch_size: Option<usize>,
    next_page_token: Option<String>,
}

/// Answers `GET /{munchkin}/rest/v1/leads.json`.
pub(super) async fn find(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    Query(lookup): Query<Lookup>,
) -> Result<Success, MarketoError> {
    let nature = caller.instance.nature;
    if let Some(time) = nature.lookup_takes() {
        tokio::time::sleep(time / marketo.clock.speed()).await;
    }
    let by = Field::named(&lookup.filter_type, nature).ok().filter(|field| Field::SEARCHABLE.contains(field));
    let by =
        by.ok_or_else(|| MarketoError::saying(1003, format!("Invalid filterType '{}'", lookup.filter_type)))?;
    let values: HashSet<String> =
        lookup.filter_values.split(',').map(|value| value.trim().to_lowercase()).collect();
    if lookup.filter_values.trim().is_empty() || values.len() > BATCH_MAX {
        return Err(MarketoError::saying(1003, "filterValues must hold 1 to 300 values"));
    }
    let batch = lookup.batch_size.unwrap_or(BATCH_MAX);
    if !(1..=BATCH_MAX).contains(&batch) {
        return Err(MarketoError::saying(1003, "batchSize must be between 1 and 300"));
    }
    let fields = match &lookup.fields {
        Some(names) => Field::list(names, nature)?,
        None => Field::USUAL.to_vec(),
    };
    let skip = match &lookup.next_page_token {
        Some(token) => Cursor::Lookup.read(token)?,
        None => 0,
    };
    let world = lock(&marketo.world).clone();
    let numbers = matching(&world, by, &values);
    let start = usize::try_from(skip).unwrap_or(usize::MAX).min(numbers.len());
    let end = (start + batch).min(numbers.len());
    let page = numbers[start..end].iter().filter_map(|number| world.view(*number, world.version()));
    let result = page.map(|view| describe_person(&view, &fields)).collect();
    let next_page_token = (end < numbers.len()).then(|| Cursor::Lookup.write(end as u64));
    Ok(Success { result: Some(result), next_page_token, more_result: None })
}

/// The numbers of the people with one of the values, in lower case.
fn matching(world: &World, by: Field, values: &HashSet<String>) -> Vec<u32> {
    if by == Field::Id {
        let number = |id: &String| Person::number_of(id.parse().ok()?);
        let mut numbers: Vec<_> = values.iter().filter_map(number).collect();
        numbers.retain(|number| world.view(*number, world.version()).is_some());
        numbers.sort_unstable();
        return numbers;
    }
    let has = |number: &u32| {
        let view = world.view(*number, world.version());
        view.is_some_and(|view| view.value(by).is_some_and(|value| values.contains(&value.to_lowercase())))
    };
    (1..=world.last_number(world.version())).filter(has).collect()
}

fn describe_person(view: &View<'_>, fields: &[Field]) -> Value {
    let value = |field: Field| match field {
        Field::Id => json!(view.person.marketo_id()),
        _ => json!(view.value(field)),
    };
    Value::Object(
        fields.iter().map(|field| (field.into_str().to_owned(), value(*field))).collect::<Map<_, _>>(),
    )
}
