//! Webhooks: the endpoints, and what was sent to them.

use api_types::{
    List, NewWebhook, Webhook, WebhookChange, WebhookDelivery, WebhookDeliveryQuery, WebhookId,
    WebhookReplay, WebhookReplayed, WebhookWithSecret, paths,
};
use gloo_net::http::Method;

use super::{Call, Failure, get, query};

pub(crate) async fn list() -> Result<List<Webhook>, Failure> {
    get(paths::WEBHOOKS).await
}

/// Adds an endpoint. Only this answer has its secret.
pub(crate) async fn add(wanted: &NewWebhook) -> Result<WebhookWithSecret, Failure> {
    Call::post(paths::WEBHOOKS).json(wanted).fetch().await
}

pub(crate) async fn change(id: &WebhookId, change: &WebhookChange) -> Result<Webhook, Failure> {
    Call::new(Method::PATCH, paths::webhook(id)).json(change).fetch().await
}

pub(crate) async fn delete(id: &WebhookId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::webhook(id)).done().await
}

/// Makes another secret, which only this answer has.
pub(crate) async fn renew_secret(id: &WebhookId) -> Result<WebhookWithSecret, Failure> {
    Call::post(paths::webhook_secret(id)).fetch().await
}

/// Sends a test. The key makes a repetition harmless.
pub(crate) async fn test(id: &WebhookId, key: &str) -> Result<WebhookDelivery, Failure> {
    Call::post(paths::webhook_test(id)).idempotency_key(key).fetch().await
}

/// A page of what was sent, the latest first.
pub(crate) async fn deliveries(
    id: &WebhookId,
    wanted: &WebhookDeliveryQuery,
) -> Result<List<WebhookDelivery>, Failure> {
    get(query(&paths::webhook_deliveries(id), wanted)).await
}

pub(crate) async fn replay(id: &WebhookId, wanted: &WebhookReplay) -> Result<WebhookReplayed, Failure> {
    Call::post(paths::webhook_replay(id)).json(wanted).fetch().await
}
