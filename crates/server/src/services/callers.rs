//! Who acts in a request, and whether they still may when it is their turn to write.

use api_types::{ProblemCode, SessionId, UserStatus};

use crate::db::api_keys::ApiKeyRow;
use crate::db::sessions::{OpenedBy, SessionRow};
use crate::db::{self, Conn, Tx};
use crate::error::ApiResult;
use crate::services::factor_rule::Factor;
use crate::services::panels;
use crate::services::sessions::{self, Caller, Through};
use crate::state::App;

/// The caller by the hash of a session's token, if there is a live session of an active user.
pub(crate) async fn by_session(app: &App, conn: &mut Conn, token_hash: &str) -> ApiResult<Option<Caller>> {
    let Some(session) = sessions::live(app, conn, token_hash).await? else { return Ok(None) };
    let Some(user) = db::users::find(conn, &app.account_id, &session.user_id).await? else {
        return Ok(None);
    };
    if user.status(app.now())? != UserStatus::Active {
        return Ok(None);
    }
    let mut role = user.role()?;
    if !panels::is_one(token_hash) {
        let factor = sessions::factor(conn, &session).await?;
        return Ok(Some(Caller { session, user, role, through: Through::Console, factor }));
    }
    let Some(panel) = panels::limits_of(app, conn, token_hash).await? else { return Ok(None) };
    role = role.min(panel.role);
    Ok(Some(Caller { session, user, role, through: Through::Panel(panel), factor: Factor::Absent }))
}

/// The caller of a command line's request: the administrator who made the key, with its role at most.
pub(crate) async fn by_key(app: &App, conn: &mut Conn, key: ApiKeyRow) -> ApiResult<Caller> {
    let now = app.now();
    if key.has_ended(now) {
        return Err(ProblemCode::ApiKeyRevoked.into());
    }
    let owner = key.owner_id.as_ref().ok_or(ProblemCode::ApiKeyInvalid)?;
    let user = db::users::find(conn, &app.account_id, owner).await?;
    let user = user.ok_or(ProblemCode::ApiKeyInvalid)?;
    if user.status(now)? != UserStatus::Active {
        return Err(ProblemCode::ApiKeyInvalid.into());
    }
    let role = user.role()?.min(key.role()?);
    // Requests are counted by it; it is stored nowhere.
    let session = SessionRow {
        token_hash: format!("key {}", key.id),
        id: SessionId(String::new()),
        user_id: user.id.clone(),
        created_at: now.0,
        last_seen_at: now.0,
        expires_at: now.0,
        proven_at: 0,
        opened_by: OpenedBy::Host,
        browser: String::new(),
        network: String::new(),
    };
    let through = Through::CommandLine(key.try_into()?);
    Ok(Caller { session, user, role, through, factor: Factor::Absent })
}

/// Begins the transaction of an act of administrators, unless its caller may no longer do what they could when they began to
/// wait for their turn.
pub(crate) async fn write(app: &App, caller: &Caller) -> ApiResult<Tx> {
    let mut tx = app.db.write().await?;
    look_again(app, &mut tx, caller).await?;
    Ok(tx)
}

/// The same of what everybody may do with what is their own, whatever their role is by now. Returns the caller as they are now:
/// a proof may have given their session another token.
pub(crate) async fn write_own(app: &App, caller: &Caller) -> ApiResult<(Tx, Caller)> {
    let mut tx = app.db.write().await?;
    let now = present(app, &mut tx, caller).await?;
    Ok((tx, now))
}

/// The caller as they are now. Fails if their session or key has ended since the request was let in, if they are no longer
/// active, or if their role has become less.
pub(crate) async fn look_again(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<Caller> {
    let now = present(app, conn, caller).await?;
    if now.role < caller.role {
        return Err(ProblemCode::Forbidden.into());
    }
    Ok(now)
}

/// The same in whatever role.
async fn present(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<Caller> {
    let session = &caller.session.token_hash;
    match &caller.through {
        Through::Console => Ok(by_session(app, conn, session).await?.ok_or(ProblemCode::SignedOut)?),
        Through::Panel(_) => {
            Ok(by_session(app, conn, session).await?.ok_or(ProblemCode::EmbedSessionExpired)?)
        }
        Through::CommandLine(key) => {
            let key = db::api_keys::find(conn, &app.account_id, &key.id).await?;
            by_key(app, conn, key.ok_or(ProblemCode::ApiKeyInvalid)?).await
        }
    }
}
