use api_types::{
    List, ListMeta, NewWebhook, Webhook, WebhookChange, WebhookDelivery, WebhookDeliveryQuery, WebhookId,
    WebhookReplay, WebhookReplayed, WebhookWithSecret, paths,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::lists::{CursorScope, after_row, next, page_size, whole};
use crate::error::ApiResult;
use crate::http::extract::{Json, Path, Query};
use crate::http::idempotency::Keyed;
use crate::services::sessions::Caller;
use crate::services::webhooks::{deliveries, endpoints};
use crate::state::App;

/// The endpoints to which events are sent, in the order in which they were added.
#[utoipa::path(get, path = paths::WEBHOOKS, tag = "webhooks", responses((status = 200, body = List<Webhook>)))]
pub(crate) async fn list(State(app): State<App>) -> ApiResult<Json<List<Webhook>>> {
    Ok(Json(whole(endpoints::list(&app).await?)))
}

/// Adds an endpoint. Only this answer has its secret: a request that is repeated cannot be answered alike, and is refused
/// because of the URL. Messages are signed by the Standard Webhooks specification, and each has a `WebhookEvent` as its body.
#[utoipa::path(post, path = paths::WEBHOOKS, tag = "webhooks", request_body = NewWebhook,
    responses((status = 201, body = WebhookWithSecret)))]
pub(crate) async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(wanted): Json<NewWebhook>,
) -> ApiResult<Response> {
    let added = endpoints::add(&app, &caller, &wanted).await?;
    Ok((StatusCode::CREATED, Json(added)).into_response())
}

/// Changes an endpoint, or turns it on or off. What waits for one that is off is kept for three days.
#[utoipa::path(patch, path = paths::template::WEBHOOK, tag = "webhooks", params(("id" = WebhookId, Path)),
    request_body = WebhookChange, responses((status = 200, body = Webhook)))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    Json(wanted): Json<WebhookChange>,
) -> ApiResult<Json<Webhook>> {
    Ok(Json(endpoints::change(&app, &caller, &id, &wanted).await?))
}

/// Deletes an endpoint, with the messages to it.
#[utoipa::path(delete, path = paths::template::WEBHOOK, tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> ApiResult<StatusCode> {
    endpoints::delete(&app, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes another secret, which only this answer has. For a day, messages have a signature by the one before, too.
#[utoipa::path(post, path = paths::template::WEBHOOK_SECRET, tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 201, body = WebhookWithSecret)))]
pub(crate) async fn renew_secret(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> ApiResult<Response> {
    let renewed = endpoints::renew(&app, &caller, &id).await?;
    Ok((StatusCode::CREATED, Json(renewed)).into_response())
}

/// Sends a test to an endpoint that is active.
#[utoipa::path(post, path = paths::template::WEBHOOK_TEST, tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 201, body = WebhookDelivery)))]
pub(crate) async fn test(
    State(app): State<App>,
    Path(id): Path<WebhookId>,
    Keyed { mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let delivery = deliveries::test(&app, &mut work.tx, &id).await?;
    let response = work.finish(&app, StatusCode::CREATED, None, &delivery).await?;
    app.webhooks.woken.notify_one();
    Ok(response)
}

/// The messages to an endpoint of the last 30 days with the attempts at them, the latest first.
#[utoipa::path(get, path = paths::template::WEBHOOK_DELIVERIES, tag = "webhooks",
    params(("id" = WebhookId, Path), WebhookDeliveryQuery), responses((status = 200, body = List<WebhookDelivery>)))]
pub(crate) async fn list_deliveries(
    State(app): State<App>,
    Path(id): Path<WebhookId>,
    Query(query): Query<WebhookDeliveryQuery>,
) -> ApiResult<Json<List<WebhookDelivery>>> {
    let limit = page_size(query.limit);
    let (seal, place) = CursorScope::of(&format!("deliveries {id}"), &query)?;
    let before = after_row(place.as_deref())?;
    let (mut page, total) = deliveries::page(&app, &id, query.state, before, limit + 1).await?;
    let next_cursor = next(&mut page, limit, |(number, _)| seal.cursor(number));
    let items = page.into_iter().map(|(_, delivery)| delivery).collect();
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

/// Sends messages again, with the same ids: one, or all that failed since a time.
#[utoipa::path(post, path = paths::template::WEBHOOK_REPLAY, tag = "webhooks", params(("id" = WebhookId, Path)),
    request_body = WebhookReplay, responses((status = 200, body = WebhookReplayed)))]
pub(crate) async fn replay(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    Json(wanted): Json<WebhookReplay>,
) -> ApiResult<Json<WebhookReplayed>> {
    Ok(Json(deliveries::replay(&app, &caller, &id, &wanted).await?))
}
