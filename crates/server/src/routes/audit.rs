use api_types::{AuditEvent, AuditExport, AuditFormat, AuditNumbering, AuditQuery, List, paths};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use super::lists::{CursorScope, after_row, check_search, next, page_size};
use crate::error::ApiResult;
use crate::http::extract::{Json, Query};
use crate::services::sessions::Caller;
use crate::services::{audit, audit_export};
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

/// Whether events are missing.
#[utoipa::path(get, path = paths::AUDIT_NUMBERING, tag = "audit", responses((status = 200, body = AuditNumbering)))]
pub(crate) async fn numbering(State(app): State<App>) -> ApiResult<Json<AuditNumbering>> {
    Ok(Json(audit::numbering(&app, &mut *app.db.read().await?).await?))
}

/// All events that match the filters, the earliest first, as lines of JSON or as CSV; a file of any size. The last line says how
/// many there are: without it, the file is not whole. After a proof of the last five minutes.
#[utoipa::path(post, path = paths::AUDIT_EXPORT, tag = "audit", params(AuditQuery), request_body = AuditExport,
    responses((status = 200, content((String = "application/x-ndjson"), (String = "text/csv")))))]
pub(crate) async fn export(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
    Json(AuditExport { format }): Json<AuditExport>,
) -> ApiResult<Response> {
    check_search(query.search.as_deref())?;
    let kind = match format {
        AuditFormat::JsonLines => "application/x-ndjson",
        AuditFormat::Csv => "text/csv; charset=utf-8",
    };
    let pieces = audit_export::begin(app, &caller, query, format).await?;
    Ok(([(CONTENT_TYPE, kind)], Body::from_stream(pieces)).into_response())
}
