use api_types::{List, ListMeta, PageQuery, RecentError, ServicesReport, SystemReport, paths};
use axum::extract::State;

use super::lists::{check_id_cursor, next, page_size};
use crate::error::ApiResult;
use crate::http::extract::{Json, Query};
use crate::services::sessions::Caller;
use crate::services::{diagnostics, services_check, system};
use crate::state::App;
use crate::state::limiter::Asker;

/// Asks Salesforce and Marketo a few questions that change nothing, and tells what they answered.
#[utoipa::path(post, path = paths::DIAGNOSTICS_SERVICES, tag = "diagnostics",
    responses((status = 200, body = ServicesReport)))]
pub(crate) async fn services(
    State(app): State<App>,
    asker: Asker,
    caller: Caller,
) -> ApiResult<Json<ServicesReport>> {
    asker.attempt_for(&app.limiter, caller.id().as_str())?;
    Ok(Json(services_check::report(&app).await?))
}

/// How the server does: its version, database, mails, background tasks and backups, and how much of each limit is used.
#[utoipa::path(get, path = paths::DIAGNOSTICS_SYSTEM, tag = "diagnostics",
    responses((status = 200, body = SystemReport)))]
pub(crate) async fn system(State(app): State<App>) -> ApiResult<Json<SystemReport>> {
    Ok(Json(system::report(&app).await?))
}

/// Recent failures of Salesforce, Marketo and the mail server, the latest first.
#[utoipa::path(get, path = paths::DIAGNOSTICS_ERRORS, tag = "diagnostics", params(PageQuery),
    responses((status = 200, body = List<RecentError>)))]
pub(crate) async fn errors(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<RecentError>>> {
    let limit = page_size(query.limit);
    check_id_cursor(query.cursor.as_deref())?;
    let mut conn = app.db.read().await?;
    let (mut rows, total) = diagnostics::errors(&app, &mut conn, query.cursor.as_deref(), limit + 1).await?;
    let next_cursor = next(&mut rows, limit, |(id, _)| id.clone());
    let items = rows.into_iter().map(|(_, error)| error).collect();
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}
