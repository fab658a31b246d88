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
use crate::state::known_sessions::Unstored;

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
    match store(app, key, user, &session, &panel).await {
        // Known from its beginning, so that changes of the clock do not affect it.
        Ok(()) => drop(app.sessions.live(session.clone(), panels::LIVES, app.moment())),
        Err(error) if error.is_not_stored() => {
            tracing::warn!("a panel is opened although nothing can be stored");
            let unstored = Unstored { session: session.clone(), panel: Some(panel) };
            app.sessions.keep(unstored, panels::LIVES, app.moment());
        }
        Err(error) => return Err(error),
    }
    let expires_at = Millis(session.expires_at).timestamp();
    Ok(EmbedSession { token: panels::token(app, id), expires_at })
}

async fn store(
    app: &App,
    key: &ApiKeyRow,
    user: &UserRow,
    session: &SessionRow,
    panel: &PanelRow,
) -> ApiResult<()> {
    let now = app.now();
    let mut tx = app.db.write().await?;
    // Again, inside the only write transaction: the key may have been revoked meanwhile.
    let key = api_keys::find(&mut tx, &app.account_id, &key.id).await?.filter(|key| !key.is_revoked());
    let key = key.ok_or(ProblemCode::ApiKeyRevoked)?;
    db::sessions::insert(&mut tx, &app.account_id, session, now).await?;
    api_keys::limit(&mut tx, &session.token_hash, panel).await?;
    api_keys::note_use(&mut tx, &key.id, now).await?;
    if api_keys::is_to_note(&mut tx, panel, &user.id, NOTED_EVERY, now).await? {
        let subject = format!("{} ({}, {})", user.email, panel.origin, panel.flow()?.as_str());
        let subject = Subject::user(&user.id, &subject);
        audit::note(app, &mut tx, Actor::Key(&key), AuditAction::EmbedSessionIssued, subject).await?;
    }
    Ok(tx.commit().await?)
}
