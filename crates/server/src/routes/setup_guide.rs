use api_types::{PrerequisiteId, SetupGuide, Tick, paths};
use axum::extract::State;

use crate::error::ApiResult;
use crate::http::extract::{Json, Path};
use crate::services::callers;
use crate::services::salesforce;
use crate::services::sessions::Caller;
use crate::services::setup::view;
use crate::state::App;

/// The states of the prerequisites and of the seven steps.
#[utoipa::path(get, path = paths::SETUP_GUIDE, tag = "setup-guide", responses((status = 200, body = SetupGuide)))]
pub(crate) async fn get(State(app): State<App>) -> ApiResult<Json<SetupGuide>> {
    view::show(&app, &mut *app.db.read().await?).await.map(Json)
}

/// The guide, after Salesforce was asked again what it depends on: at most once in half a minute for all users
/// together.
#[utoipa::path(post, path = paths::SETUP_GUIDE_CHECK, tag = "setup-guide", responses((status = 200, body = SetupGuide)))]
pub(crate) async fn check(State(app): State<App>) -> ApiResult<Json<SetupGuide>> {
    salesforce::recheck::run(&app).await?;
    view::show(&app, &mut *app.db.read().await?).await.map(Json)
}

/// Ticks a prerequisite, or removes the tick.
#[utoipa::path(put, path = paths::template::PREREQUISITE, tag = "setup-guide",
    params(("id" = PrerequisiteId, Path)), request_body = Tick, responses((status = 200, body = SetupGuide)))]
pub(crate) async fn tick(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PrerequisiteId>,
    Json(tick): Json<Tick>,
) -> ApiResult<Json<SetupGuide>> {
    let mut tx = callers::write(&app, &caller).await?;
    view::tick(&app, &mut tx, &caller, id, tick).await?;
    let guide = view::show(&app, &mut tx).await?;
    tx.commit().await?;
    Ok(Json(guide))
}
