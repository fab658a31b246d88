//! The run-time configuration, `config.json` beside `index.html`.

use serde::Deserialize;

use crate::platform::begun::Begun;
use crate::platform::files;

/// What the operator configures for a deployment.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) api: ApiConfig,
    #[serde(default)]
    pub(crate) embed: EmbedConfig,
    #[serde(default = "english")]
    pub(crate) default_locale: String,
    /// Where administrators without a customer success manager ask for help; `https:`.
    #[serde(default = "marketo_support")]
    pub(crate) support_url: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiConfig {
    /// Where the backend's API starts: a path of this origin, or an `https:` URL.
    pub(crate) base_url: String,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmbedConfig {
    /// The origins whose pages may embed the panel.
    #[serde(default)]
    pub(crate) allowed_origins: Vec<String>,
}

fn english() -> String {
    "en".to_owned()
}

fn marketo_support() -> String {
    "https://nation.marketo.com/t5/support/ct-p/Support".to_owned()
}

impl Default for Config {
    fn default() -> Self {
        Self {
            api: ApiConfig { base_url: "/api/v1".to_owned() },
            embed: EmbedConfig::default(),
            default_locale: english(),
            support_url: marketo_support(),
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, PartialEq)]
pub(crate) enum ConfigError {
    /// `config.json` could not be fetched or is not the expected JSON.
    Unreadable,
    /// `api.base_url` is neither a path nor an http(s) URL without credentials.
    BaseUrl(String),
    /// `support_url` is not an `https:` URL.
    SupportUrl(String),
}

impl Config {
    pub(crate) async fn load() -> Result<Self, ConfigError> {
        let text =
            files::read_begun(Begun::Config, "config.json").await.map_err(|_| ConfigError::Unreadable)?;
        let config: Self = serde_json::from_str(&text).map_err(|_| ConfigError::Unreadable)?;
        config.checked()
    }

    fn checked(mut self) -> Result<Self, ConfigError> {
        let url = self.api.base_url.trim_end_matches('/');
        let rooted = url.starts_with('/') && !url.starts_with("//");
        let absolute = (url.starts_with("https://") || url.starts_with("http://"))
            && !url.contains(['@', '?', '#', ' ']);
        if !rooted && !absolute {
            return Err(ConfigError::BaseUrl(self.api.base_url));
        }
        if !self.support_url.starts_with("https://") {
            return Err(ConfigError::SupportUrl(self.support_url));
        }
        self.api.base_url = url.to_owned();
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_base(base_url: &str) -> Result<Config, ConfigError> {
        let json = format!(r#"{{"api": {{"base_url": "{base_url}"}}}}"#);
        serde_json::from_str::<Config>(&json).map_err(|_| ConfigError::Unreadable)?.checked()
    }

    #[test]
    fn a_path_and_a_url_are_taken_without_their_last_slash() {
        assert_eq!(with_base("/api/v1/").unwrap().api.base_url, "/api/v1");
        assert_eq!(
            with_base("https://api.example.com/v1").unwrap().api.base_url,
            "https://api.example.com/v1"
        );
    }

    #[test]
    fn other_schemes_other_hosts_and_credentials_are_refused() {
        for bad in ["//evil.example/api", "javascript:alert(1)", "https://user:pass@example.com", "api", ""] {
            assert!(matches!(with_base(bad), Err(ConfigError::BaseUrl(_))), "{bad}");
        }
    }
    #[test]
    fn s10_help_is_asked_for_over_https_only() {
        let json = r#"{"api": {"base_url": "/api"}, "support_url": "javascript:alert(1)"}"#;
        let config: Config = serde_json::from_str(json).unwrap();
        assert!(matches!(config.checked(), Err(ConfigError::SupportUrl(_))));
        assert!(with_base("/api").unwrap().support_url.starts_with("https://"));
    }
}
