//! What was sent to an endpoint, and sending it again.

use api_types::{
    AuditAction, ProblemCode, WebhookData, WebhookDelivery, WebhookDeliveryState, WebhookId, WebhookReplay,
    WebhookReplayed, WebhookState, WebhookTest,
};

use super::endpoints::{find, named};
use crate::db::webhooks::deliveries::{self, Wanted};
use crate::db::webhooks::{endpoints, outbox};
use crate::db::{Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::portion::Portion;
use crate::services::audit;
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::state::App;

/// Messages with their numbers, the latest first, and how many there are.
pub(crate) async fn page(
    app: &App,
    id: &WebhookId,
    state: Option<WebhookDeliveryState>,
    before: Option<i64>,
    limit: u32,
) -> ApiResult<(Vec<(i64, WebhookDelivery)>, u64)> {
    let mut conn = app.db.read().await?;
    let endpoint = find(app, &mut conn, id).await?.id;
    let wanted = Wanted { endpoint: &endpoint, state, id: None, before };
    let page = deliveries::list(&mut conn, &wanted, limit).await?;
    Ok((page, deliveries::total(&mut conn, &endpoint, state).await?))
}

/// Queues a message that tries an endpoint. Once the transaction is committed, the job is to be woken.
pub(crate) async fn test(app: &App, conn: &mut Conn, id: &WebhookId) -> ApiResult<WebhookDelivery> {
    let endpoint = find(app, conn, id).await?;
    require_active(endpoint.state()?)?;
    let what = WebhookData::TestSent(WebhookTest { webhook_id: id.clone() });
    let made = outbox::insert(conn, &[(&endpoint.id, &what)], app.now()).await?;
    endpoints::end_pause(conn, &endpoint.id).await?;
    let wanted = Wanted { endpoint: &endpoint.id, state: None, id: made.first(), before: None };
    let found = deliveries::list(conn, &wanted, 1).await?;
    found.into_iter().next().map(|(_, delivery)| delivery).ok_or_else(ApiError::not_found)
}

fn require_active(state: WebhookState) -> ApiResult<()> {
    match state {
        WebhookState::Active => Ok(()),
        _ => Err(ApiError::new(ProblemCode::NotConnected).detail("the endpoint is turned off")),
    }
}

/// Sends messages again: one, or those that failed since a time. What waits already is not sent twice.
pub(crate) async fn replay(
    app: &App,
    caller: &Caller,
    id: &WebhookId,
    wanted: &WebhookReplay,
) -> ApiResult<WebhookReplayed> {
    let mut tx = callers::write(app, caller).await?;
    let endpoint = find(app, &mut tx, id).await?;
    require_active(endpoint.state()?)?;
    audit::by_caller(app, &mut tx, caller, AuditAction::WebhookReplayed, &named(&endpoint.url)).await?;
    endpoints::end_pause(&mut tx, &endpoint.id).await?;
    let messages = match wanted {
        WebhookReplay::Message(message) => {
            if !deliveries::replay(&mut tx, &endpoint.id, message, app.now()).await? {
                return Err(ApiError::not_found());
            }
            tx.commit().await?;
            1
        }
        WebhookReplay::FailedSince(since) => {
            let since = Millis::parse(since)
                .ok_or_else(|| ApiError::field("failed_since", "not a time of RFC 3339"))?;
            tx.commit().await?;
            replay_failed(app, &endpoint.id, since).await?
        }
    };
    app.webhooks.woken.notify_one();
    Ok(WebhookReplayed { messages })
}

async fn replay_failed(app: &App, endpoint: &WebhookId, since: Millis) -> DbResult<u64> {
    let (mut portion, mut messages, mut goes_on) = (Portion::of(200), 0, true);
    while goes_on {
        let mut tx = app.db.write().await?;
        let done = portion
            .timed(async |rows| {
                let done = deliveries::replay_failed(&mut tx, endpoint, since, rows, app.now()).await?;
                tx.commit().await?;
                DbResult::Ok(done)
            })
            .await?;
        messages += u64::from(done.deleted);
        goes_on = done.goes_on;
    }
    Ok(messages)
}
