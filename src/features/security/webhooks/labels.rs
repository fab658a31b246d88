use api_types::{Webhook, WebhookDelivery, WebhookDeliveryState, WebhookOutcome, WebhookState, WebhookType};

use crate::domain::audit;
use crate::i18n;
use crate::t;
use crate::ui::{IconName, Tone};

/// What a message tells of; of an event of the audit log, what was done.
pub(super) fn event(message: &WebhookDelivery) -> String {
    message.action.map_or_else(|| audit::webhook_type(message.kind), audit::action)
}

pub(super) fn kinds(kinds: &[WebhookType]) -> String {
    i18n::list(kinds.iter().map(|&one| audit::webhook_type(one)))
}

/// Whether an endpoint gets messages, and whether that works.
pub(super) fn state(webhook: &Webhook) -> (Tone, IconName, String) {
    match (webhook.state, &webhook.failing_since) {
        (WebhookState::Active, None) => (Tone::Success, IconName::Check, t!("webhooks.on")),
        (WebhookState::Active, Some(since)) => {
            let since = i18n::date_time(since.as_str());
            (Tone::Warning, IconName::Alert, t!("webhooks.in_trouble", time = since))
        }
        (WebhookState::Off, _) => (Tone::Quiet, IconName::Pause, t!("webhooks.off")),
        (WebhookState::Gone, _) => (Tone::Failure, IconName::Alert, t!("webhooks.gone")),
        (WebhookState::Failing, _) => (Tone::Failure, IconName::Alert, t!("webhooks.failing")),
    }
}

pub(super) fn delivery(state: WebhookDeliveryState) -> (Tone, IconName, String) {
    match state {
        WebhookDeliveryState::Waiting => (Tone::Busy, IconName::Clock, t!("webhooks.delivery_waiting")),
        WebhookDeliveryState::Sent => (Tone::Success, IconName::Check, t!("webhooks.delivery_sent")),
        WebhookDeliveryState::Failed => (Tone::Failure, IconName::Alert, t!("webhooks.delivery_failed")),
    }
}

pub(super) fn outcome(outcome: WebhookOutcome) -> String {
    match outcome {
        WebhookOutcome::Delivered => t!("webhooks.outcome_delivered"),
        WebhookOutcome::Refused => t!("webhooks.outcome_refused"),
        WebhookOutcome::Redirected => t!("webhooks.outcome_redirected"),
        WebhookOutcome::TimedOut => t!("webhooks.outcome_timed_out"),
        WebhookOutcome::Unreachable => t!("webhooks.outcome_unreachable"),
        WebhookOutcome::AddressRefused => t!("webhooks.outcome_address_refused"),
        WebhookOutcome::NoSecret => t!("webhooks.outcome_no_secret"),
    }
}
