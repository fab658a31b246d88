//! Whose page sends a request, as its browser says.

use axum::http::{HeaderMap, header};

/// The origin of the page.
pub(crate) fn origin(head: &HeaderMap) -> Option<&str> {
    head.get(header::ORIGIN)?.to_str().ok()
}

/// Whether it is a page of this server itself.
pub(crate) fn is_same_origin(head: &HeaderMap) -> bool {
    is_from(head, "same-origin")
}

/// Whether a browser sends it, from whatever page.
pub(crate) fn is_of_browser(head: &HeaderMap) -> bool {
    head.contains_key("sec-fetch-site")
}

/// Whether it is a page on that kind of site, compared with this server's.
pub(super) fn is_from(head: &HeaderMap, site: &str) -> bool {
    head.get("sec-fetch-site").is_some_and(|from| from == site)
}
