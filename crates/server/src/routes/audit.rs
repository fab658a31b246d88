use api_types::{AuditEvent, AuditQuery, List, Timestamp, UserId};
use axum::extract::State;

use super::lists::{Seal, after_row, check_search, next, page_size};
use crate::db;
use crate::db::audit::Filter;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{Json, Query};
use crate::platform::clock::Millis;
use crate::state::App;

/// What people did to the account, the latest first.
#[utoipa::path(get, path = "/audit-events", tag = "audit", params(AuditQuery),
    responses((status = 200, body = List<AuditEvent>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<AuditQuery>,
) -> ApiResult<Json<List<AuditEvent>>> {
    let limit = page_size(query.limit);
    check_search(query.search.as_deref())?;
    let filter = Filter {
        actor: query.actor.as_ref().map(UserId::as_str),
        person: query.person.as_ref().map(UserId::as_str),
        action: query.action,
        search: query.search.as_deref(),
        from: instant("from", query.from.as_ref())?,
        until: instant("until", query.until.as_ref())?,
    };
    let (seal, place) = Seal::of("audit events", &query)?;
    let before = after_row(place.as_deref())?;
    let mut conn = app.db.read().await?;
    let (mut events, total) = db::audit::list(&mut conn, &app.account_id, &filter, before, limit + 1).await?;
    let next_cursor = next(&mut events, limit, |(place, _)| seal.cursor(place));
    let items = events.into_iter().map(|(_, event)| event).collect();
    Ok(Json(List { items, meta: total.meta(next_cursor) }))
}

fn instant(field: &str, timestamp: Option<&Timestamp>) -> ApiResult<Option<Millis>> {
    let Some(timestamp) = timestamp else { return Ok(None) };
    match Millis::parse(timestamp) {
        Some(instant) => Ok(Some(instant)),
        None => Err(ApiError::field(field, "not a time of RFC 3339")),
    }
}
