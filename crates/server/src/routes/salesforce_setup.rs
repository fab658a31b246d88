use api_types::{ChecklistItemId, SalesforceSetup, Tick, paths};
use axum::extract::State;

use crate::error::ApiResult;
use crate::http::extract::{Json, Path};
use crate::services::callers;
use crate::services::salesforce::checklist;
use crate::services::sessions::Caller;
use crate::state::App;

/// The check-list of the package and its configuration.
#[utoipa::path(get, path = paths::SALESFORCE_SETUP, tag = "salesforce", responses((status = 200, body = SalesforceSetup)))]
pub(crate) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Json<SalesforceSetup>> {
    checklist::show(&app, &mut *app.db.read().await?, &caller).await.map(Json)
}

/// Ticks an item by hand, or removes the tick.
#[utoipa::path(put, path = paths::template::CHECKLIST_ITEM, tag = "salesforce",
    params(("id" = ChecklistItemId, Path)), request_body = Tick, responses((status = 200, body = SalesforceSetup)))]
pub(crate) async fn tick(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ChecklistItemId>,
    Json(tick): Json<Tick>,
) -> ApiResult<Json<SalesforceSetup>> {
    let mut tx = callers::write(&app, &caller).await?;
    checklist::tick(&app, &mut tx, &caller, id, tick).await?;
    let setup = checklist::show(&app, &mut tx, &caller).await?;
    tx.commit().await?;
    Ok(Json(setup))
}

/// Verifies the items in the connected org.
#[utoipa::path(post, path = paths::SALESFORCE_SETUP_CHECK, tag = "salesforce",
    responses((status = 200, body = SalesforceSetup)))]
pub(crate) async fn check(State(app): State<App>, caller: Caller) -> ApiResult<Json<SalesforceSetup>> {
    checklist::verify(&app, &caller).await?;
    checklist::show(&app, &mut *app.db.read().await?, &caller).await.map(Json)
}
