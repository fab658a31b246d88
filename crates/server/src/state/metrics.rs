//! What the server has done since its start, counted for monitoring.

use std::fmt;
use std::time::Duration;

use api_types::WebhookOutcome;
use axum::http::{Method, StatusCode};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use strum::{IntoStaticStr, VariantArray};

use crate::db::field_sync::Tally;
use crate::db::mails::Outcome;

/// What the names of all metrics begin with.
const PREFIX: &str = "msi";

/// The upper ends of the ranges that answers are counted in, in seconds. The last one is the limit of a request.
const SECONDS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0, 20.0, 60.0];

/// The counters of a server. Their labels name routes and results, and nobody.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Answering, Histogram, fn() -> Histogram>,
    mails: Family<Attempted, Counter>,
    webhooks: Family<Delivered, Counter>,
    synced: Family<Synced, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answering {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Attempted {
    result: MailResult,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Delivered {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Synced {
    result: &'static str,
}

/// What became of an attempt to send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
enum MailResult {
    Sent,
    Deferred,
    Failed,
    Unknown,
    Cancelled,
}

impl EncodeLabelValue for MailResult {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.into_str().encode(encoder)
    }
}

/// A registry that gives its metrics the server's prefix.
pub(crate) fn registry() -> Registry {
    Registry::with_prefix(PREFIX)
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = registry();
        let requests = Family::default();
        registry.register("requests", "Requests that were answered", requests.clone());
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        let seconds = Family::new_with_constructor(histogram);
        registry.register_with_unit(
            "request_duration",
            "Time until an answer began",
            Unit::Seconds,
            seconds.clone(),
        );
        let mails = Family::<Attempted, Counter>::default();
        // Alerts compare with what was before the first one.
        for &result in MailResult::VARIANTS {
            drop(mails.get_or_create(&Attempted { result }));
        }
        registry.register("mails", "Attempts to send a mail, by their result", mails.clone());
        let webhooks = Family::<Delivered, Counter>::default();
        for outcome in WebhookOutcome::ALL {
            drop(webhooks.get_or_create(&Delivered { result: outcome.as_str() }));
        }
        registry.register(
            "webhooks",
            "Attempts to deliver a message of webhooks, by their result",
            webhooks.clone(),
        );
        let synced = Family::<Synced, Counter>::default();
        for (result, _) in results(&Tally::default()) {
            drop(synced.get_or_create(&Synced { result }));
        }
        registry.register(
            "sync_people",
            "People whom the sync has read, by what became of them",
            synced.clone(),
        );
        Self { registry, requests, seconds, mails, webhooks, synced }
    }
}

/// The people of a tally, by the names of results.
fn results(tally: &Tally) -> [(&'static str, i64); 5] {
    let Tally { created, updated, unchanged, failed, .. } = *tally;
    let skipped = tally.read() - created - updated - unchanged - failed;
    [
        ("created", created),
        ("updated", updated),
        ("unchanged", unchanged),
        ("skipped", skipped),
        ("failed", failed),
    ]
}

impl Metrics {
    /// Counts an answer to a request. `route` is its template; a request that no route took has none.
    pub(crate) fn answered(&self, method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
        let route = route.unwrap_or("none").to_owned();
        self.seconds.get_or_create(&Answering { route: route.clone() }).observe(took.as_secs_f64());
        let answered = Answered { method: known(method), route, status: status.as_u16() };
        self.requests.get_or_create(&answered).inc();
    }

    /// Counts an attempt to send a mail.
    pub(crate) fn attempted(&self, outcome: &Outcome) {
        let result = match outcome {
            Outcome::Sent => MailResult::Sent,
            Outcome::Deferred { .. } => MailResult::Deferred,
            Outcome::Failed { .. } => MailResult::Failed,
            Outcome::Unknown { .. } => MailResult::Unknown,
            Outcome::Cancelled => MailResult::Cancelled,
        };
        self.mails.get_or_create(&Attempted { result }).inc();
    }

    /// Counts an attempt to deliver a message of webhooks.
    pub(crate) fn delivered(&self, outcome: WebhookOutcome) {
        self.webhooks.get_or_create(&Delivered { result: outcome.as_str() }).inc();
    }

    /// Counts people whom the sync has read.
    pub(crate) fn synced(&self, tally: &Tally) {
        for (result, people) in results(tally) {
            self.synced.get_or_create(&Synced { result }).inc_by(u64::try_from(people).unwrap_or(0));
        }
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }
}

/// A client may make up methods; each would be a series of its own.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    fn text(metrics: &Metrics) -> String {
        let mut text = String::new();
        encode(&mut text, metrics.registry()).unwrap();
        text
    }

    #[test]
    fn n2_answers_are_counted_by_route_and_methods_of_clients_are_one() {
        let metrics = Metrics::default();
        let took = Duration::from_millis(30);
        for method in ["GET", "BREW", "BREW2"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            metrics.answered(&method, Some("/api/v1/users/{id}"), StatusCode::OK, took);
        }
        metrics.answered(&Method::GET, None, StatusCode::NOT_FOUND, took);
        let text = text(&metrics);
        for line in [
            r#"msi_requests_total{method="GET",route="/api/v1/users/{id}",status="200"} 1"#,
            r#"msi_requests_total{method="other",route="/api/v1/users/{id}",status="200"} 2"#,
            r#"msi_requests_total{method="GET",route="none",status="404"} 1"#,
            r#"msi_request_duration_seconds_bucket{le="0.02",route="/api/v1/users/{id}"} 0"#,
            r#"msi_request_duration_seconds_bucket{le="0.05",route="/api/v1/users/{id}"} 3"#,
        ] {
            assert!(text.lines().any(|written| written == line), "{line}: {text}");
        }
    }
}
