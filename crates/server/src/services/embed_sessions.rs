//! Opens sessions of panels, for the backends of embedding hosts, with their API keys.

use std::time::Duration;

use api_types::embed::{ApiKeyKind, EmbedSession, EmbedSessionRequest, PanelFlow};
use api_types::{AuditAction, ProblemCode, limits};
use uuid::Uuid;

use crate::db;
use crate::db::api_keys::{self, ApiKeyRow, PanelRow};
use crate::db::sessions::{OpenedBy, SessionRow};
use crate::db::users::UserRow;
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::services::address;
use crate::services::api_keys::by_secret;
use crate::services::audit::{self, Actor, Subject};
use crate::services::panels;
use crate::state::App;
use crate::state::known_sessions::Unstored;
use crate::state::limiter::Asker;

/// How often the audit log says that a key opens sessions for a person: panels ask for one a minute.
const NOTED_EVERY: Duration = Duration::from_secs(3600);

/// The valid key of a host with that secret. A request without one counts as a guess, not one with a key that has ended.
pub(crate) async fn valid_key(app: &App, asker: &Asker, secret: Option<&str>) -> ApiResult<ApiKeyRow> {
    let key = match secret {
        Some(secret) => by_secret(app, secret, ApiKeyKind::Host).await?,
        None => None,
    };
    let Some(key) = key else {
        asker.attempt(&app.limiter)?;
        return Err(ProblemCode::ApiKeyInvalid.into());
    };
    if key.has_ended(app.now()) {
        return Err(ProblemCode::ApiKeyRevoked.into());
    }
    Ok(key)
}

/// Opens a session for the member whom a host names, within what its key is for.
pub(crate) async fn open(app: &App, key: &ApiKeyRow, wanted: EmbedSessionRequest) -> ApiResult<EmbedSession> {
    let EmbedSessionRequest { user, origin, flow, ttl_seconds } = wanted;
    if !key.has_origin(&origin)? {
        return Err(ApiError::field("origin", "not one of the key's"));
    }
    if !key.has_flow(flow)? {
        return Err(ApiError::field("flow", "not one of the key's"));
    }
    let seconds = ttl_seconds.unwrap_or(limits::EMBED_SECONDS_DEFAULT);
    if !limits::EMBED_SECONDS.contains(&seconds) {
        let (least, most) = limits::EMBED_SECONDS.into_inner();
        return Err(ApiError::field("ttl_seconds", format!("not within {least} to {most}")));
    }
    let email = address::lookup_key(&user);
    let user = db::users::find_by_email(&mut *app.db.read().await?, &app.account_id, &email).await?;
    let user = active(user)?;
    if !key.opens_for(&user.id)? {
        return Err(ApiError::field("user", "the key opens no panels for this user"));
    }
    open_for(app, key, &user, &origin, flow, Duration::from_secs(seconds.into())).await
}

/// The user, if they are an active member.
fn active(user: Option<UserRow>) -> ApiResult<UserRow> {
    let user = user.filter(UserRow::is_active);
    user.ok_or_else(|| ApiError::field("user", "not the address of an active member"))
}

/// Opens a session for an active member.
async fn open_for(
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
        id: db::new_id(),
        user_id: user.id.clone(),
        created_at: now.0,
        last_seen_at: now.0,
        expires_at: now.plus(lifetime).0,
        proven_at: 0,
        opened_by: OpenedBy::Host,
        browser: String::new(),
        network: String::new(),
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
    // Again, inside the only write transaction: the key may have been revoked meanwhile, or the member removed.
    let key = api_keys::find(&mut tx, &app.account_id, &key.id).await?.filter(|key| !key.has_ended(now));
    let key = key.ok_or(ProblemCode::ApiKeyRevoked)?;
    let user = active(db::users::find(&mut tx, &app.account_id, &user.id).await?)?;
    db::sessions::insert(&mut tx, &app.account_id, session).await?;
    api_keys::limit(&mut tx, &session.token_hash, panel).await?;
    api_keys::note_use(&mut tx, &key.id, now).await?;
    if api_keys::is_to_note(&mut tx, panel, &user.id, NOTED_EVERY, now).await? {
        let subject = format!("{} ({}, {})", user.email, panel.origin, panel.flow()?.as_str());
        let subject = Subject::user(&user.id, &subject);
        audit::note(app, &mut tx, Actor::Key(&key), AuditAction::EmbedSessionIssued, subject).await?;
    }
    Ok(tx.commit().await?)
}
