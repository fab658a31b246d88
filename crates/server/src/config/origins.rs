//! The origins whose pages may call the API.

use hosting::{Origin, SiteError};
use url::Url;

/// The name of this machine for itself.
pub(crate) const LOCALHOST: &str = "localhost";

/// Reads an origin of the configuration.
pub(crate) fn exact(text: &str) -> Result<String, SiteError> {
    text.parse::<Origin>().map(|origin| origin.as_str().to_owned())
}

/// The origins whose pages may call the API.
#[derive(Clone, Debug)]
pub(crate) struct Origins(Vec<String>);

impl Origins {
    /// The server's own origin, the console's, and those of the configuration. On loopback, `localhost` and `127.0.0.1`
    /// are the same server.
    pub(crate) fn new(public_url: &Url, console_url: Option<&Url>, further: &[String]) -> Self {
        let mut origins = vec![public_url.origin().ascii_serialization()];
        if let ("http", Some(port)) = (public_url.scheme(), public_url.port_or_known_default()) {
            let loopback = matches!(public_url.host_str(), Some("127.0.0.1" | "localhost"));
            for host in ["127.0.0.1", "localhost"] {
                let twin = Url::parse(&format!("http://{host}:{port}"));
                origins
                    .extend(twin.ok().filter(|_| loopback).map(|twin| twin.origin().ascii_serialization()));
            }
        }
        origins.extend(console_url.map(|url| url.origin().ascii_serialization()));
        origins.extend(further.iter().map(|origin| origin.trim_end_matches('/').to_owned()));
        let mut seen = Vec::new();
        for origin in origins {
            if !seen.contains(&origin) {
                seen.push(origin);
            }
        }
        Self(seen)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(crate) fn contains(&self, origin: &[u8]) -> bool {
        self.0.iter().any(|own| own.as_bytes() == origin)
    }
}
