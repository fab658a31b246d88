//! API keys, of hosts that embed the panel and of command lines.

use std::collections::BTreeSet;
use std::time::Duration;

use api_types::embed::{API_KEY_START, ApiKey, ApiKeyKind, CreatedApiKey, NewApiKey, OpensFor, PanelFlow};
use api_types::{ApiKeyId, AuditAction, AuditChange, AuditField, ProblemCode, Role, UserId, limits};
use hosting::Origin;

use crate::db::api_keys::{self, ApiKeyRow, NewKey};
use crate::db::users::UserRow;
use crate::db::{self, AccountId, Conn, DbResult};
use crate::error::{ApiError, ApiResult, StartError};
use crate::platform::clock::Millis;
use crate::platform::request_id;
use crate::platform::token::{random_token, sha256};
use crate::services::audit::{self, Actor, Subject};
use crate::services::callers;
use crate::services::names;
use crate::services::notices::{self, Happened};
use crate::services::sessions::Caller;
use crate::state::App;

/// Characters by which a key is recognised; the others are unknown to everyone but its host.
const PREFIX: usize = API_KEY_START.len() + 6;

/// How often the use of a command line's key is stored.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// How long before its end whoever made a key is told.
const TOLD_BEFORE: Duration = Duration::from_secs(14 * 24 * 3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

const EXAMPLE: &str = "Example host";

/// Makes a key. Its secret is in the answer, and nowhere else.
pub(crate) async fn create(app: &App, caller: &Caller, wanted: &NewApiKey) -> ApiResult<CreatedApiKey> {
    let name = names::of_thing(&wanted.name, limits::API_KEY_NAME_MAX)?;
    let (origins, flows) = match wanted.kind {
        ApiKeyKind::Host => (origins(app, &wanted.origins)?, flows(&wanted.flows)?),
        ApiKeyKind::CommandLine if !wanted.origins.is_empty() => {
            return Err(ApiError::field("origins", "a command line has no origin"));
        }
        ApiKeyKind::CommandLine if !wanted.flows.is_empty() => {
            return Err(ApiError::field("flows", "a command line shows no panel"));
        }
        ApiKeyKind::CommandLine => (Vec::new(), Vec::new()),
    };
    if !wanted.kind.roles().contains(&wanted.role) {
        return Err(ApiError::field("role", "nothing can be called with a key of this role"));
    }
    if wanted.kind == ApiKeyKind::CommandLine && wanted.opens_for != OpensFor::Maker {
        return Err(ApiError::field("opens_for", "a command line opens no panels"));
    }
    if !limits::API_KEY_DAYS.contains(&wanted.ends_in_days) {
        let (least, most) = limits::API_KEY_DAYS.into_inner();
        return Err(ApiError::field("ends_in_days", format!("not within {least} to {most}")));
    }
    check_users(app, &wanted.opens_for).await?;
    let random = random_token().map_err(|error| {
        tracing::error!(%error, "no random numbers");
        ApiError::new(ProblemCode::Internal)
    })?;
    let secret = format!("{API_KEY_START}{random}");
    let id = db::new_id();
    let key = NewKey {
        id: &id,
        name: &name,
        prefix: secret.get(..PREFIX).unwrap_or_default(),
        secret_hash: &sha256(secret.as_bytes()),
        kind: wanted.kind,
        owner_id: (wanted.kind == ApiKeyKind::CommandLine).then(|| caller.id()),
        origins: &origins,
        flows: &flows,
        role: wanted.role,
        grants: wanted.grants.min(wanted.role),
        opens_for: &wanted.opens_for,
        created_by: &caller.user.display_name(),
        creator_id: Some(caller.id()),
        ends_at: app.now().plus(DAY * u32::from(wanted.ends_in_days)),
    };
    let mut tx = callers::write(app, caller).await?;
    api_keys::retire(&mut tx, &app.account_id, app.now()).await?;
    let keys = api_keys::valid_names(&mut tx, &app.account_id).await?;
    // The audit log names who acted, a person or a key.
    let admins = db::users::names_of_admins(&mut tx, &app.account_id).await?;
    names::require_free(&name, keys.iter().chain(&admins).map(String::as_str))?;
    if keys.len() >= limits::API_KEYS_MAX {
        let limit = limits::API_KEYS_MAX as u64;
        return Err(ApiError::new(ProblemCode::ApiKeysExhausted).limit("api_keys", limit));
    }
    api_keys::insert(&mut tx, &app.account_id, &key, app.now()).await?;
    notices::tell(app, &mut tx, caller.id(), Happened::KeyMade(name.clone())).await?;
    let key = find(app, &mut tx, &id).await?.view()?;
    let (changes, subject) = (rules(&key, true), subject(&name, &origins));
    let subject = Subject::from(&subject).changing(&changes);
    audit::by_caller(app, &mut tx, caller, AuditAction::ApiKeyCreated, subject).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(CreatedApiKey { key, secret })
}

/// Makes the key of the example host of sandbox mode, for all flows, unless there is one with this secret or name.
pub(crate) async fn ensure_example(
    conn: &mut Conn,
    account_id: &AccountId,
    secret: &str,
    origins: &[Origin],
    now: Millis,
) -> Result<(), StartError> {
    if !secret.starts_with(API_KEY_START) {
        return Err(format!("MSI_SANDBOX_API_KEY is no API key: keys begin with {API_KEY_START}").into());
    }
    let hash = sha256(secret.as_bytes());
    let is_known = api_keys::find_by_secret(conn, account_id, &hash).await?.is_some();
    let names = api_keys::valid_names(conn, account_id).await?;
    if is_known || names::require_free(EXAMPLE, names.iter().map(String::as_str)).is_err() {
        return Ok(());
    }
    let origins: Vec<String> = origins.iter().map(|origin| origin.as_str().to_owned()).collect();
    let key = NewKey {
        id: &db::new_id(),
        name: EXAMPLE,
        prefix: secret.get(..PREFIX).unwrap_or_default(),
        secret_hash: &hash,
        kind: ApiKeyKind::Host,
        owner_id: None,
        origins: &origins,
        flows: &PanelFlow::ALL,
        role: Role::Admin,
        grants: Role::Admin,
        opens_for: &OpensFor::Everyone,
        created_by: EXAMPLE,
        creator_id: None,
        ends_at: now.plus(DAY * u32::from(limits::API_KEY_DAYS_DEFAULT)),
    };
    Ok(api_keys::insert(conn, account_id, &key, now).await?)
}

/// Revokes a key; the sessions that it has opened end with it. A key that is revoked already stays as it is.
pub(crate) async fn revoke(app: &App, caller: &Caller, id: &ApiKeyId) -> ApiResult<()> {
    let mut tx = callers::write(app, caller).await?;
    let key = find(app, &mut tx, id).await?;
    if !key.is_revoked() {
        api_keys::revoke(&mut tx, id, app.now()).await?;
        let key = key.view()?;
        let (changes, subject) = (rules(&key, false), subject(&key.name, &key.origins));
        let subject = Subject::from(&subject).changing(&changes);
        audit::by_caller(app, &mut tx, caller, AuditAction::ApiKeyRevoked, subject).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Ends the keys of people who are no longer active administrators. They stay ended: what knew them may still do.
pub(crate) async fn end_of(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    user_ids: &[&UserId],
) -> DbResult<()> {
    for key in api_keys::of_makers(conn, &app.account_id, user_ids).await? {
        api_keys::revoke(conn, &key.id, app.now()).await?;
        let key = key.view()?;
        let (changes, subject) = (rules(&key, false), subject(&key.name, &key.origins));
        let subject = Subject::from(&subject).changing(&changes);
        audit::note(app, conn, actor, AuditAction::ApiKeyRevoked, subject).await?;
    }
    Ok(())
}

/// The valid keys, and those that were revoked lately.
pub(crate) async fn list(app: &App) -> ApiResult<Vec<ApiKey>> {
    let rows = api_keys::list(&mut *app.db.read().await?, &app.account_id, limits::PAGE_MAX).await?;
    Ok(rows.into_iter().map(ApiKeyRow::view).collect::<Result<_, _>>()?)
}

/// The key of that kind with that secret, if there is one, revoked or not.
pub(crate) async fn by_secret(app: &App, secret: &str, kind: ApiKeyKind) -> ApiResult<Option<ApiKeyRow>> {
    if !secret.starts_with(API_KEY_START) {
        return Ok(None);
    }
    let hash = sha256(secret.as_bytes());
    let key = api_keys::find_by_secret(&mut *app.db.read().await?, &app.account_id, &hash).await?;
    match key {
        Some(key) if key.kind()? == kind => Ok(Some(key)),
        _ => Ok(None),
    }
}

/// The caller of a command line's request: the administrator who made the key, with its role at most.
pub(crate) async fn caller(app: &App, secret: &str) -> ApiResult<Caller> {
    let found = by_secret(app, secret, ApiKeyKind::CommandLine).await?;
    let key = found.ok_or(ProblemCode::ApiKeyInvalid)?;
    let is_use_due = key.last_used().is_none_or(|at| at.is_past(NOTED_EVERY, app.now()));
    let id = key.id.clone();
    let caller = callers::by_key(app, &mut *app.db.read().await?, key).await?;
    if is_use_due {
        note_use(app, &id, app.now());
    }
    Ok(caller)
}

/// Tells those who made keys that these will end within days, once.
pub(crate) async fn tell_of_ends(app: &App, now: Millis) -> DbResult<()> {
    let until = now.plus(TOLD_BEFORE);
    let ending = api_keys::ending(&mut *app.db.read().await?, &app.account_id, now, until).await?;
    if ending.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    for (id, name, creator) in ending {
        api_keys::note_end_told(&mut tx, &id, now).await?;
        if let Some(creator) = creator {
            notices::tell(app, &mut tx, &creator, Happened::KeyEnds(name)).await?;
        }
    }
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(())
}

/// Stores when a key was used, in the background: a request that reads waits for no writer.
fn note_use(app: &App, id: &ApiKeyId, now: Millis) {
    if !app.key_uses.begin(id.clone()) {
        return;
    }
    let (app, id) = (app.clone(), id.clone());
    request_id::spawn_detached(async move {
        let noted = async {
            let mut tx = app.db.write().await?;
            api_keys::note_use(&mut tx, &id, now).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the use of an API key could not be stored");
        }
        app.key_uses.end(&id);
    });
}

async fn find(app: &App, conn: &mut Conn, id: &ApiKeyId) -> ApiResult<ApiKeyRow> {
    api_keys::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

fn subject(name: &str, origins: &[String]) -> String {
    if origins.is_empty() {
        return name.to_owned();
    }
    format!("{name} ({})", origins.join(", "))
}

/// What a key lets its holder do, as it begins (`begins`) or ends to.
fn rules(key: &ApiKey, begins: bool) -> Vec<AuditChange> {
    let flows: Vec<_> = key.flows.iter().map(|flow| flow.as_str()).collect();
    let fields = [
        (AuditField::Origins, key.origins.join(" ")),
        (AuditField::Flows, flows.join(" ")),
        (AuditField::KeyRole, key.role.as_str().to_owned()),
        (AuditField::KeyGrants, key.grants.as_str().to_owned()),
        (AuditField::KeyEnds, key.ends_at.0.clone()),
    ];
    let said = fields.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(field, value)| match begins {
        true => audit::change(field, None, Some(&value)),
        false => audit::change(field, Some(&value), None),
    })
    .collect()
}

/// Users who are named one by one are there, and are administrators.
async fn check_users(app: &App, opens_for: &OpensFor) -> ApiResult<()> {
    let OpensFor::Users(users) = opens_for else { return Ok(()) };
    let is_twice = users.iter().collect::<BTreeSet<_>>().len() != users.len();
    if users.is_empty() || users.len() > limits::API_KEY_USERS_MAX || is_twice {
        let most = limits::API_KEY_USERS_MAX;
        return Err(ApiError::field("opens_for", format!("name 1 to {most} administrators, each once")));
    }
    let ids: Vec<&UserId> = users.iter().collect();
    let found = db::users::find_all(&mut *app.db.read().await?, &app.account_id, &ids).await?;
    for id in ids {
        let user = found.iter().find(|user| user.id == *id);
        if !user.map(UserRow::is_active_admin).transpose()?.unwrap_or_default() {
            return Err(ApiError::field("opens_for", "not all are active administrators"));
        }
    }
    Ok(())
}

/// The flows, each once.
fn flows(wanted: &[PanelFlow]) -> ApiResult<Vec<PanelFlow>> {
    let mut flows = wanted.to_vec();
    let mut seen = BTreeSet::new();
    flows.retain(|flow| seen.insert(flow.as_str()));
    if flows.is_empty() {
        return Err(ApiError::field("flows", "a key is for at least one flow"));
    }
    Ok(flows)
}

/// The origins as browsers write them.
fn origins(app: &App, texts: &[String]) -> ApiResult<Vec<String>> {
    if texts.is_empty() || texts.len() > limits::API_KEY_ORIGINS_MAX {
        let most = limits::API_KEY_ORIGINS_MAX;
        return Err(ApiError::field("origins", format!("a key is for 1 to {most} origins")));
    }
    let mut origins: Vec<String> = Vec::new();
    for text in texts {
        let origin: Origin =
            text.trim().parse().map_err(|error| ApiError::field("origins", format!("{error}")))?;
        if app.origins.contains(origin.as_str().as_bytes()) {
            // In a frame of its own origin, a page could leave the frame's sandbox.
            let detail = format!("{origin} is the console's own; the panel is embedded by others");
            return Err(ApiError::field("origins", detail));
        }
        if !origins.iter().any(|known| known == origin.as_str()) {
            origins.push(origin.as_str().to_owned());
        }
    }
    Ok(origins)
}
