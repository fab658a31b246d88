use api_types::{AuditEvent, AuditQuery, List, paths};
use axum::extract::State;

use super::lists::{CursorScope, after_row, check_search, next, page_size};
use crate::error::ApiResult;
use crate::http::extract::{Json, Query};
use crate::services::audit;
use crate::state::App;

/// What people did to the account, the latest first.
#[utoipa::path(get, path = paths::AUDIT_EVENTS, tag = "audit", params(AuditQuery),
    responses((status = 200, body = List<AuditEvent>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<AuditQuery>,
) -> ApiResult<Json<List<AuditEvent>>> {
    let limit = page_size(query.limit);
    check_search(query.search.as_deref())?;
    let filter = audit::filter(&query)?;
    let (seal, place) = CursorScope::of("audit events", &query)?;
    let before = after_row(place.as_deref())?;
    let mut conn = app.db.read().await?;
    let (mut events, total) = audit::page(&app, &mut conn, &filter, before, limit + 1).await?;
    let next_cursor = next(&mut events, limit, |(place, _)| seal.cursor(place));
    let items = events.into_iter().map(|(_, event)| event).collect();
    Ok(Json(List { items, meta: total.meta(next_cursor) }))
}
