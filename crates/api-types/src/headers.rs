//! Names of the headers that app and server use.

/// Sent with every request, as forms and images of other sites cannot send it. The value is [`CSRF_VALUE`].
pub const CSRF: &str = "x-msi-csrf";
/// The only value of [`CSRF`].
pub const CSRF_VALUE: &str = "1";
/// The id of the user on whose behalf a page acts. If another user has signed in in the same browser meanwhile, the
/// request is refused with [`crate::ProblemCode::AnotherPerson`].
pub const PERSON: &str = "x-msi-person";
/// Sent with requests that no person has caused, such as the polls of a screen: they do not keep the session alive.
pub const BACKGROUND: &str = "x-msi-background";
/// The id of a request, in every response and in every problem.
pub const REQUEST_ID: &str = "x-request-id";
/// The id of one attempt to change something (a UUID): repeating the request has no second effect.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// `true` on a response that was given before for the same key.
pub const IDEMPOTENCY_REPLAYED: &str = "idempotency-replayed";
/// What is left of the limits that a request was counted against (draft-ietf-httpapi-ratelimit-headers).
pub const RATE_LIMIT: &str = "ratelimit";
/// Those limits themselves.
pub const RATE_LIMIT_POLICY: &str = "ratelimit-policy";
/// In sandbox mode: makes the request fail with the named [`crate::Fault`].
pub const SANDBOX_FAULT: &str = "x-msi-sandbox-fault";
/// The media type of a [`crate::Problem`].
pub const PROBLEM_JSON: &str = "application/problem+json";
/// The media type of reports of the Reporting API.
pub const REPORTS_JSON: &str = "application/reports+json";
/// The media type of a single report of the Content-Security-Policy, as browsers without the Reporting API send it.
pub const CSP_REPORT: &str = "application/csp-report";
