use api_types::{Account, AccountLimits, ProblemCode, limits};
use axum::extract::State;

use crate::app::App;
use crate::db;
use crate::db::housekeeping::IDEMPOTENCY_DAYS;
use crate::error::ApiResult;
use crate::extract::Json;

/// Seats, limits and settings of the account.
#[utoipa::path(get, path = "/account", tag = "account", responses((status = 200, body = Account)))]
pub(crate) async fn get(State(app): State<App>) -> ApiResult<Json<Account>> {
    let mut conn = app.db.read().await?;
    let account = db::accounts::only(&mut conn).await?.ok_or(ProblemCode::NotFound)?;
    let seats = db::accounts::seats(&mut conn, &account.id, app.now()).await?;
    Ok(Json(Account {
        name: account.name,
        seats,
        limits: AccountLimits {
            rows_per_chunk: limits::ROWS_PER_CHUNK as u32,
            rows_per_batch: limits::ROWS_PER_BATCH,
            body_bytes: limits::BODY_BYTES as u32,
            teams: account.team_limit,
            idempotency_days: IDEMPOTENCY_DAYS,
        },
        login_management: account.login_management,
        invitation_expires_in_days: limits::EXPIRES_IN_DAYS_DEFAULT,
    }))
}
