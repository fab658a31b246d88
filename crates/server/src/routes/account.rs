use api_types::{Account, AccountChange, AccountLimits, AuditAction, LoginManagement, ProblemCode, limits};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::db;
use crate::db::Conn;
use crate::error::ApiResult;
use crate::http::extract::Json;
use crate::http::headers::is_known;
use crate::platform::token;
use crate::services::audit;
use crate::services::sessions::Caller;
use crate::state::App;

/// Seats, limits and settings of the account.
#[utoipa::path(get, path = "/account", tag = "account", responses((status = 200, body = Account)))]
pub(crate) async fn get(State(app): State<App>) -> ApiResult<Json<Account>> {
    show(&mut *app.db.read().await?, &app).await.map(Json)
}

/// The address keys: the addresses that cannot be invited, in a form that does not reveal them. `docs/address-keys.md`
/// says how to read it. With `If-None-Match`, 304 while nothing has changed.
#[utoipa::path(get, path = "/account/address-keys", tag = "account",
    responses((status = 200, body = String, content_type = "application/octet-stream"), (status = 304)))]
pub(crate) async fn address_keys(State(app): State<App>, head: HeaderMap) -> ApiResult<Response> {
    let keys =
        db::users::address_keys(&mut *app.db.read().await?, &app.account_id, app.now()).await?.to_bytes();
    let etag = format!("\"{}\"", token::sha256(&keys));
    if is_known(&head, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let kind = HeaderValue::from_static("application/octet-stream");
    Ok(([(header::ETAG, etag)], [(header::CONTENT_TYPE, kind)], keys).into_response())
}

/// Changes how people sign in. Sign-in through Salesforce only can be chosen once an administrator has signed in
/// through it.
#[utoipa::path(patch, path = "/account", tag = "account", request_body = AccountChange,
    responses((status = 200, body = Account)))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Json(change): Json<AccountChange>,
) -> ApiResult<Json<Account>> {
    let management = change.login_management;
    let mut tx = app.db.write().await?;
    let before = db::accounts::login_management(&mut tx, &app.account_id).await?;
    if management != before {
        if management == LoginManagement::SalesforceOnly
            && db::users::able_admins(&mut tx, &app.account_id, management).await?.is_empty()
        {
            return Err(ProblemCode::NobodyWithSalesforce.into());
        }
        db::accounts::set_login_management(&mut tx, &app.account_id, management).await?;
        let what = AuditAction::LoginManagementChanged;
        audit::by_caller(&app, &mut tx, &caller, what, &db::text(management)?).await?;
    }
    let account = show(&mut tx, &app).await?;
    tx.commit().await?;
    Ok(Json(account))
}

async fn show(conn: &mut Conn, app: &App) -> ApiResult<Account> {
    let account = db::accounts::only(conn).await?.ok_or(ProblemCode::NotFound)?;
    let seats = db::accounts::seats(conn, &account.id, app.now()).await?;
    Ok(Account {
        name: account.name,
        seats,
        limits: AccountLimits {
            rows_per_chunk: limits::ROWS_PER_CHUNK as u32,
            rows_per_batch: limits::ROWS_PER_BATCH,
            body_bytes: limits::BODY_BYTES as u32,
            teams: account.team_limit,
            idempotency_days: limits::IDEMPOTENCY_DAYS,
        },
        login_management: account.login_management,
        invitation_expires_in_days: limits::EXPIRES_IN_DAYS_DEFAULT,
    })
}
