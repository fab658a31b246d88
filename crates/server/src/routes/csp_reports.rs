use std::collections::BTreeMap;

use api_types::{ProblemCode, headers, paths};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use serde::Deserialize;

use crate::error::{ApiError, ApiResult};

/// Largest body that is read.
const BODY_MAX: usize = 64 * 1024;
/// The directives of a report that are logged as they are; any other text could hold personal data.
const DIRECTIVES: [&str; 14] = [
    "base-uri",
    "connect-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "img-src",
    "manifest-src",
    "object-src",
    "require-trusted-types-for",
    "script-src-attr",
    "script-src-elem",
    "style-src-attr",
    "style-src-elem",
    "worker-src",
];

/// Takes browsers' reports of violations of the Content-Security-Policy, and logs the number of each kind. Nothing else
/// of a report is kept: URLs of pages and samples of code may contain personal data.
#[utoipa::path(post, path = paths::CSP_REPORTS, tag = "health", responses((status = 204)))]
pub(crate) async fn take(request: Request) -> ApiResult<StatusCode> {
    let form = Form::of(request.headers()).ok_or(ProblemCode::UnsupportedMediaType)?;
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let body = axum::body::to_bytes(request.into_body(), BODY_MAX)
        .await
        .map_err(|_| ApiError::new(ProblemCode::PayloadTooLarge).limit("body_bytes", BODY_MAX as u64))?;
    for ((directive, source), reports) in counts(&form.read(&body)?, host.as_deref()) {
        tracing::warn!(directive, source, reports, "the content security policy stopped something");
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The two formats in which browsers report.
#[derive(Clone, Copy)]
enum Form {
    /// The Reporting API: a list of reports of many kinds.
    Reports,
    /// The older `report-uri` format: one violation.
    Violation,
}

impl Form {
    fn of(head: &HeaderMap) -> Option<Self> {
        let kind = head.get(header::CONTENT_TYPE)?.to_str().ok()?;
        match kind.split(';').next()?.trim() {
            headers::REPORTS_JSON => Some(Self::Reports),
            headers::CSP_REPORT => Some(Self::Violation),
            _ => None,
        }
    }

    fn read(self, body: &[u8]) -> ApiResult<Vec<Violation>> {
        let violations = match self {
            Self::Reports => serde_json::from_slice(body).map(|reports: Vec<Report>| {
                let ours = reports.into_iter().filter(|report| report.kind == "csp-violation");
                ours.map(|report| report.body).collect()
            }),
            Self::Violation => serde_json::from_slice(body).map(|older: Older| vec![older.violation]),
        };
        violations.map_err(|_| ApiError::new(ProblemCode::BadRequest).detail("not a report"))
    }
}

#[derive(Deserialize)]
struct Report {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    body: Violation,
}

#[derive(Deserialize)]
struct Older {
    #[serde(rename = "csp-report")]
    violation: Violation,
}

#[derive(Default, Deserialize)]
struct Violation {
    #[serde(default, rename = "effectiveDirective", alias = "effective-directive")]
    directive: String,
    #[serde(default, rename = "blockedURL", alias = "blocked-uri")]
    blocked: String,
}

/// The kind of source that was blocked, without its URL.
fn source(blocked: &str, host: Option<&str>) -> &'static str {
    match blocked {
        "inline" => "inline",
        "eval" => "eval",
        "wasm-eval" => "wasm-eval",
        "trusted-types-policy" => "trusted-types-policy",
        "trusted-types-sink" => "trusted-types-sink",
        _ if blocked.starts_with("data") => "data",
        _ if blocked.starts_with("blob") => "blob",
        _ => match blocked.parse::<Uri>().ok().as_ref().and_then(Uri::authority) {
            Some(authority) if Some(authority.as_str()) == host => "own",
            Some(_) => "foreign",
            None => "other",
        },
    }
}

fn counts(violations: &[Violation], host: Option<&str>) -> BTreeMap<(&'static str, &'static str), u32> {
    let mut counts = BTreeMap::new();
    for violation in violations {
        let directive = DIRECTIVES.into_iter().find(|name| *name == violation.directive).unwrap_or("other");
        *counts.entry((directive, source(&violation.blocked, host))).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c9_reports_are_counted_by_kind_and_nothing_of_theirs_is_kept() {
        let body = br#"[
            {"type": "csp-violation", "url": "https://a.example/activate#secret", "body": {
                "effectiveDirective": "script-src-elem", "blockedURL": "https://evil.example/ana@example.com",
                "documentURL": "https://a.example/activate#secret", "sample": "ana"}},
            {"type": "csp-violation", "body": {
                "effectiveDirective": "script-src-elem", "blockedURL": "https://other.example/"}},
            {"type": "csp-violation", "body": {
                "effectiveDirective": "ana@example.com", "blockedURL": "ana@example.com"}},
            {"type": "csp-violation", "body": {
                "effectiveDirective": "require-trusted-types-for", "blockedURL": "trusted-types-sink"}},
            {"type": "deprecation", "body": {"id": "x"}}
        ]"#;
        let expected = BTreeMap::from([
            (("other", "foreign"), 1),
            (("require-trusted-types-for", "trusted-types-sink"), 1),
            (("script-src-elem", "foreign"), 2),
        ]);
        assert_eq!(counts(&Form::Reports.read(body).unwrap(), Some("a.example")), expected);
        let older =
            br#"{"csp-report": {"effective-directive": "img-src", "blocked-uri": "https://a.example/x"}}"#;
        let expected = BTreeMap::from([(("img-src", "own"), 1)]);
        assert_eq!(counts(&Form::Violation.read(older).unwrap(), Some("a.example")), expected);
        assert!(Form::Reports.read(b"{}").is_err());
    }
}
