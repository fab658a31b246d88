use api_types::limits::PAGE_MAX;
use api_types::{BackgroundWork, WorkQuery, paths};
use axum::Extension;
use axum::extract::State;
use axum::http::Method;

use crate::error::ApiResult;
use crate::http::endpoints::Table;
use crate::http::extract::{Json, Query};
use crate::services::background_work::{self, Kinds};
use crate::services::sessions::Caller;
use crate::state::App;

/// How many that have ended are shown unless the query says otherwise.
const ENDED: u32 = 20;

/// What goes on in the background and what has ended: invitations, updates of members from a file, full syncs.
/// Comparisons that were not applied, dry runs and what the schedule syncs are left out, and from panels the kinds whose
/// lists their flow may not read.
#[utoipa::path(get, path = paths::BACKGROUND_WORK, tag = "background-work", params(WorkQuery),
    responses((status = 200, body = BackgroundWork)))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Extension(endpoints): Extension<Table>,
    Query(query): Query<WorkQuery>,
) -> ApiResult<Json<BackgroundWork>> {
    let limit = query.ended.unwrap_or(ENDED).min(PAGE_MAX);
    let kinds = Kinds {
        invitations: may_list(&endpoints, &caller, paths::BATCHES),
        member_changes: may_list(&endpoints, &caller, paths::MEMBER_CHANGES),
        syncs: may_list(&endpoints, &caller, paths::FIELD_SYNC_RUNS),
    };
    let mut conn = app.db.read().await?;
    Ok(Json(background_work::list(&app, &mut conn, kinds, limit).await?))
}

/// Whether the caller may read the list of a kind.
fn may_list(endpoints: &Table, caller: &Caller, path: &'static str) -> bool {
    let is_listed =
        |flow| endpoints.find(&Method::GET, path).is_some_and(|list| list.rules.is_of_panel(flow));
    caller.panel().is_none_or(|panel| is_listed(panel.flow))
}
