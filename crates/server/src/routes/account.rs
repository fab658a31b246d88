use api_types::{Account, AccountChange, WithoutSalesforce, paths};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::error::ApiResult;
use crate::http::extract::Json;
use crate::http::headers::{is_known, tagged};
use crate::http::version::check_version;
use crate::services::account;
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::state::App;

/// Seats, limits and settings of the account.
#[utoipa::path(get, path = paths::ACCOUNT, tag = "account", responses((status = 200, body = Account)))]
pub(crate) async fn get(State(app): State<App>) -> ApiResult<Json<Account>> {
    account::show(&app, &mut *app.db.read().await?).await.map(Json)
}

/// The address keys: the addresses that cannot be invited, in a form that does not reveal them. `docs/address-keys.md`
/// says how to read it. With `If-None-Match`, 304 while nothing has changed.
#[utoipa::path(get, path = paths::ADDRESS_KEYS, tag = "account",
    responses((status = 200, body = String, content_type = "application/octet-stream"), (status = 304)))]
pub(crate) async fn address_keys(State(app): State<App>, head: HeaderMap) -> ApiResult<Response> {
    let mut conn = app.db.read().await?;
    // Before the keys: what changes in between has another tag the next time.
    let etag = format!("\"{}\"", account::address_keys_version(&app, &mut conn).await?);
    if is_known(&head, &etag) {
        return Ok(tagged(&head, etag, ()));
    }
    let keys = account::address_keys(&app, &mut conn).await?;
    let kind = HeaderValue::from_static("application/octet-stream");
    Ok(tagged(&head, etag, ([(header::CONTENT_TYPE, kind)], keys)))
}

/// The active people whom Salesforce has not let in so far. Where it alone lets people in, they are locked out unless they have a
/// Salesforce user of the same address.
#[utoipa::path(get, path = paths::WITHOUT_SALESFORCE, tag = "account",
    responses((status = 200, body = WithoutSalesforce)))]
pub(crate) async fn without_salesforce(State(app): State<App>) -> ApiResult<Json<WithoutSalesforce>> {
    account::without_salesforce(&app).await.map(Json)
}

/// Changes how people sign in, and who must have a second factor. Sign-in through Salesforce only can be chosen once an
/// administrator has signed in through it. A rule on second factors that gives no time to add one can be set by somebody who
/// has one. `If-Match` names the version of the settings that is changed.
#[utoipa::path(patch, path = paths::ACCOUNT, tag = "account",
    params(("If-Match" = String, Header, description = "The account's `version`: the change is refused if somebody has changed its settings since. `*` changes whichever version there is.")),
    request_body = AccountChange,
    responses((status = 200, body = Account)))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    head: HeaderMap,
    Json(change): Json<AccountChange>,
) -> ApiResult<Json<Account>> {
    let mut tx = callers::write(&app, &caller).await?;
    check_version(&head, account::settings_version(&mut tx).await?)?;
    let account = account::change(&app, &mut tx, &caller, change).await?;
    tx.commit().await?;
    Ok(Json(account))
}
