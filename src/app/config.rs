//! The run-time configuration, `config.json` beside `index.html`.

use api_types::{ConfigError, ConsoleConfig};

use crate::platform::early_requests::EarlyRequest;
use crate::platform::files;

/// Reads it; `Err(None)` where it could not be fetched.
pub(super) async fn load() -> Result<ConsoleConfig, Option<ConfigError>> {
    let text = files::read_early(EarlyRequest::Config, "config.json").await.map_err(|_| None)?;
    ConsoleConfig::read(&text).map_err(Some)
}
