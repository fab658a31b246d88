//! One attempt to deliver a message.

use std::time::{Duration, Instant};

use api_types::{WebhookOutcome, limits};
use reqwest::StatusCode;
use url::Url;

use super::signing::signature;
use crate::db::webhooks::deliveries::OF_THE_MESSAGE;
use crate::platform::destinations::is_refused;
use crate::platform::outbound::retry_after;
use crate::platform::secrets::Secret;
use crate::state::App;

/// A message to an endpoint.
pub(super) struct Message<'a> {
    pub(super) url: &'a str,
    /// The present one first.
    pub(super) secrets: &'a [Secret],
    pub(super) id: &'a str,
    pub(super) body: &'a str,
}

/// What became of it.
pub(super) struct Attempt {
    pub(super) took: Duration,
    pub(super) outcome: WebhookOutcome,
    pub(super) status: Option<StatusCode>,
    /// How the answer begins.
    pub(super) response: Option<String>,
    /// How long the endpoint wants to be left alone.
    pub(super) retry_after: Option<Duration>,
}

impl Attempt {
    pub(super) fn is_gone(&self) -> bool {
        self.status == Some(StatusCode::GONE)
    }

    /// Whether the endpoint has understood the request, and does not want this message.
    pub(super) fn is_of_the_message(&self) -> bool {
        self.status.is_some_and(|status| OF_THE_MESSAGE.contains(&status.as_u16()))
    }
}

pub(super) async fn send(app: &App, message: &Message<'_>) -> Attempt {
    let began = Instant::now();
    let mut attempt = Attempt {
        took: Duration::ZERO,
        outcome: WebhookOutcome::Unreachable,
        status: None,
        response: None,
        retry_after: None,
    };
    // The answer counts once its status is there. What follows is for people, and may fail.
    let asked = tokio::time::timeout(app.config.webhook_timeout.0, ask(app, message, &mut attempt));
    if let Err(outcome) = asked.await.unwrap_or(Err(WebhookOutcome::TimedOut))
        && attempt.status.is_none()
    {
        attempt.outcome = outcome;
    }
    attempt.took = began.elapsed();
    attempt
}

async fn ask(app: &App, message: &Message<'_>, attempt: &mut Attempt) -> Result<(), WebhookOutcome> {
    let url = Url::parse(message.url).map_err(|_| WebhookOutcome::AddressRefused)?;
    // What the operator lists may have changed since the URL was entered.
    app.webhooks.destinations.check(&url).map_err(|_| WebhookOutcome::AddressRefused)?;
    let seconds = app.now().0.div_euclid(1000);
    let signed =
        message.secrets.iter().filter_map(|secret| signature(secret, message.id, seconds, message.body));
    let signatures = signed.collect::<Vec<_>>().join(" ");
    if signatures.is_empty() {
        return Err(WebhookOutcome::NoSecret);
    }
    let request = app
        .webhooks
        .http
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", message.id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signatures)
        .body(message.body.to_owned());
    let mut answer = request.send().await.map_err(|error| match error {
        error if is_refused(&error) => WebhookOutcome::AddressRefused,
        error if error.is_timeout() => WebhookOutcome::TimedOut,
        _ => WebhookOutcome::Unreachable,
    })?;
    let status = answer.status();
    attempt.status = Some(status);
    attempt.outcome = match status {
        status if status.is_success() => WebhookOutcome::Delivered,
        status if status.is_redirection() => WebhookOutcome::Redirected,
        _ => WebhookOutcome::Refused,
    };
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        attempt.retry_after = retry_after(answer.headers());
    }
    let mut bytes = Vec::new();
    while let Ok(Some(piece)) = answer.chunk().await {
        bytes.extend_from_slice(&piece);
        attempt.response = Some(shown(&bytes));
        if bytes.len() >= limits::WEBHOOK_RESPONSE_MAX {
            break;
        }
    }
    Ok(())
}

/// The beginning of an answer, as it is kept: text alone.
fn shown(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(limits::WEBHOOK_RESPONSE_MAX)];
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}
