//! Where the app lies, where its backend is, and who may embed it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::{Host, Url};

/// A deployment of the app.
#[derive(Clone, Debug)]
pub struct Site {
    pub base: BasePath,
    pub api: Api,
    /// The origins whose pages may embed the panel.
    pub embedders: Vec<Origin>,
    /// Whether browsers shall speak HTTPS alone to the host's subdomains, too, where the app lies in a folder. At the root they do.
    pub hsts_subdomains: bool,
}

/// Why a deployment cannot be as it was said; each says what to write instead.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SiteError {
    #[error("the base path {0:?} is no folder of a site; write it like / or /console/")]
    Base(String),
    #[error(
        "the API's address {0:?} is neither a path, like /api/v1, nor an address, like https://api.example.com/api/v1"
    )]
    Api(String),
    #[error("{0} is not HTTPS, so passwords could be read on the way; give an https:// address")]
    Plain(String),
    #[error("{0:?} is no origin; write it like https://crm.example.com, without a path")]
    Origin(String),
}

/// The folder of a site in which the app lies: begins and ends with a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasePath(String);

impl BasePath {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_root(&self) -> bool {
        self.0 == "/"
    }

    /// The folder without its last slash: empty for the root.
    pub(crate) fn without_slash(&self) -> &str {
        self.0.trim_end_matches('/')
    }

    /// What follows the base in a path of the site, if the path is in it.
    pub fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(&self.0)
    }
}

impl Default for BasePath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for BasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BasePath {
    type Err = SiteError;

    fn from_str(text: &str) -> Result<Self, SiteError> {
        let inner = text.trim_matches('/');
        let is_plain = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
        };
        if !text.starts_with('/')
            || text.contains("//")
            || !(inner.is_empty() || inner.split('/').all(is_plain))
        {
            return Err(SiteError::Base(text.to_owned()));
        }
        Ok(Self(if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") }))
    }
}

/// Where the API begins: without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Api {
    /// A path of the app's own origin.
    Here(String),
    /// The address on another origin.
    Elsewhere { origin: Origin, address: String },
}

impl Api {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Here(address) | Self::Elsewhere { address, .. } => address,
        }
    }

    pub(crate) fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Here(_) => None,
            Self::Elsewhere { origin, .. } => Some(origin),
        }
    }
}

impl Default for Api {
    fn default() -> Self {
        Self::Here("/api/v1".to_owned())
    }
}

impl FromStr for Api {
    type Err = SiteError;

    fn from_str(text: &str) -> Result<Self, SiteError> {
        let address = text.trim_end_matches('/').to_owned();
        if text.starts_with('/') {
            let path: BasePath = text.parse().map_err(|_| SiteError::Api(text.to_owned()))?;
            return match path.is_root() {
                true => Err(SiteError::Api(text.to_owned())),
                false => Ok(Self::Here(address)),
            };
        }
        let url = web_address(text).ok_or_else(|| SiteError::Api(text.to_owned()))?;
        let origin = Origin::of(&url)?;
        Ok(Self::Elsewhere { origin, address })
    }
}

/// The origin of pages: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(url: &Url) -> Result<Self, SiteError> {
        match url.scheme() {
            "https" => Ok(Self(url.origin().ascii_serialization())),
            "http" if is_loopback(url) => Ok(Self(url.origin().ascii_serialization())),
            _ => Err(SiteError::Plain(url.to_string())),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = SiteError;

    fn from_str(text: &str) -> Result<Self, SiteError> {
        let url = web_address(text)
            .filter(|url| url.path() == "/")
            .ok_or_else(|| SiteError::Origin(text.to_owned()))?;
        Self::of(&url)
    }
}

/// Whether a URL always leads to the local machine, wherever it is opened.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// An address of the web without credentials, query and fragment, and without what could end a header's or a file's value.
fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_plain_host = url.host_str().is_some_and(|host| {
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte))
    });
    let is_bare = matches!(url.scheme(), "http" | "https")
        && text.contains("://")
        && is_plain_host
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>;,\\^`{}|$*%".contains(&byte));
    is_bare.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c10_a_base_path_is_a_folder_and_nothing_else() {
        for (given, base) in [
            ("/", "/"),
            ("/x", "/x/"),
            ("/x/", "/x/"),
            ("/some/base/", "/some/base/"),
            ("/a.b-c_d~1", "/a.b-c_d~1/"),
        ] {
            assert_eq!(given.parse::<BasePath>().map(|base| base.to_string()).as_deref(), Ok(base));
        }
        for bad in [
            "",
            "x",
            "x/",
            "/../",
            "/a/../b",
            "/a//b",
            "/a b/",
            "/a?b",
            "/a#b",
            "/\"",
            "/a;b",
            "https://x/",
            "/$x",
        ] {
            assert_eq!(bad.parse::<BasePath>(), Err(SiteError::Base(bad.to_owned())), "{bad}");
        }
    }

    #[test]
    fn c10_the_api_is_a_path_or_a_safe_address() {
        assert_eq!("/api/v1/".parse(), Ok(Api::Here("/api/v1".to_owned())));
        let api: Api = "https://api.example.com/api/v1/".parse().unwrap();
        assert_eq!(
            (api.as_str(), api.origin().map(Origin::as_str)),
            ("https://api.example.com/api/v1", Some("https://api.example.com"))
        );
        assert!("http://127.0.0.1:8080/api/v1".parse::<Api>().is_ok());
        assert!(matches!("http://api.example.com/api".parse::<Api>(), Err(SiteError::Plain(_))));
        for bad in [
            "",
            "/",
            "//evil.example/api",
            "api",
            "https://a:b@x.example/",
            "https://x.example/?a",
            "https://x.example/;script-src *",
            "javascript:alert(1)",
            "https://x.example/#a",
            "https://x y.example/",
            "https:api.example.com/x",
            "https://x.example/a%20b",
            "https://%24host.example/x",
        ] {
            assert!(matches!(bad.parse::<Api>(), Err(SiteError::Api(_))), "{bad}");
        }
    }

    #[test]
    fn e1_an_embedder_is_an_exact_origin() {
        assert_eq!("https://CRM.example.com".parse::<Origin>().unwrap().as_str(), "https://crm.example.com");
        assert_eq!(
            "https://crm.example.com:8443/".parse::<Origin>().unwrap().as_str(),
            "https://crm.example.com:8443"
        );
        assert_eq!(
            "https://bücher.example".parse::<Origin>(),
            Err(SiteError::Origin("https://bücher.example".to_owned()))
        );
        for bad in [
            "*",
            "https://*.example.com",
            "https://%2A.example.com",
            "https://a%3Bscript-src.example",
            "crm.example.com",
            "https://crm.example.com/x",
            "null",
            "https:",
            "data:x",
        ] {
            assert!(matches!(bad.parse::<Origin>(), Err(SiteError::Origin(_))), "{bad}");
        }
        assert!(matches!("http://crm.example.com".parse::<Origin>(), Err(SiteError::Plain(_))));
    }
}
