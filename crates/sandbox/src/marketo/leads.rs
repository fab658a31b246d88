//! Looking up people, and the description of their fields.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::Method;
use serde_json::{Map, Value, json};

use super::answer::{MarketoError, Success};
use super::cursor::Cursor;
use super::field::Field;
use super::gate::Caller;
use super::nature::Nature;
use super::parameters::Parameters;
use super::state::{Marketo, lock};
use super::world::{View, World};
use crate::people::Person;

/// The most people in a response, and the most values of a lookup.
const BATCH_MAX: usize = 300;
/// The most people that a lookup may match.
const MATCHES_MAX: usize = 1_000;

/// Answers `GET /{munchkin}/rest/v1/leads/describe2.json`.
pub(super) async fn describe(Extension(caller): Extension<Caller>) -> Success {
    let nature = caller.instance.nature;
    let searchable = Field::SEARCHABLE.iter().filter(|field| nature.has(**field));
    let searchable: Vec<_> = searchable.map(|field| [field.into_str()]).collect();
    let fields: Vec<_> = nature.fields().map(Field::description).collect();
    Success::of(json!([{ "name": "API Lead", "searchableFields": searchable, "fields": fields }]))
}

/// Answers `GET /{munchkin}/rest/v1/leads/describe.json`, which `describe2.json` has superseded.
pub(super) async fn describe_with_ids(Extension(caller): Extension<Caller>) -> Success {
    Success::of(caller.instance.nature.fields().map(Field::description_with_id).collect())
}

/// Answers `GET /{munchkin}/rest/v1/lead/{id}.json`.
pub(super) async fn by_id(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    Path((_, file)): Path<(String, String)>,
    asked: Parameters,
) -> Result<Success, MarketoError> {
    let id = file.strip_suffix(".json").ok_or_else(|| MarketoError::new(610))?;
    let fields = fields(&asked, caller.instance.nature)?;
    let world = lock(&marketo.world).clone();
    let number = id.parse().ok().and_then(Person::number_of);
    let view = number.and_then(|number| world.view(number, world.version()));
    let view = view.ok_or_else(|| MarketoError::saying(1004, format!("Lead '{id}' not found")))?;
    Ok(Success::of(json!([describe_person(&view, &fields)])))
}

/// Answers `GET /{munchkin}/rest/v1/leads.json`; also `POST` with `_method=GET`, the other parameters in a form.
pub(super) async fn find(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    method: Method,
    asked: Parameters,
) -> Result<Success, MarketoError> {
    if method == Method::POST && asked.text("_method") != "GET" {
        // That would write, which no client may do.
        return Err(MarketoError::new(603));
    }
    let nature = caller.instance.nature;
    if let Some(time) = nature.lookup_takes() {
        tokio::time::sleep(time / marketo.clock.speed()).await;
    }
    let (filter_type, filter_values) = (asked.text("filterType"), asked.text("filterValues"));
    let by = nature.field(filter_type).ok().filter(|field| Field::SEARCHABLE.contains(field));
    let by = by.ok_or_else(|| MarketoError::saying(1003, format!("Invalid filterType '{filter_type}'")))?;
    let values: HashSet<String> = filter_values.split(',').map(|value| value.trim().to_lowercase()).collect();
    if filter_values.trim().is_empty() || values.len() > BATCH_MAX {
        return Err(MarketoError::saying(1003, "filterValues must hold 1 to 300 values"));
    }
    let batch = asked.number("batchSize")?.unwrap_or(BATCH_MAX);
    if !(1..=BATCH_MAX).contains(&batch) {
        return Err(MarketoError::saying(1003, "batchSize must be between 1 and 300"));
    }
    let fields = fields(&asked, nature)?;
    let skip = match asked.given("nextPageToken") {
        Some(token) => Cursor::Lookup.read(token)?,
        None => 0,
    };
    let world = lock(&marketo.world).clone();
    let numbers = matching(&world, by, &values);
    if numbers.len() > MATCHES_MAX {
        return Err(MarketoError::saying(1003, "Too many results match the filter"));
    }
    let start = usize::try_from(skip).unwrap_or(usize::MAX).min(numbers.len());
    let end = (start + batch).min(numbers.len());
    let page = numbers[start..end].iter().filter_map(|number| world.view(*number, world.version()));
    let result = page.map(|view| describe_person(&view, &fields)).collect();
    let next_page_token = (end < numbers.len()).then(|| Cursor::Lookup.write(end as u64));
    Ok(Success { result: Some(result), next_page_token, more_result: None })
}

/// The fields that are asked for.
fn fields(asked: &Parameters, nature: Nature) -> Result<Vec<Field>, MarketoError> {
    asked.given("fields").map_or_else(|| Ok(Field::USUAL.to_vec()), |names| nature.field_list(names))
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
