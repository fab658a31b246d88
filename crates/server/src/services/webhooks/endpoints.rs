//! The endpoints of webhooks: added, changed and deleted by administrators.

use std::collections::BTreeSet;
use std::time::Duration;

use api_types::{
    AuditAction, AuditChange, AuditField, NewWebhook, ProblemCode, Webhook, WebhookChange, WebhookId,
    WebhookState, WebhookType, WebhookWithSecret, limits,
};
use url::Url;

use super::AT_A_TIME;
use super::signing::new_secret;
use crate::db::sealed::WEBHOOK_SECRET;
use crate::db::webhooks::deliveries;
use crate::db::webhooks::endpoints::{self, EndpointRow, Said};
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::destinations::Refusal;
use crate::platform::secrets::SecretContext;
use crate::services::audit::{self, Subject};
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::state::App;

/// How long a secret signs beside the one that has taken its place.
const BOTH_FOR: Duration = Duration::from_secs(24 * 3600);
/// Secrets that sign at once; another one would make the header long.
const SECRETS_MAX: usize = 5;

/// All of them, in the order in which they were added.
pub(crate) async fn list(app: &App) -> ApiResult<Vec<Webhook>> {
    let mut conn = app.db.read().await?;
    let mut shown = Vec::new();
    for row in endpoints::list(&mut conn, &app.account_id, app.now()).await? {
        shown.push(view(&mut conn, row).await?);
    }
    Ok(shown)
}

pub(super) async fn find(app: &App, conn: &mut Conn, id: &WebhookId) -> ApiResult<EndpointRow> {
    endpoints::find(conn, &app.account_id, id, app.now()).await?.ok_or_else(ApiError::not_found)
}

async fn view(conn: &mut Conn, row: EndpointRow) -> ApiResult<Webhook> {
    let counts = deliveries::counts(conn, &row.id).await?;
    Ok(row.view(counts)?)
}

/// Adds one. Its secret is in the answer, and nowhere else.
pub(crate) async fn add(app: &App, caller: &Caller, wanted: &NewWebhook) -> ApiResult<WebhookWithSecret> {
    let said = Said {
        url: &checked_url(app, &wanted.url)?,
        description: &checked_description(&wanted.description)?,
        types: &checked_types(&wanted.types)?,
        state: WebhookState::Active,
    };
    let id: WebhookId = db::new_id();
    let mut tx = callers::write(app, caller).await?;
    let others = endpoints::urls(&mut tx, &app.account_id).await?;
    require_free(&others, &id, said.url)?;
    if others.len() >= limits::WEBHOOKS_MAX {
        let limit = limits::WEBHOOKS_MAX as u64;
        return Err(ApiError::new(ProblemCode::WebhooksExhausted).limit("webhooks", limit));
    }
    endpoints::insert(&mut tx, &app.account_id, &id, &said, app.now()).await?;
    let secret = renew_secret(app, &mut tx, &id).await?;
    audit::by_caller(app, &mut tx, caller, AuditAction::WebhookAdded, &named(said.url)).await?;
    let row = find(app, &mut tx, &id).await?;
    let webhook = view(&mut tx, row).await?;
    tx.commit().await?;
    Ok(WebhookWithSecret { webhook, secret })
}

/// Changes one, and turns it on or off. One that is turned on begins anew.
pub(crate) async fn change(
    app: &App,
    caller: &Caller,
    id: &WebhookId,
    wanted: &WebhookChange,
) -> ApiResult<Webhook> {
    let mut tx = callers::write(app, caller).await?;
    let before = find(app, &mut tx, id).await?;
    let url = wanted.url.as_deref().map(|url| checked_url(app, url)).transpose()?;
    let description = wanted.description.as_deref().map(checked_description).transpose()?;
    let types = wanted.types.as_deref().map(checked_types).transpose()?;
    let state = match wanted.is_active {
        Some(true) => WebhookState::Active,
        Some(false) => WebhookState::Off,
        None => before.state()?,
    };
    let said = Said {
        url: url.as_deref().unwrap_or(&before.url),
        description: description.as_deref().unwrap_or(&before.description),
        types: &types.map_or_else(|| before.types(), Ok)?,
        state,
    };
    require_free(&endpoints::urls(&mut tx, &app.account_id).await?, id, said.url)?;
    endpoints::change(&mut tx, id, &said).await?;
    let is_turned_on = state == WebhookState::Active && before.state()? != state;
    if is_turned_on || said.url != before.url {
        endpoints::begin_anew(&mut tx, id).await?;
        deliveries::hurry(&mut tx, id, AT_A_TIME, app.now()).await?;
    }
    // It is told of what ends from now on, and not of what ended while it did not want to know.
    let ended = WebhookType::InvitationExpired;
    if is_turned_on || said.types.contains(&ended) && !before.types()?.contains(&ended) {
        endpoints::set_expired_until(&mut tx, id, app.now()).await?;
    }
    let changes = changes(&before, &said)?;
    let subject = named(said.url);
    let subject = Subject::from(&subject).changing(&changes);
    audit::by_caller(app, &mut tx, caller, AuditAction::WebhookChanged, subject).await?;
    let row = find(app, &mut tx, id).await?;
    let webhook = view(&mut tx, row).await?;
    tx.commit().await?;
    app.webhooks.woken.notify_one();
    Ok(webhook)
}

/// What a change was from and to.
fn changes(before: &EndpointRow, after: &Said<'_>) -> DbResult<Vec<AuditChange>> {
    let types = |types: &[WebhookType]| {
        let names: Vec<_> = types.iter().map(|kind| kind.as_str()).collect();
        names.join(" ")
    };
    let (old, new) = (named(&before.url), named(after.url));
    let (old_types, new_types) = (types(&before.types()?), types(after.types));
    let mut changes = audit::changed([
        (AuditField::WebhookUrl, Some(&old), Some(&new)),
        (AuditField::WebhookDescription, Some(&before.description), Some(after.description)),
        (AuditField::WebhookTypes, Some(&old_types), Some(&new_types)),
        (AuditField::WebhookState, Some(before.state()?.as_str()), Some(after.state.as_str())),
    ]);
    if before.url != after.url && old == new {
        changes.insert(0, audit::secret(AuditField::WebhookUrl));
    }
    Ok(changes)
}

/// Deletes one, with what it was not sent yet.
pub(crate) async fn delete(app: &App, caller: &Caller, id: &WebhookId) -> ApiResult<()> {
    let mut tx = callers::write(app, caller).await?;
    let endpoint = find(app, &mut tx, id).await?;
    endpoints::hide(&mut tx, id).await?;
    audit::by_caller(app, &mut tx, caller, AuditAction::WebhookDeleted, &named(&endpoint.url)).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes another secret. The one before signs, too, for a day.
pub(crate) async fn renew(app: &App, caller: &Caller, id: &WebhookId) -> ApiResult<WebhookWithSecret> {
    let mut tx = callers::write(app, caller).await?;
    let endpoint = find(app, &mut tx, id).await?;
    if endpoints::secrets(&mut tx, id, app.now()).await?.len() >= SECRETS_MAX {
        let limit = SECRETS_MAX as u64;
        return Err(ApiError::new(ProblemCode::WebhooksExhausted).limit("webhook_secrets", limit));
    }
    let secret = renew_secret(app, &mut tx, id).await?;
    audit::by_caller(app, &mut tx, caller, AuditAction::WebhookSecretRenewed, &named(&endpoint.url)).await?;
    let row = find(app, &mut tx, id).await?;
    let webhook = view(&mut tx, row).await?;
    tx.commit().await?;
    Ok(WebhookWithSecret { webhook, secret })
}

async fn renew_secret(app: &App, conn: &mut Conn, endpoint: &WebhookId) -> ApiResult<String> {
    let id: String = db::new_id();
    let unsealed = |error: std::io::Error| {
        tracing::error!(%error, "a secret could not be made");
        ApiError::new(ProblemCode::Internal)
    };
    let secret = new_secret().map_err(unsealed)?;
    let place = SecretContext { column: WEBHOOK_SECRET, row: &id };
    let sealed = app.keyring.seal(place, &secret).map_err(unsealed)?;
    let now = app.now();
    endpoints::add_secret(conn, endpoint, (&id, &sealed), (now, now.plus(BOTH_FOR))).await?;
    Ok(secret.expose().to_owned())
}

/// An endpoint in the audit log: where it is. The path may be a secret, as other systems make such addresses.
pub(super) fn named(url: &str) -> String {
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

fn require_free(others: &[(WebhookId, String)], id: &WebhookId, url: &str) -> ApiResult<()> {
    match others.iter().any(|(other, used)| other != id && used == url) {
        true => Err(ApiError::new(ProblemCode::NameTaken).in_field("url")),
        false => Ok(()),
    }
}

fn checked_url(app: &App, url: &str) -> ApiResult<String> {
    let url = url.trim();
    if url.chars().count() > limits::URL_MAX {
        return Err(ApiError::field("url", format!("longer than {} characters", limits::URL_MAX)));
    }
    let refused = |refusal: Refusal| ApiError::field("url", refusal.to_string());
    let mut url = Url::parse(url).map_err(|_| refused(Refusal::NoUrl))?;
    app.webhooks.destinations.check(&url).map_err(refused)?;
    // It is sent nowhere.
    url.set_fragment(None);
    Ok(url.into())
}

fn checked_description(description: &str) -> ApiResult<String> {
    let description = people::characters::normal(description);
    match description.chars().count() > limits::WEBHOOK_DESCRIPTION_MAX {
        true => {
            let most = limits::WEBHOOK_DESCRIPTION_MAX;
            Err(ApiError::field("description", format!("longer than {most} characters")))
        }
        false => Ok(description),
    }
}

/// The types, each once.
fn checked_types(wanted: &[WebhookType]) -> ApiResult<Vec<WebhookType>> {
    let types: BTreeSet<WebhookType> =
        wanted.iter().copied().filter(|kind| *kind != WebhookType::TestSent).collect();
    match types.is_empty() {
        true => Err(ApiError::field("types", "choose at least one")),
        false => Ok(types.into_iter().collect()),
    }
}
