//! Sessions of panels: opened by the backend of an embedding host with its API key, for minutes.
//!
//! A token is an HMAC over the id of its session and this server's public address. Everything else that the session is
//! bound to is stored: key, person, origin, flow, beginning and end. What the key and the person may do is read anew
//! for each request, so that a change takes effect at once. No cookie opens such a session.

use std::time::Duration;

use api_types::embed::{EmbedScope, EmbedSession, PanelFlow};
use api_types::{AuditAction, ProblemCode, Role, limits};
use uuid::Uuid;

use crate::db::api_keys::{self, ApiKeyRow, PanelRow};
use crate::db::sessions::SessionRow;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::token::{Claim, Purpose};
use crate::services::audit::{self, Actor};
use crate::state::App;
use crate::state::known_sessions::Lives;

/// How far the clocks of two servers, or of one before and after a correction, may be apart.
const SKEW: Duration = Duration::from_secs(10);
/// The longest life of a session.
pub(crate) const LONGEST: Duration = Duration::from_secs(*limits::EMBED_SECONDS.end() as u64);
/// How often the audit log says that a key opens sessions for a person: panels ask for one a minute.
const NOTED_EVERY: Duration = Duration::from_secs(3600);
/// The hashes of other sessions contain no space.
const START: &str = "panel ";

/// A session of a panel ends with its token: requests do not prolong it.
pub(crate) const LIVES: Lives = Lives { idle: LONGEST, whole: LONGEST };

/// What a session of a panel is limited to.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    pub(crate) key_id: String,
    pub(crate) origin: String,
    pub(crate) flow: PanelFlow,
    /// The highest role that it may act with.
    pub(crate) role: Role,
}

impl Panel {
    /// As the panel sees it.
    pub(crate) fn scope(&self, session: &SessionRow) -> EmbedScope {
        EmbedScope {
            origin: self.origin.clone(),
            flow: self.flow,
            expires_at: Millis(session.expires_at).timestamp(),
        }
    }
}

/// Whether that is the hash under which a panel's session is stored.
pub(crate) fn is_one(session_hash: &str) -> bool {
    session_hash.starts_with(START)
}

/// The session that a token acts for, by the hash under which it is stored. `None` for other texts than tokens of panels
/// that this server has issued.
pub(crate) fn session_of(app: &App, token: &str) -> Option<String> {
    let claim = app.tokens.verify_for(Purpose::Panel, token, app.public_url.as_str())?;
    Some(stored_as(claim.id))
}

fn stored_as(id: Uuid) -> String {
    format!("{START}{id}")
}

/// Opens a session for an active member.
pub(crate) async fn open(
    app: &App,
    key: &ApiKeyRow,
    user: &UserRow,
    origin: &str,
    flow: PanelFlow,
    lifetime: Duration,
) -> ApiResult<EmbedSession> {
    let (id, now) = (Uuid::now_v7(), app.now());
    let session = SessionRow {
        token_hash: stored_as(id),
        user_id: user.id.clone(),
        last_seen_at: now.0,
        expires_at: now.plus(lifetime).0,
    };
    let panel = PanelRow::new(key, origin, flow, now)?;
    let mut tx = app.db.write().await?;
    // Again, inside the only write transaction: the key may have been revoked meanwhile.
    let key = api_keys::find(&mut tx, &app.account_id, &key.id).await?.filter(|key| !key.is_revoked());
    let key = key.ok_or(ProblemCode::ApiKeyRevoked)?;
    db::sessions::insert(&mut tx, &app.account_id, &session, now).await?;
    api_keys::limit(&mut tx, &session.token_hash, &panel).await?;
    api_keys::note_use(&mut tx, &key.id, now).await?;
    if api_keys::is_to_note(&mut tx, &panel, &user.id, NOTED_EVERY, now).await? {
        let subject = format!("{} ({origin}, {})", user.email, flow.as_str());
        audit::note(app, &mut tx, Actor::Key(&key), AuditAction::EmbedSessionIssued, &subject).await?;
    }
    tx.commit().await?;
    let expires_at = Millis(session.expires_at).timestamp();
    // Known from its beginning, so that changes of the clock do not affect it.
    app.sessions.live(session, LIVES, app.moment());
    let claim = Claim { id, generation: 0 };
    let token = app.tokens.mint_for(Purpose::Panel, claim, app.public_url.as_str());
    Ok(EmbedSession { token, expires_at })
}

/// What a session is limited to; `None` if its key does not allow it any more.
pub(crate) async fn limits_of(app: &App, conn: &mut Conn, session_hash: &str) -> ApiResult<Option<Panel>> {
    let Some(panel) = api_keys::limits_of(conn, session_hash).await? else { return Ok(None) };
    let key = api_keys::find(conn, &app.account_id, &panel.api_key_id).await?;
    let key = key.filter(|key| !key.is_revoked()).ok_or_else(|| ApiError::new(ProblemCode::ApiKeyRevoked))?;
    let flow = panel.flow()?;
    let is_early = Millis(panel.issued_at) > app.now().plus(SKEW);
    if is_early || !key.has_origin(&panel.origin)? || !key.has_flow(flow)? {
        return Ok(None);
    }
    Ok(Some(Panel { role: key.role()?, key_id: key.id, origin: panel.origin, flow }))
}

/// The user of a session that may have expired meanwhile, but not long ago: a flow of Salesforce takes longer.
pub(crate) async fn user_of(
    app: &App,
    conn: &mut Conn,
    session_hash: &str,
    at_most: Duration,
) -> ApiResult<Option<String>> {
    let Some(session) = db::sessions::find(conn, session_hash).await? else { return Ok(None) };
    let until = Millis(session.expires_at).plus(at_most);
    match until.is_over(LONGEST + at_most, app.now()) {
        true => Ok(None),
        false => Ok(limits_of(app, conn, session_hash).await?.map(|_| session.user_id)),
    }
}
