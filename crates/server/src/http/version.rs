//! Versions of what is changed: a change names the one that it was made of, so that no other change is lost.

use api_types::ProblemCode;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::error::ApiResult;

/// Refuses a change that names no version in `If-Match`, or not the present one.
pub(crate) fn check_version(head: &HeaderMap, version: u32) -> ApiResult<()> {
    let sent = head.get(header::IF_MATCH).ok_or(ProblemCode::VersionMissing)?;
    let sent = sent.to_str().unwrap_or_default();
    if is_match(sent, version) { Ok(()) } else { Err(ProblemCode::Stale.into()) }
}

/// Whether a version is one of those in `If-Match`, as RFC 9110 has it: any, or a list of tags, of which weak ones never
/// match. Numbers without quotes are no tags, but have always been taken.
fn is_match(sent: &str, version: u32) -> bool {
    let version = version.to_string();
    let is_it = |tag: &str| {
        let quoted = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        quoted.unwrap_or(tag) == version
    };
    sent.trim() == "*" || sent.split(',').map(str::trim).any(is_it)
}

/// An answer with its version as `ETag`.
pub(crate) fn versioned(version: u32, body: impl IntoResponse) -> Response {
    ([(header::ETAG, format!("\"{version}\""))], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::is_match;

    #[test]
    fn a_version_is_named_by_its_tag_a_list_of_tags_or_a_star() {
        for sent in ["\"7\"", "*", " * ", "\"6\", \"7\"", "\"7\",W/\"8\"", "7"] {
            assert!(is_match(sent, 7), "{sent}");
        }
        for sent in ["\"8\"", "W/\"7\"", "\"17\"", "\"\"", "", "\"7", "\"6\", \"8\"", "**", "\"*\""] {
            assert!(!is_match(sent, 7), "{sent}");
        }
    }
}
