//! The run-time configuration of a console: `config.json` beside its `index.html`, as the console reads it and
//! `server configure` writes it.

use serde::Deserialize;

/// What the operator configures for a deployment.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ConsoleConfig {
    pub api: ApiConfig,
    #[serde(default)]
    pub embed: EmbedConfig,
    #[serde(default = "english")]
    pub default_locale: String,
    /// Where administrators without a customer success manager ask for help; `https:`.
    #[serde(default = "marketo_support")]
    pub support_url: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ApiConfig {
    /// Where the backend's API starts: a path of this origin, or an `https:` URL.
    pub base_url: String,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct EmbedConfig {
    /// The origins whose pages may embed the panel.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
}

fn english() -> String {
    "en".to_owned()
}

fn marketo_support() -> String {
    "https://nation.marketo.com/t5/support/ct-p/Support".to_owned()
}

/// Why a configuration cannot be used.
#[derive(Debug)]
pub enum ConfigError {
    /// It is not the expected JSON.
    Unreadable(serde_json::Error),
    /// `api.base_url` is neither a path nor an http(s) URL without credentials.
    BaseUrl(String),
    /// `support_url` is not an `https:` URL.
    SupportUrl(String),
}

impl ConsoleConfig {
    /// Reads the text of `config.json`.
    ///
    /// # Errors
    /// When the console cannot be used with it.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        let config: Self = serde_json::from_str(text).map_err(ConfigError::Unreadable)?;
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

    fn with_base(base_url: &str) -> Result<ConsoleConfig, ConfigError> {
        ConsoleConfig::read(&format!(r#"{{"api": {{"base_url": "{base_url}"}}}}"#))
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
        let read =
            ConsoleConfig::read(r#"{"api": {"base_url": "/api"}, "support_url": "javascript:alert(1)"}"#);
        assert!(matches!(read, Err(ConfigError::SupportUrl(_))));
        assert!(with_base("/api").unwrap().support_url.starts_with("https://"));
    }

    #[test]
    fn c10_a_field_that_does_not_exist_is_refused() {
        for bad in [
            r#"{"api": {"base_url": "/api"}, "locale": "en"}"#,
            r#"{"api": {"base_url": "/api", "key": 1}}"#,
            "{}",
            "[]",
            "",
        ] {
            assert!(matches!(ConsoleConfig::read(bad), Err(ConfigError::Unreadable(_))), "{bad}");
        }
    }
}
