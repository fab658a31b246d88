//! Taking all second factors from a person who has lost them, by another administrator. The operator does it by the command
//! line.

use api_types::{AuditAction, Factors, ProblemCode, Protection, UserId};

use super::own;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::services::audit;
use crate::services::callers;
use crate::services::notices::{self, Happened};
use crate::services::sessions::{self, Caller};
use crate::state::App;

/// What a person has.
pub(crate) async fn of(app: &App, id: &UserId) -> ApiResult<Factors> {
    let mut conn = app.db.read().await?;
    let user = find(app, &mut conn, id).await?;
    Ok(own::list(&mut conn, &user.id).await?)
}

/// Removes all factors of another person, and ends their sessions.
pub(crate) async fn reset(app: &App, caller: &Caller, id: &UserId) -> ApiResult<()> {
    let mut tx = callers::write(app, caller).await?;
    let user = find(app, &mut tx, id).await?;
    if user.id == *caller.id() {
        return Err(ApiError::new(ProblemCode::UserProtected).detail(Protection::Yourself.as_str()));
    }
    if !db::factors::delete_all(&mut tx, &user.id).await? {
        return Ok(());
    }
    sessions::end_all(app, &mut tx, &[&user.id]).await?;
    audit::by_caller(app, &mut tx, caller, AuditAction::FactorsReset, &user).await?;
    notices::tell(app, &mut tx, &user.id, Happened::FactorsReset).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(())
}

async fn find(app: &App, conn: &mut Conn, id: &UserId) -> ApiResult<UserRow> {
    db::users::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}
