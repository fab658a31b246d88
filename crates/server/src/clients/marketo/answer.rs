//! Reading responses. Most services answer with HTTP 200 in any case, and report success or failure in the body; the
//! user service answers with the status.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Error;
use crate::platform::outbound::{self, Unread, retry_after};

/// Largest response in bytes, except for files: 300 people, or the fields of an instance.
const ANSWER_MAX: usize = 32 * 1024 * 1024;

/// Why one try of a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// The same call would fail again.
    Final(Error),
    /// The token is no longer accepted (601, 602).
    StaleToken(u16),
    /// The same call may succeed later; `error` is what the caller gets once there are no more retries.
    Transient { error: Error, retry_after: Option<Duration> },
}

impl Failed {
    /// The failure of an error code from Marketo's documentation.
    fn of_code(code: u16, message: &str, retry_after: Option<Duration>) -> Self {
        let error = match code {
            601 | 602 => return Self::StaleToken(code),
            // 614 usually means that the subscription is unavailable for a while.
            500 | 502 | 503 | 604 | 606 | 608 | 611 | 614 | 615 | 713 => {
                return Self::Transient { error: Error::Overloaded { code }, retry_after };
            }
            603 => Error::PermissionMissing,
            607 => Error::DailyQuota,
            // The second is of an object, such as an export that is no longer kept.
            610 | 1013 => Error::NotFound,
            1029 if contains(message, "daily quota") => Error::ExportQuota,
            1029 if contains(message, "too many jobs") => Error::QueueFull,
            1035 => Error::FilterUnsupported,
            _ => Error::Refused { code, message: message.to_owned() },
        };
        Self::Final(error)
    }

    /// An HTTP status without a readable body.
    pub(super) fn of_status(status: StatusCode, headers: &HeaderMap) -> Self {
        let code = status.as_u16();
        let message = || status.canonical_reason().unwrap_or_default().to_owned();
        match code {
            401 => Self::StaleToken(601),
            403 => Self::Final(Error::PermissionMissing),
            404 => Self::Final(Error::NotFound),
            410 => Self::Final(Error::Retired),
            408 | 429 | 500 | 502 | 503 | 504 => {
                Self::Transient { error: Error::Overloaded { code }, retry_after: retry_after(headers) }
            }
            _ => Self::Final(Error::Refused { code, message: message() }),
        }
    }

    /// The connection failed, or broke.
    pub(super) fn of_transport(error: &reqwest::Error) -> Self {
        // Not the error itself: it may contain the URL, with personal data.
        tracing::debug!(
            connect = error.is_connect(),
            timeout = error.is_timeout(),
            "a request to Marketo failed on its way"
        );
        Self::unreachable()
    }

    /// Nothing came, or not for too long.
    pub(super) fn unreachable() -> Self {
        Self::Transient { error: Error::Unreachable, retry_after: None }
    }

    /// The body of an answer could not be read.
    pub(super) fn of_unread(unread: Unread) -> Self {
        match unread {
            Unread::Broken(error) => Self::of_transport(&error),
            Unread::TooLong => Self::Final(Error::Unexpected("too long")),
        }
    }
}

fn contains(text: &str, lower_case: &str) -> bool {
    text.to_lowercase().contains(lower_case)
}

/// The common form of responses.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Envelope<T> {
    #[serde(default = "Option::default")]
    pub(super) result: Option<T>,
    pub(super) next_page_token: Option<String>,
    #[serde(default)]
    pub(super) more_result: bool,
}

impl<T> Envelope<T> {
    pub(super) fn into_result(self) -> Result<T, Error> {
        self.result.ok_or(Error::Unexpected("no result"))
    }

    /// The only item of a result list.
    pub(super) fn into_only<U>(self) -> Result<U, Error>
    where
        T: IntoIterator<Item = U>,
    {
        self.into_result()?.into_iter().next().ok_or(Error::Unexpected("an empty result"))
    }
}

/// Reads a JSON response, or the failure that it reports.
pub(super) async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failed> {
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = outbound::body(response, ANSWER_MAX).await.map_err(Failed::of_unread)?;
    judge(status, &headers, &bytes)
}

fn judge<T: DeserializeOwned>(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Result<T, Failed> {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    if let Some(refused) = value.as_ref().and_then(|value| refusal(value, headers)) {
        return Err(refused);
    }
    if !status.is_success() {
        return Err(Failed::of_status(status, headers));
    }
    let value = value.ok_or(Failed::Final(Error::Unexpected("no JSON")))?;
    if value["success"] == Value::Bool(false) {
        return Err(Failed::Final(Error::Unexpected("a failure without a number")));
    }
    T::deserialize(value).map_err(|error| {
        tracing::warn!(%error, "an answer of Marketo has another shape");
        Failed::Final(Error::Unexpected("another shape"))
    })
}

/// The first of the errors in a response.
pub(super) fn refusal(value: &Value, headers: &HeaderMap) -> Option<Failed> {
    let error = value["errors"].as_array()?.first()?;
    let code = match &error["code"] {
        Value::String(text) => text.parse().ok()?,
        number => number.as_u64().and_then(|number| number.try_into().ok())?,
    };
    Some(Failed::of_code(code, error["message"].as_str().unwrap_or_default(), retry_after(headers)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(status: u16, body: &str) -> Result<Envelope<Value>, Failed> {
        judge(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    fn failed(code: &str, message: &str) -> Failed {
        let body = json!({"success": false, "errors": [{"code": code, "message": message}]});
        read(200, &body.to_string()).unwrap_err()
    }

    #[test]
    fn r12_every_documented_number_means_one_thing() {
        let last = |error| Failed::Final(error);
        for code in [500, 502, 503, 604, 606, 608, 611, 614, 615, 713] {
            let transient = Failed::Transient { error: Error::Overloaded { code }, retry_after: None };
            assert_eq!(failed(&code.to_string(), ""), transient);
        }
        assert_eq!(failed("601", ""), Failed::StaleToken(601));
        assert_eq!(failed("602", ""), Failed::StaleToken(602));
        assert_eq!(failed("603", ""), last(Error::PermissionMissing));
        assert_eq!(failed("607", ""), last(Error::DailyQuota));
        assert_eq!(failed("610", ""), last(Error::NotFound));
        assert_eq!(failed("1013", "Export not found"), last(Error::NotFound));
        assert_eq!(failed("1029", "Too many jobs in queue"), last(Error::QueueFull));
        assert_eq!(failed("1029", "Export daily quota exceeded"), last(Error::ExportQuota));
        assert_eq!(failed("1029", "Export daily quota 500MB exceeded"), last(Error::ExportQuota));
        assert_eq!(failed("1035", ""), last(Error::FilterUnsupported));
        let other = Error::Refused { code: 1003, message: "Invalid date range".to_owned() };
        assert_eq!(failed("1003", "Invalid date range"), last(other));
    }

    #[test]
    fn r12_an_answer_of_200_can_be_a_failure() {
        assert!(read(200, r#"{"success": true, "result": []}"#).is_ok());
        let unexpected = |what| Err(Failed::Final(Error::Unexpected(what)));
        assert_eq!(read(200, r#"{"success": false}"#).map(|_| ()), unexpected("a failure without a number"));
        assert_eq!(read(200, "<html>").map(|_| ()), unexpected("no JSON"));
        assert_eq!(read(200, "[1]").map(|_| ()), unexpected("another shape"));
    }

    #[test]
    fn r12_a_status_counts_where_there_is_no_number() {
        let of = |status| read(status, "").unwrap_err();
        assert_eq!(of(401), Failed::StaleToken(601));
        assert_eq!(of(403), Failed::Final(Error::PermissionMissing));
        assert_eq!(of(404), Failed::Final(Error::NotFound));
        assert_eq!(of(410), Failed::Final(Error::Retired));
        assert!(matches!(of(414), Failed::Final(Error::Refused { code: 414, .. })));
        for code in [408, 429, 500, 502, 503, 504] {
            assert!(matches!(of(code), Failed::Transient { .. }), "{code}");
        }
        // The user service reports both.
        let both = read(403, r#"{"errors": [{"code": 607, "message": ""}]}"#);
        assert_eq!(both.unwrap_err(), Failed::Final(Error::DailyQuota));
    }
}
