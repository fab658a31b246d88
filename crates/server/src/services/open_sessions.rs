//! Where people are signed in: shown to them and to administrators, who can end it.

use api_types::{
    AuditAction, List, ListMeta, OpenSession, ProblemCode, Role, SessionId, SessionPlace, UserId,
};

use crate::db::sessions::ListedSession;
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::services::audit::{self, Subject};
use crate::services::callers;
use crate::services::sessions::{self, Caller};
use crate::services::users;
use crate::state::App;

/// What the audit log says of all sessions of a person.
pub(crate) const ALL: &str = "all";

/// The live sessions of a user, the latest first. Those that could not be stored yet are missing.
pub(crate) async fn list(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    user: &UserId,
) -> DbResult<List<OpenSession>> {
    let stored = db::sessions::of_user(conn, user).await?;
    let items: Vec<_> = stored.into_iter().filter_map(|listed| shown(app, caller, listed)).collect();
    let meta = ListMeta::exact(None, items.len() as u64);
    Ok(List { items, meta })
}

fn shown(app: &App, caller: &Caller, listed: ListedSession) -> Option<OpenSession> {
    let ListedSession { session, host, key_name, console } = listed;
    let session = sessions::if_live(app, session)?;
    let place = match (host, console) {
        (Some(origin), _) => SessionPlace::Panel { origin, key: key_name.unwrap_or_default() },
        (None, Some(origin)) => SessionPlace::ConsoleElsewhere(origin),
        (None, None) => SessionPlace::Console,
    };
    Some(OpenSession {
        is_current: session.token_hash == caller.session.token_hash,
        id: session.id,
        place,
        browser: session.browser,
        network: session.network,
        signed_in_at: Millis(session.created_at).timestamp(),
        last_used_at: Millis(session.last_seen_at).timestamp(),
    })
}

/// Ends one session: the caller's own, or, for an administrator, anybody's.
pub(crate) async fn end(app: &App, caller: &Caller, id: &SessionId) -> ApiResult<()> {
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    let session = db::sessions::by_id(&mut tx, &app.account_id, id).await?;
    let listed = session.ok_or_else(ApiError::not_found)?;
    let session = &listed.session;
    if session.user_id != *caller.id() && caller.role != Role::Admin {
        return Err(ApiError::not_found());
    }
    let user = owner(app, &mut tx, &session.user_id).await?;
    app.sessions.end(&session.token_hash);
    db::sessions::delete(&mut tx, &session.token_hash).await?;
    note(app, &mut tx, caller, &user, &place(&listed)).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all other sessions of the caller.
pub(crate) async fn end_others(app: &App, caller: &Caller) -> ApiResult<()> {
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let caller = &caller;
    sessions::end_others(app, &mut tx, &caller.session).await?;
    note(app, &mut tx, caller, &caller.user, "others").await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all sessions of a user.
pub(crate) async fn end_of(app: &App, caller: &Caller, id: &UserId) -> ApiResult<()> {
    let mut tx = callers::write(app, caller).await?;
    let user = users::find(app, &mut tx, id).await?;
    sessions::end_all(app, &mut tx, &[&user.id]).await?;
    note(app, &mut tx, caller, &user, ALL).await?;
    tx.commit().await?;
    Ok(())
}

async fn owner(app: &App, conn: &mut Conn, id: &UserId) -> ApiResult<UserRow> {
    db::users::find(conn, &app.account_id, id).await?.ok_or_else(|| ProblemCode::NotFound.into())
}

/// Where one session is.
fn place(listed: &ListedSession) -> String {
    let ListedSession { session, host, key_name, .. } = listed;
    let place = match host {
        Some(origin) => [origin.as_str(), key_name.as_deref().unwrap_or_default()],
        None => [session.browser.as_str(), session.network.as_str()],
    };
    place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Notes whose sessions ended, and which: one at its place, or more.
async fn note(app: &App, conn: &mut Conn, caller: &Caller, user: &UserRow, which: &str) -> DbResult<()> {
    let subject = format!("{} ({which})", user.email);
    audit::by_caller(app, conn, caller, AuditAction::SessionsEnded, Subject::user(&user.id, &subject)).await
}
