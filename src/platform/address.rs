//! The base path of this deployment.

use super::dom;

/// The folder of the deployment without its last slash, from the document's `<base>`.
pub(crate) fn base_path() -> String {
    let base = dom::document().base_uri().ok().flatten();
    base.and_then(|base| web_sys::Url::new(&base).ok())
        .map(|url| url.pathname().trim_end_matches('/').to_owned())
        .unwrap_or_default()
}
