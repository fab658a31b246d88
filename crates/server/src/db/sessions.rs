//! Sessions.

use std::time::Duration;

use api_types::{SessionId, UserId};
use sqlx::FromRow;
use strum::{EnumString, IntoStaticStr};

use super::{AccountId, Builder, Conn, DbResult, push_list, statement};
use crate::platform::clock::Millis;

/// On whose word a session was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub(crate) enum OpenedBy {
    /// The user's own: a password, a passkey, a link that was sent to them.
    User,
    Salesforce,
    /// That of a host, for a panel, or of a key.
    Host,
}

impl TryFrom<String> for OpenedBy {
    type Error = strum::ParseError;

    fn try_from(stored: String) -> Result<Self, Self::Error> {
        stored.parse()
    }
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct SessionRow {
    pub(crate) token_hash: String,
    /// By which it is listed and ended.
    pub(crate) id: SessionId,
    pub(crate) user_id: UserId,
    pub(crate) created_at: i64,
    pub(crate) last_seen_at: i64,
    pub(crate) expires_at: i64,
    /// When its owner last proved who they are; 0 for never.
    pub(crate) proven_at: i64,
    #[sqlx(try_from = "String")]
    pub(crate) opened_by: OpenedBy,
    /// Where it was opened: the browser and system as they name themselves, and the network.
    pub(crate) browser: String,
    pub(crate) network: String,
}

/// A session as a list shows it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ListedSession {
    #[sqlx(flatten)]
    pub(crate) session: SessionRow,
    /// The origin of the page around it, and the name of the key, for the session of a panel.
    pub(crate) host: Option<String>,
    pub(crate) key_name: Option<String>,
    /// The origin of a console on another site that has tokens of it.
    pub(crate) console: Option<String>,
}

pub(crate) async fn insert(conn: &mut Conn, account_id: &AccountId, session: &SessionRow) -> DbResult<()> {
    statement(
        "INSERT INTO sessions (token_hash, account_id, id, user_id, created_at, last_seen_at, expires_at, proven_at,
                opened_by, browser, network)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&session.token_hash)
    .bind(account_id)
    .bind(&session.id)
    .bind(&session.user_id)
    .bind(session.created_at)
    .bind(session.last_seen_at)
    .bind(session.expires_at)
    .bind(session.proven_at)
    .bind(session.opened_by.into_str())
    .bind(&session.browser)
    .bind(&session.network)
    .execute(conn)
    .await?;
    Ok(())
}

/// How long a session is known by the cookie of before as well, once its owner's proof has given it another: for requests
/// under way, and other tabs.
const KNOWN_BY_BOTH: Duration = Duration::from_secs(60);

/// The session of a cookie, whether or not it has ended.
pub(crate) async fn find(conn: &mut Conn, token_hash: &str, now: Millis) -> DbResult<Option<SessionRow>> {
    statement(
        "SELECT * FROM sessions
          WHERE token_hash = $1 OR (former_hash = $1 AND renewed_at > $2 AND renewed_at <= $3)",
    )
    .bind(token_hash)
    .bind(now.minus(KNOWN_BY_BOTH).0)
    .bind(now.0)
    .optional(conn)
    .await
}

/// The session with this id.
pub(crate) async fn by_id(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &SessionId,
) -> DbResult<Option<ListedSession>> {
    let mut select = Builder::new(LISTED);
    select.push(" WHERE s.id = ").push_bind(id);
    select.push(" AND s.account_id = ").push_bind(account_id);
    select.build().optional(conn).await
}

/// The stored sessions of a user, the latest first, whether or not they have ended.
pub(crate) async fn of_user(conn: &mut Conn, user_id: &UserId) -> DbResult<Vec<ListedSession>> {
    let mut select = Builder::new(LISTED);
    select.push(" WHERE s.user_id = ").push_bind(user_id);
    select.push(" ORDER BY s.created_at DESC, s.id DESC");
    select.build().all(conn).await
}

const LISTED: &str = "SELECT s.*, p.origin AS host, k.name AS key_name,
        (SELECT t.origin FROM session_tokens t WHERE t.session_hash = s.token_hash
          ORDER BY t.issued_at DESC LIMIT 1) AS console
   FROM sessions s
   LEFT JOIN panel_sessions p ON p.session_hash = s.token_hash
   LEFT JOIN api_keys k ON k.id = p.api_key_id";

pub(crate) async fn touch(conn: &mut Conn, token_hash: &str, now: Millis) -> DbResult<()> {
    statement("UPDATE sessions SET last_seen_at = $1 WHERE token_hash = $2")
        .bind(now.0)
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that the owner of a session has proved who they are.
pub(crate) async fn prove(conn: &mut Conn, token_hash: &str, now: Millis) -> DbResult<()> {
    statement("UPDATE sessions SET proven_at = $1 WHERE token_hash = $2")
        .bind(now.0)
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives a session, whose owner has proved who they are, another cookie in place of the one that the browser has.
pub(crate) async fn renew(
    conn: &mut Conn,
    token_hash: &str,
    renewed: &str,
    cookie: &str,
    now: Millis,
) -> DbResult<()> {
    statement(
        "UPDATE sessions SET token_hash = $1, former_hash = $2, renewed_at = $3, proven_at = $3, last_seen_at = $3
          WHERE token_hash = $4",
    )
    .bind(renewed)
    .bind(cookie)
    .bind(now.0)
    .bind(token_hash)
    .execute(&mut *conn)
    .await?;
    statement("UPDATE flows SET session_hash = $1 WHERE session_hash = $2")
        .bind(renewed)
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the session of a cookie, or of the one before it.
pub(crate) async fn delete(conn: &mut Conn, token_hash: &str) -> DbResult<()> {
    statement("DELETE FROM sessions WHERE token_hash = $1 OR former_hash = $1")
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends every session of these users.
pub(crate) async fn delete_of_users(conn: &mut Conn, user_ids: &[&UserId]) -> DbResult<()> {
    let mut delete = Builder::new("DELETE FROM sessions WHERE user_id IN ");
    push_list(&mut delete, user_ids);
    delete.build().execute(conn).await?;
    Ok(())
}

/// Ends every other session of the user of this one.
pub(crate) async fn delete_others(conn: &mut Conn, session: &SessionRow) -> DbResult<()> {
    statement("DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2")
        .bind(&session.user_id)
        .bind(&session.token_hash)
        .execute(conn)
        .await?;
    Ok(())
}
