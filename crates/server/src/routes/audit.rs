use api_types::{AuditEvent, AuditQuery, List, ListMeta, Timestamp};
use axum::extract::State;

use super::{check_id_cursor, check_search, next, page_size};
use crate::app::App;
use crate::clock::Millis;
use crate::db;
use crate::db::audit::Filter;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Json, Query};

/// What people did to the account, the latest first.
#[utoipa::path(get, path = "/audit-events", tag = "audit", params(AuditQuery),
    responses((status = 200, body = List<AuditEvent>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<AuditQuery>,
) -> ApiResult<Json<List<AuditEvent>>> {
    let limit = page_size(query.limit);
    check_id_cursor(query.cursor.as_deref())?;
    check_search(query.search.as_deref())?;
    let filter = Filter {
        action: query.action,
        search: query.search.as_deref(),
        from: instant("from", query.from.as_ref())?,
        until: instant("until", query.until.as_ref())?,
    };
    let mut conn = app.db.read().await?;
    let cursor = query.cursor.as_deref();
    let (mut items, total) = db::audit::list(&mut conn, &app.account_id, &filter, cursor, limit + 1).await?;
    let next_cursor = next(&mut items, limit, |event| event.id.clone());
    Ok(Json(List { items, meta: ListMeta { next_cursor, total } }))
}

fn instant(field: &str, timestamp: Option<&Timestamp>) -> ApiResult<Option<Millis>> {
    let Some(timestamp) = timestamp else { return Ok(None) };
    match Millis::parse(timestamp) {
        Some(instant) => Ok(Some(instant)),
        None => Err(ApiError::field(field, "not a time of RFC 3339")),
    }
}
