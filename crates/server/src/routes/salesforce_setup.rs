use api_types::{AuditAction, ChecklistItem, ChecklistItemId, ProblemCode, SalesforceSetup, Tick, Ticked};
use axum::extract::{Path, State};

use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::Json;
use crate::services::audit;
use crate::services::salesforce::{for_asking, recheck, setup};
use crate::services::sessions::Caller;
use crate::services::setup::order;
use crate::state::App;

/// The check-list of the package and its configuration.
#[utoipa::path(get, path = "/salesforce-setup", tag = "salesforce", responses((status = 200, body = SalesforceSetup)))]
pub(crate) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Json<SalesforceSetup>> {
    show(&mut *app.db.read().await?, &app, &caller).await.map(Json)
}

/// Ticks an item by hand, or removes the tick.
#[utoipa::path(put, path = "/salesforce-setup/items/{id}", tag = "salesforce",
    params(("id" = ChecklistItemId, Path)), request_body = Tick, responses((status = 200, body = SalesforceSetup)))]
pub(crate) async fn tick(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(Tick { ticked, out_of_order }): Json<Tick>,
) -> ApiResult<Json<SalesforceSetup>> {
    let item =
        ChecklistItemId::ALL.iter().find(|item| item.as_str() == id).ok_or_else(ApiError::not_found)?;
    let mut tx = app.db.write().await?;
    let (changed, what) = if ticked {
        let tick = db::ticks::Tick { by: caller.user.named(), at: app.now() };
        let missing = order::check(&mut tx, &app, item.step(), out_of_order).await?;
        let changed = db::ticks::set(&mut tx, &app.account_id, item.as_str(), &tick).await?;
        if changed {
            order::note(&app, &mut tx, &caller, item.step(), &missing).await?;
        }
        (changed, AuditAction::ChecklistTicked)
    } else {
        let changed = db::ticks::clear(&mut tx, &app.account_id, item.as_str()).await?;
        (changed, AuditAction::ChecklistUnticked)
    };
    if changed {
        audit::by_caller(&app, &mut tx, &caller, what, item.as_str()).await?;
    }
    let setup = show(&mut tx, &app, &caller).await?;
    tx.commit().await?;
    Ok(Json(setup))
}

/// Verifies the items in the connected org.
#[utoipa::path(post, path = "/salesforce-setup/check", tag = "salesforce",
    responses((status = 200, body = SalesforceSetup)))]
pub(crate) async fn check(State(app): State<App>, caller: Caller) -> ApiResult<Json<SalesforceSetup>> {
    let connection = for_asking(&mut *app.db.read().await?, &app, &caller).await?;
    let connection = connection.ok_or(ProblemCode::NotConnected)?;
    recheck::verify(&app, connection).await?;
    show(&mut *app.db.read().await?, &app, &caller).await.map(Json)
}

async fn show(conn: &mut Conn, app: &App, caller: &Caller) -> ApiResult<SalesforceSetup> {
    let connection = for_asking(conn, app, caller).await?;
    let mut verified = db::salesforce_setup::all(conn, &app.account_id).await?;
    let mut ticks = db::ticks::all(conn, &app.account_id).await?;
    let marketo = app.services.marketo.integration.as_ref();
    let marketo = marketo.map(|known| (known.munchkin_account_id.as_str(), known.client_id.as_str()));
    let item = |id: &ChecklistItemId| ChecklistItem {
        id: *id,
        verified: verified.remove(id.as_str()),
        ticked: ticks.remove(id.as_str()).map(|tick| Ticked { by: tick.by, at: tick.at.timestamp() }),
        values: setup::paste_values(*id, marketo),
    };
    Ok(SalesforceSetup {
        items: ChecklistItemId::ALL.iter().map(item).collect(),
        instance_url: connection.map(|connection| connection.instance_url),
    })
}
