//! Addresses of this deployment.

use url::Url;

/// The address of a path below a URL, whether or not that ends with a slash. The path begins with one.
pub(crate) fn below(base: &Url, path: &str) -> String {
    format!("{}{path}", base.as_str().trim_end_matches('/'))
}
