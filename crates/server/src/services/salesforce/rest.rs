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
    let faults: Vec<Fault> = serde_json::from_slice(&body).unwrap_or_default();
    let refusal = match faults.first() {
        // A version of the API that has ended is not found as a whole, whatever the code says.
        Some(fault) if status != StatusCode::GONE => Refusal::rest(&fault.error_code),
        _ => Refusal::status(status.as_u16()),
    };
    Err(refusal.with_retry_after(retry_after))
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
}
