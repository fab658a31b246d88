use api_types::{
    AuditAction, EmailActivity, ProblemCode, Role, SalesforceConnections, SalesforceSyncSettings,
};
use axum::extract::State;
use axum::http::StatusCode;
use futures_util::future::try_join_all;

use crate::db::salesforce::ConnectionRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::Json;
use crate::services::address;
use crate::services::audit;
use crate::services::salesforce;
use crate::services::sessions::Caller;
use crate::state::App;

/// The caller's connection, and for administrators those of other administrators.
#[utoipa::path(get, path = "/connections/salesforce", tag = "salesforce",
    responses((status = 200, body = SalesforceConnections)))]
pub(crate) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Json<SalesforceConnections>> {
    view(&app, &caller).await.map(Json)
}

/// Checks those connections now.
#[utoipa::path(post, path = "/connections/salesforce/check", tag = "salesforce",
    responses((status = 200, body = SalesforceConnections)))]
pub(crate) async fn check(State(app): State<App>, caller: Caller) -> ApiResult<Json<SalesforceConnections>> {
    let (own, others) = connections(&mut *app.db.read().await?, &app, &caller).await?;
    let all: Vec<_> = own.into_iter().chain(others).collect();
    if all.is_empty() {
        return Err(ProblemCode::NotConnected.into());
    }
    try_join_all(all.into_iter().map(|connection| salesforce::check(&app, connection))).await?;
    view(&app, &caller).await.map(Json)
}

/// Ends the caller's connection.
#[utoipa::path(delete, path = "/connections/salesforce", tag = "salesforce", responses((status = 204)))]
pub(crate) async fn disconnect(State(app): State<App>, caller: Caller) -> ApiResult<StatusCode> {
    salesforce::disconnect(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The settings of what is written back to Salesforce.
#[utoipa::path(get, path = "/connections/salesforce/sync-settings", tag = "salesforce",
    responses((status = 200, body = SalesforceSyncSettings)))]
pub(crate) async fn sync_settings(State(app): State<App>) -> ApiResult<Json<SalesforceSyncSettings>> {
    let mut conn = app.db.read().await?;
    Ok(Json(db::salesforce::sync_settings(&mut conn, &app.account_id).await?))
}

/// Changes the settings of what is written back. The version names the state that is changed.
#[utoipa::path(put, path = "/connections/salesforce/sync-settings", tag = "salesforce",
    request_body = SalesforceSyncSettings, responses((status = 200, body = SalesforceSyncSettings)))]
pub(crate) async fn set_sync_settings(
    State(app): State<App>,
    caller: Caller,
    Json(mut settings): Json<SalesforceSyncSettings>,
) -> ApiResult<Json<SalesforceSyncSettings>> {
    let typed = settings.bcc_address.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
    let typed = typed.map(|typed| address::parse(typed, "bcc_address")).transpose()?;
    settings.bcc_address = typed.map(|address| address.as_str().to_owned());
    if settings.email_activity == EmailActivity::Bcc && settings.bcc_address.is_none() {
        return Err(ApiError::field("bcc_address", "needed to log by BCC"));
    }
    let mut tx = app.db.write().await?;
    let now = db::salesforce::sync_settings(&mut tx, &app.account_id).await?;
    if settings.version != now.version {
        return Err(ProblemCode::Stale.into());
    }
    if settings != now {
        settings.version += 1;
        db::salesforce::set_sync_settings(&mut tx, &app.account_id, &settings).await?;
        let subject = db::text(settings.email_activity)?;
        let what = AuditAction::SalesforceSettingsChanged;
        audit::by_caller(&app, &mut tx, &caller, what, &subject).await?;
        tx.commit().await?;
    }
    Ok(Json(settings))
}

async fn view(app: &App, caller: &Caller) -> ApiResult<SalesforceConnections> {
    let (own, others) = connections(&mut *app.db.read().await?, app, caller).await?;
    Ok(SalesforceConnections {
        own: own.map(|own| own.view()).transpose()?,
        others: others.iter().map(ConnectionRow::view).collect::<Result<_, _>>()?,
    })
}

/// The caller's connection, and those of others that the caller may see.
async fn connections(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
) -> ApiResult<(Option<ConnectionRow>, Vec<ConnectionRow>)> {
    let own = db::salesforce::of_user(conn, &app.account_id, caller.id()).await?;
    let mut others = match caller.role {
        Role::Admin => db::salesforce::of_admins(conn, &app.account_id).await?,
        Role::User => Vec::new(),
    };
    others.retain(|connection| connection.user_id != caller.id());
    Ok((own, others))
}
