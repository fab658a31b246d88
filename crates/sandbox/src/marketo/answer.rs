//! The forms of responses: success, and errors by number.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

/// An error by a number of the documentation's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MarketoError {
    pub(super) code: u16,
    message: Cow<'static, str>,
}

impl MarketoError {
    /// With the message that belongs to the number.
    pub(super) fn new(code: u16) -> Self {
        let message = match code {
            600 => "Access token not specified",
            601 => "Access token invalid",
            602 => "Access token expired",
            603 => "Access denied",
            604 => "Request timed out",
            606 => "Max rate limit '100' exceeded with in '20' secs",
            607 => "Daily quota reached",
            608 => "API temporarily unavailable",
            609 => "Invalid JSON",
            610 => "Requested resource not found",
            611 => "System error",
            612 => "Invalid Content Type",
            614 => "Invalid subscription",
            615 => "Concurrent access limit reached",
            713 => "Transient error",
            1029 => "Too many jobs in queue",
            1035 => "Unsupported filter type for target subscription",
            _ => "Refused",
        };
        Self { code, message: Cow::Borrowed(message) }
    }

    /// With a given message.
    pub(super) fn saying(code: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }

    fn body(&self) -> Value {
        json!({ "code": self.code.to_string(), "message": self.message })
    }

    /// In the form of most services: HTTP 200 in spite of the error.
    pub(super) fn with_success_flag(&self) -> Response {
        let body = json!({ "requestId": request_id(), "success": false, "errors": [self.body()] });
        (Extension(Refused(self.code)), Json(body)).into_response()
    }

    /// In the form of the user service: by the HTTP status.
    pub(super) fn with_status(&self) -> Response {
        let status = match self.code {
            600..=602 => StatusCode::UNAUTHORIZED,
            603 => StatusCode::FORBIDDEN,
            610 => StatusCode::NOT_FOUND,
            606 | 607 | 615 => StatusCode::TOO_MANY_REQUESTS,
            604 | 608 | 611 | 713 => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "requestId": request_id(), "errors": [self.body()] });
        (status, Extension(Refused(self.code)), Json(body)).into_response()
    }
}

/// Attached to an error response, so that it can be counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused(pub(super) u16);

impl IntoResponse for MarketoError {
    fn into_response(self) -> Response {
        self.with_success_flag()
    }
}

/// A successful response.
#[derive(Debug, Default)]
pub(super) struct Success {
    /// Absent in responses without a result, such as the one with a paging token.
    pub(super) result: Option<Value>,
    pub(super) next_page_token: Option<String>,
    pub(super) more_result: Option<bool>,
}

impl Success {
    pub(super) fn of(result: Value) -> Self {
        Self { result: Some(result), ..Self::default() }
    }
}

impl IntoResponse for Success {
    fn into_response(self) -> Response {
        let mut body = json!({ "requestId": request_id(), "success": true });
        let parts = [
            ("result", self.result),
            ("nextPageToken", self.next_page_token.map(Value::from)),
            ("moreResult", self.more_result.map(Value::from)),
        ];
        for (name, value) in parts {
            if let Some(value) = value {
                body[name] = value;
            }
        }
        Json(body).into_response()
    }
}

/// In Marketo's form: two hexadecimal numbers.
fn request_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:x}#{:x}", 0x1000 + count % 0xf000, 0x0149_0000_0000 + count)
}
