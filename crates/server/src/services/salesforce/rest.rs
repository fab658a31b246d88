//! One request to an org.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::refusal::Refusal;
use crate::platform::outbound::{self, Unread};
use crate::platform::secrets::Secret;

const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// Largest answer in bytes: a page of 2,000 records, or an object with many fields.
const ANSWER_MAX: usize = 32 * 1024 * 1024;
/// How userinfo, which is no part of the REST API, refuses an access token that has ended: as plain text.
const BAD_TOKEN: &str = "Bad_OAuth_Token";

/// An error as the REST API writes it, in a list of one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fault {
    error_code: String,
}

/// Reads JSON. Pages of a query have `page_size` records, if any is said.
pub(super) async fn get<T: DeserializeOwned>(
    http: &reqwest::Client,
    url: Url,
    access: &Secret,
    page_size: Option<u32>,
) -> Result<T, Refusal> {
    let mut request = http.get(url).bearer_auth(access.expose()).timeout(ANSWER_LIMIT);
    if let Some(records) = page_size {
        request = request.header("sforce-query-options", format!("batchSize={records}"));
    }
    let unreachable = |error: reqwest::Error| {
        tracing::warn!(error = %error.without_url(), "Salesforce does not answer");
        Refusal::unreachable()
    };
    let response = request.send().await.map_err(unreachable)?;
    let (status, retry_after) = (response.status(), outbound::retry_after(response.headers()));
    let body = outbound::body(response, ANSWER_MAX).await.map_err(|unread| match unread {
        Unread::Broken(error) => unreachable(error),
        Unread::TooLong => Refusal::unexpected(),
    })?;
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|_| Refusal::unexpected());
    }
    Err(refusal(status, &body).with_retry_after(retry_after))
}

/// What an answer without success says.
fn refusal(status: StatusCode, body: &[u8]) -> Refusal {
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        && body.trim_ascii() == BAD_TOKEN.as_bytes()
    {
        return Refusal::session_ended();
    }
    let faults: Vec<Fault> = serde_json::from_slice(body).unwrap_or_default();
    match faults.first() {
        // A version of the API that has ended is not found as a whole, whatever the code says.
        Some(fault) if status != StatusCode::GONE => Refusal::rest(&fault.error_code),
        _ => Refusal::status(status.as_u16()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_errors_are_read_as_documented() {
        for body in [
            r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#,
            r#"[{"fields":["Id"],"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#,
        ] {
            let faults: Vec<Fault> = serde_json::from_str(body).unwrap();
            assert_eq!(faults[0].error_code, "INVALID_SESSION_ID");
        }
    }

    #[test]
    fn s2_a_session_has_ended_wherever_salesforce_says_so() {
        let ended = br#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;
        for (status, body) in [
            (StatusCode::UNAUTHORIZED, &ended[..]),
            (StatusCode::FORBIDDEN, &b"Bad_OAuth_Token"[..]),
            (StatusCode::UNAUTHORIZED, &b"Bad_OAuth_Token\n"[..]),
        ] {
            assert!(refusal(status, body).ends_session(), "{status}");
        }
        for other in [&b"Missing_OAuth_Token"[..], b"Wrong_Org", b""] {
            assert_eq!(refusal(StatusCode::FORBIDDEN, other), Refusal::status(403));
        }
        assert!(!refusal(StatusCode::NOT_FOUND, b"Bad_OAuth_Token").ends_session());
    }
}
