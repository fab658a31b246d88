//! Sessions of panels, which [`super::embed_sessions`] opens.
//!
//! A token is an HMAC over the id of its session and this server's public address. Everything else that the session is
//! bound to is stored: key, person, origin, flow, beginning and end. What the key and the person may do is read anew
//! for each request, so that a change takes effect at once. No cookie opens such a session.

use std::time::Duration;

use api_types::embed::{EmbedScope, PanelFlow};
use api_types::{ProblemCode, Role, limits};
use uuid::Uuid;

use crate::db::Conn;
use crate::db::api_keys::{self, ActingKey};
use crate::db::sessions::SessionRow;
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::token::{Claim, Purpose};
use crate::state::App;
use crate::state::known_sessions::Lives;

/// How far the clocks of two servers, or of one before and after a correction, may be apart.
const SKEW: Duration = Duration::from_secs(10);
/// The longest life of a session.
pub(crate) const LONGEST: Duration = Duration::from_secs(*limits::EMBED_SECONDS.end() as u64);
/// The hashes of other sessions contain no space.
const START: &str = "panel ";

/// A session of a panel ends with its token: requests do not prolong it.
pub(crate) const LIVES: Lives = Lives { idle: LONGEST, whole: LONGEST };

/// What a session of a panel is limited to.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    pub(crate) key: ActingKey,
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

/// The token of the session with that id.
pub(super) fn token(app: &App, id: Uuid) -> String {
    app.tokens.mint_for(Purpose::Panel, Claim { id, generation: 0 }, app.public_url.as_str())
}

/// The hash in place of a token's, under which the session with that id is stored.
pub(super) fn stored_as(id: Uuid) -> String {
    format!("{START}{id}")
}

/// What a session is limited to; `None` if its key does not allow it any more.
pub(crate) async fn limits_of(app: &App, conn: &mut Conn, session_hash: &str) -> ApiResult<Option<Panel>> {
    let unstored = app.sessions.unstored(session_hash).and_then(|unstored| unstored.panel);
    let panel = match unstored {
        Some(panel) => Some(panel),
        None => api_keys::limits_of(conn, session_hash).await?,
    };
    let Some(panel) = panel else { return Ok(None) };
    let key = api_keys::find(conn, &app.account_id, &panel.api_key_id).await?;
    let key = key
        .filter(|key| !key.has_ended(app.now()))
        .ok_or_else(|| ApiError::new(ProblemCode::ApiKeyRevoked))?;
    let flow = panel.flow()?;
    let is_early = Millis(panel.issued_at) > app.now().plus(SKEW);
    if is_early || !key.has_origin(&panel.origin)? || !key.has_flow(flow)? {
        return Ok(None);
    }
    Ok(Some(Panel { role: key.role()?, key: key.try_into()?, origin: panel.origin, flow }))
}
