//! Requests to other services.

use std::time::Duration;

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// The longest silence within an answer.
const READ_LIMIT: Duration = Duration::from_secs(60);

/// A client that follows no redirect: where a request may go is decided before it is made.
pub(crate) fn client() -> reqwest::Result<reqwest::Client> {
    // Fails when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("sales-insight-actions/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_LIMIT)
        .read_timeout(READ_LIMIT)
        .no_proxy()
        .build()
}
