//! API keys of hosts that embed the panel.

use api_types::embed::{ApiKey, CreatedApiKey, NewApiKey};
use api_types::{ApiKeyId, List, paths};
use gloo_net::http::Method;

use super::{Call, Failure, get};

/// The valid keys, then those that were revoked.
pub(crate) async fn list() -> Result<List<ApiKey>, Failure> {
    get(paths::API_KEYS).await
}

/// Makes a key. Only this answer has its secret.
pub(crate) async fn create(key: &NewApiKey) -> Result<CreatedApiKey, Failure> {
    Call::post(paths::API_KEYS).json(key).fetch().await
}

/// Revokes a key, and ends the panels that it has opened.
pub(crate) async fn revoke(id: &ApiKeyId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::api_key(id)).done().await
}
