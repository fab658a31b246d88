//! Queries, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Map, json};

use super::answer::refuse;
use crate::salesforce::fault::{ApiCode, ApiError};
use crate::salesforce::form::Form;
use crate::salesforce::records::{Api, Object, Row, Snapshot};
use crate::salesforce::soql::{Query, Selection, Value, parse};
use crate::salesforce::state::{Ctx, QueryResult};
use crate::salesforce::user::User;

/// The longest query in a URL that is accepted, in bytes.
const QUERY_MAX: usize = 16_384;
/// Records of a page, and the smallest page size.
const PAGE: usize = 2_000;
const PAGE_MIN: usize = 200;

/// `GET /query?q=`.
pub(super) async fn data(
    State(ctx): State<Ctx>,
    Extension(user): Extension<User>,
    uri: Uri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    first_page(&ctx, &user, Api::Data, &uri, &headers, query).await
}

/// `GET /tooling/query?q=`.
pub(super) async fn tooling(
    State(ctx): State<Ctx>,
    Extension(user): Extension<User>,
    uri: Uri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    first_page(&ctx, &user, Api::Tooling, &uri, &headers, query).await
}

async fn first_page(
    ctx: &Ctx,
    user: &User,
    api: Api,
    uri: &Uri,
    headers: &HeaderMap,
    query: Option<String>,
) -> Response {
    let query = query.unwrap_or_default();
    if query.len() > QUERY_MAX {
        return StatusCode::URI_TOO_LONG.into_response();
    }
    let soql = Form::read(query.as_bytes()).get("q").to_owned();
    let found = match ask(ctx, user, api, soql).await {
        Ok(found) => Arc::new(found),
        Err(error) => return refuse(ctx, error),
    };
    ctx.service.with(|state| {
        let most = &mut state.stats.query_records_max;
        *most = (*most).max(found.rows.len() as u64);
    });
    let size = page_size(headers);
    let cursor = match found.selection {
        Selection::Fields(_) if found.rows.len() > size => {
            ctx.service.with(|state| state.cursors.keep(&found))
        }
        _ => 0,
    };
    page(&found, cursor, 0, size, base(uri)).into_response()
}

/// The result of a query, for a user.
async fn ask(ctx: &Ctx, user: &User, api: Api, soql: String) -> Result<QueryResult, ApiError> {
    let snapshot = ctx.service.with(|state| Snapshot {
        org: user.org,
        people: ctx.service.people,
        setup: state.setup(user.org),
        users: state.kept.users.iter().cloned().collect(),
    });
    // Going through all people takes a while.
    let found = tokio::task::spawn_blocking(move || find(&soql, api, &snapshot)).await;
    found.unwrap_or_else(|_| Err(ApiCode::UnknownException.into()))
}

/// `GET /sobjects/{object}/{id}`.
pub(super) async fn record_of_data(
    State(ctx): State<Ctx>,
    Extension(user): Extension<User>,
    uri: Uri,
    Path((_, object, id)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let found = retrieve(&ctx, &user, Api::Data, (&object, &id), query).await;
    one_record(&ctx, &uri, found)
}

/// `GET /tooling/sobjects/{object}/{id}`.
pub(super) async fn record_of_tooling(
    State(ctx): State<Ctx>,
    Extension(user): Extension<User>,
    uri: Uri,
    Path((_, object, id)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let found = retrieve(&ctx, &user, Api::Tooling, (&object, &id), query).await;
    one_record(&ctx, &uri, found)
}

/// The record of an id: all its fields, or those that `fields` names.
async fn retrieve(
    ctx: &Ctx,
    user: &User,
    api: Api,
    (object, id): (&str, &str),
    query: Option<String>,
) -> Result<QueryResult, ApiError> {
    let object = Object::named(object, api).filter(|object| object.is_queryable());
    let object = object.ok_or(ApiCode::NotFound)?;
    // Both become part of a query.
    if !matches!(id.len(), 15 | 18) || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(ApiCode::NotFound.into());
    }
    let asked = Form::read(query.unwrap_or_default().as_bytes());
    let fields = match asked.given("fields") {
        Some(fields) if fields.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.,".contains(&byte)) => {
            fields.to_owned()
        }
        Some(_) => return Err(ApiCode::InvalidField.into()),
        None => {
            let columns = object.columns(&ctx.service.with(|state| state.setup(user.org)));
            let names = columns.iter().map(|column| &*column.name).filter(|name| !name.contains('.'));
            names.collect::<Vec<_>>().join(",")
        }
    };
    ask(ctx, user, api, format!("SELECT {fields} FROM {} WHERE Id = '{id}'", object.into_str())).await
}

fn one_record(ctx: &Ctx, uri: &Uri, found: Result<QueryResult, ApiError>) -> Response {
    match found {
        Ok(QueryResult { object, selection: Selection::Fields(fields), rows, .. }) if !rows.is_empty() => {
            Json(record(object, &rows[0], &fields, base(uri))).into_response()
        }
        Ok(_) => refuse(ctx, ApiCode::NotFound),
        Err(error) => refuse(ctx, error),
    }
}

/// `GET /query/{locator}`: a further page.
pub(super) async fn more(
    State(ctx): State<Ctx>,
    Extension(user): Extension<User>,
    uri: Uri,
    headers: HeaderMap,
    Path(path): Path<HashMap<String, String>>,
) -> Response {
    let place = path.get("locator").and_then(|locator| {
        let (cursor, from) = locator.strip_prefix("01g5e")?.split_once("AAA-")?;
        Some((cursor.parse().ok()?, from.parse::<usize>().ok()?))
    });
    let kept = place.and_then(|(cursor, from)| {
        let found = ctx.service.with(|state| state.cursors.get(cursor))?;
        (found.org == user.org && from <= found.rows.len()).then_some((found, cursor, from))
    });
    match kept {
        Some((found, cursor, from)) => {
            page(&found, cursor, from, page_size(&headers), base(&uri)).into_response()
        }
        None => refuse(&ctx, ApiCode::InvalidQueryLocator),
    }
}

/// The header that asks for smaller pages.
fn page_size(headers: &HeaderMap) -> usize {
    let asked = headers.get("sforce-query-options").and_then(|value| value.to_str().ok());
    let size = asked.and_then(|options| options.trim().strip_prefix("batchSize=")?.trim().parse().ok());
    size.unwrap_or(PAGE).clamp(PAGE_MIN, PAGE)
}

/// The path of the API's version.
fn base(uri: &Uri) -> &str {
    let path = uri.path();
    let end = path.match_indices('/').nth(3).map_or(path.len(), |(at, _)| at);
    &path[..end]
}

fn find(soql: &str, api: Api, org: &Snapshot) -> Result<QueryResult, ApiError> {
    let query = parse(soql).map_err(|problem| ApiError::new(ApiCode::MalformedQuery, problem))?;
    run(query, api, org)
}

/// The values of the one field that a query within a condition selects.
fn list(query: &Query, api: Api, org: &Snapshot) -> Result<Vec<Value>, ApiError> {
    let found = run(query.clone(), api, org)?;
    match &found.selection {
        Selection::Fields(fields) if fields.len() == 1 => {
            Ok(found.rows.iter().map(|row| row.value(&fields[0])).collect())
        }
        _ => Err(ApiError::new(ApiCode::MalformedQuery, "Semi join sub-selects can only query one field")),
    }
}

fn run(mut query: Query, api: Api, org: &Snapshot) -> Result<QueryResult, ApiError> {
    query.condition = match query.condition.take() {
        Some(condition) => Some(condition.resolved(&|query: &Query| list(query, api, org))?),
        None => None,
    };
    let unknown =
        || ApiError::new(ApiCode::InvalidType, format!("sObject type '{}' is not supported.", query.object));
    let object = Object::named(&query.object, api).ok_or_else(unknown)?;
    let names = names(object, org, &query)?;
    let name = |field: &str| names.get(field).map_or("", String::as_str);
    match &mut query.selection {
        Selection::Fields(fields) => fields.iter_mut().for_each(|field| *field = name(field).to_owned()),
        Selection::CountOf { field, .. } => *field = name(field).to_owned(),
        Selection::Count => {}
    }
    let condition = query.condition.as_ref();
    let holds =
        |row: &Row| condition.is_none_or(|condition| condition.holds(&|field| row.value(name(field))));
    let mut rows: Vec<_> = object.rows(org, condition).filter(holds).collect();
    for (field, down) in query.order.iter().rev() {
        let field = name(field);
        rows.sort_by(|a, b| {
            let order = compare(&a.value(field), &b.value(field));
            if *down { order.reverse() } else { order }
        });
    }
    if let Selection::CountOf { field, .. } = &query.selection {
        rows.retain(|row| row.value(field) != Value::Null);
    }
    rows.drain(..query.offset.min(rows.len()));
    rows.truncate(query.limit.unwrap_or(usize::MAX));
    one_layout_at_a_time(&query.selection, object, rows.len())?;
    Ok(QueryResult { org: org.org, object, selection: query.selection, rows })
}

/// The names of a query's fields as the org spells them.
fn names(object: Object, org: &Snapshot, query: &Query) -> Result<HashMap<String, String>, ApiError> {
    let columns = object.columns(&org.setup);
    let selected = match &query.selection {
        Selection::Fields(fields) => fields.iter().map(String::as_str).collect(),
        Selection::CountOf { field, .. } => vec![field.as_str()],
        Selection::Count => Vec::new(),
    };
    let asked = query.condition.iter().flat_map(|condition| condition.fields());
    let sorted = query.order.iter().map(|(field, _)| field.as_str());
    let mut names = HashMap::new();
    for field in selected.into_iter().chain(asked).chain(sorted) {
        let Some(column) = columns.iter().find(|column| column.name.eq_ignore_ascii_case(field)) else {
            let message = format!(
                "No such column '{field}' on entity '{}'. If you are attempting to use a custom field, be sure to \
                 append the '__c' after the custom field name.",
                object.into_str()
            );
            return Err(ApiError::new(ApiCode::InvalidField, message));
        };
        names.insert(field.to_owned(), column.name.clone().into_owned());
    }
    Ok(names)
}

/// Null sorts first; values that cannot be compared keep their order.
fn compare(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => std::cmp::Ordering::Equal,
        (Value::Null, _) => std::cmp::Ordering::Less,
        (_, Value::Null) => std::cmp::Ordering::Greater,
        _ => a.order(b).unwrap_or(std::cmp::Ordering::Equal),
    }
}

/// The Tooling API returns the metadata of one layout at a time.
fn one_layout_at_a_time(selection: &Selection, object: Object, rows: usize) -> Result<(), ApiError> {
    let Selection::Fields(fields) = selection else { return Ok(()) };
    let whole = fields.iter().any(|field| field == "Metadata" || field == "FullName");
    if object == Object::Layout && whole && rows > 1 {
        let message = format!(
            "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more \
             than one row for retrieval. Result size: {rows}"
        );
        return Err(ApiError::new(ApiCode::MalformedQuery, message));
    }
    Ok(())
}

fn page(found: &QueryResult, cursor: u64, from: usize, size: usize, base: &str) -> Json<serde_json::Value> {
    let total = found.rows.len();
    let fields = match &found.selection {
        Selection::Fields(fields) => fields,
        Selection::Count => return Json(json!({ "totalSize": total, "done": true, "records": [] })),
        Selection::CountOf { name, .. } => {
            let record = json!({ "attributes": { "type": "AggregateResult" }, name.as_str(): total });
            return Json(json!({ "totalSize": 1, "done": true, "records": [record] }));
        }
    };
    let end = total.min(from + size);
    let records: Vec<_> =
        found.rows[from..end].iter().map(|row| record(found.object, row, fields, base)).collect();
    let mut page = json!({ "totalSize": total, "done": end == total, "records": records });
    if end < total {
        page["nextRecordsUrl"] = format!("{base}/query/01g5e{cursor:010}AAA-{end}").into();
    }
    Json(page)
}

/// A record in the response: the fields of a related object are in a nested object.
fn record(object: Object, row: &Row, fields: &[String], base: &str) -> serde_json::Value {
    let mut record = Map::new();
    let mut attributes = json!({ "type": object.into_str() });
    if let Value::Id(id) = row.value("Id") {
        attributes["url"] = format!("{base}/sobjects/{}/{id}", object.into_str()).into();
    }
    record.insert("attributes".to_owned(), attributes);
    for field in fields {
        let value = row.value(field).into_json();
        let Some((relation, inner)) = field.split_once('.') else {
            record.insert(field.clone(), value);
            continue;
        };
        let entry = record.entry(relation).or_insert(serde_json::Value::Null);
        if entry.is_null() && !value.is_null() {
            *entry = json!({ "attributes": { "type": relation } });
        }
        if let serde_json::Value::Object(entry) = entry {
            entry.insert(inner.to_owned(), value);
        }
    }
    serde_json::Value::Object(record)
}
