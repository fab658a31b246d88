//! Opens sessions of panels, for the backends of embedding hosts, with their API keys.

use std::time::Duration;

use api_types::embed::{EmbedSession, PanelFlow};
use api_types::{AuditAction, ProblemCode};
use uuid::Uuid;

use crate::db;
use crate::db::api_keys::{self, ApiKeyRow, PanelRow};
use crate::db::sessions::SessionRow;
use crate::db::users::UserRow;
use crate::error::ApiResult;
use crate::platform::clock::Millis;
use crate::services::audit::{self, Actor, Subject};
use crate::services::panels;
use crate::state::App;

/// How often the audit log says that a key opens sessions for a person: panels ask for one a minute.
const NOTED_EVERY: Duration = Duration::from_secs(3600);

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
        token_hash: panels::stored_as(id),
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
        let subject = Subject::user(&user.id, &subject);
        audit::note(app, &mut tx, Actor::Key(&key), AuditAction::EmbedSessionIssued, subject).await?;
    }
    tx.commit().await?;
    let expires_at = Millis(session.expires_at).timestamp();
    // Known from its beginning, so that changes of the clock do not affect it.
    app.sessions.live(session, panels::LIVES, app.moment());
    Ok(EmbedSession { token: panels::token(app, id), expires_at })
}
