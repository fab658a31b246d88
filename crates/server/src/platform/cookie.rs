//! The session cookie, the cookie of known browsers, and those of flows at Salesforce.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use url::Url;

/// The name and attributes of the session cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieStyle {
    /// Over HTTPS.
    Secure,
    /// Over plain HTTP on loopback, where some browsers drop secure cookies. Has another name, so that the two never
    /// mix.
    Loopback,
}

impl CookieStyle {
    pub(crate) fn of(public_url: &Url) -> Self {
        if public_url.scheme() == "https" { Self::Secure } else { Self::Loopback }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-msi",
            Self::Loopback => "msi-loopback",
        }
    }

    /// Sets the cookie. It ends with the browser session; the server's own clock ends it before.
    pub(crate) fn set(self, token: &str) -> HeaderValue {
        self.header(token, "")
    }

    /// Deletes the cookie.
    pub(crate) fn clear(self) -> HeaderValue {
        self.header("", "; Max-Age=0")
    }

    fn header(self, value: &str, more: &str) -> HeaderValue {
        let secure = match self {
            Self::Secure => "; Secure",
            Self::Loopback => "",
        };
        let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}", self.name());
        // Tokens are base64url, so the text is a header value; with an empty one, the browser would merely not be
        // signed in.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The token of a request.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, self.name())
    }
}

fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(own, value)| (own == name && !value.is_empty()).then_some(value))
}

/// The cookie by which a browser is known from an earlier sign-in.
#[derive(Clone, Copy)]
pub(crate) struct DeviceCookie(CookieStyle);

impl DeviceCookie {
    pub(crate) fn of(style: CookieStyle) -> Self {
        Self(style)
    }

    fn name(self) -> &'static str {
        match self.0 {
            CookieStyle::Secure => "__Host-msi-device",
            CookieStyle::Loopback => "msi-device-loopback",
        }
    }

    pub(crate) fn set(self, value: &str, lifetime: Duration) -> HeaderValue {
        let (name, seconds) = (self.name(), lifetime.as_secs());
        let secure = if self.0 == CookieStyle::Secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
        // Tokens are base64url; without the cookie the browser merely stays unknown.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    pub(crate) fn read(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, self.name())
    }
}

/// The cookie by which a flow recognises its browser. `Lax`, as a `Strict` one is not sent when another site redirects
/// the browser back; and one for each flow, as there may be several windows.
pub(crate) struct FlowCookie {
    style: CookieStyle,
    name: String,
}

impl FlowCookie {
    /// The cookie of the flow with this id.
    pub(crate) fn of(public_url: &Url, flow: &str) -> Self {
        let style = CookieStyle::of(public_url);
        let prefix = match style {
            CookieStyle::Secure => "__Host-msi-flow-",
            CookieStyle::Loopback => "msi-flow-",
        };
        let begin: String = flow.chars().take(16).collect();
        Self { style, name: format!("{prefix}{begin}") }
    }

    pub(crate) fn set(&self, secret: &str, lifetime: Duration) -> HeaderValue {
        self.header(secret, lifetime.as_secs())
    }

    pub(crate) fn clear(&self) -> HeaderValue {
        self.header("", 0)
    }

    fn header(&self, value: &str, seconds: u64) -> HeaderValue {
        let secure = if self.style == CookieStyle::Secure { "; Secure" } else { "" };
        let name = &self.name;
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        // Secrets and ids are base64url; without the cookie the flow merely fails.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    pub(crate) fn read<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        read(headers, &self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a1_the_cookie_is_strict_http_only_and_secure_over_https() {
        let https = CookieStyle::of(&Url::parse("https://admin.example.com").unwrap());
        assert_eq!(https.set("abc"), "__Host-msi=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
        let loopback = CookieStyle::of(&Url::parse("http://127.0.0.1:8080").unwrap());
        assert_eq!(loopback.set("abc"), "msi-loopback=abc; Path=/; HttpOnly; SameSite=Strict");
    }

    #[test]
    fn a12_no_script_reads_the_cookie_of_a_browser_that_is_known() {
        let day = Duration::from_secs(86_400);
        assert_eq!(
            DeviceCookie::of(CookieStyle::Secure).set("abc", day),
            "__Host-msi-device=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400; Secure"
        );
        assert_eq!(
            DeviceCookie::of(CookieStyle::Loopback).set("abc", day),
            "msi-device-loopback=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400"
        );
    }

    #[test]
    fn a4_a_flow_has_a_cookie_of_its_own_that_comes_back_from_another_site() {
        let https = FlowCookie::of(&Url::parse("https://admin.example.com").unwrap(), "0123456789abcdefg");
        assert_eq!(
            https.set("abc", Duration::from_secs(600)),
            "__Host-msi-flow-0123456789abcdef=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure"
        );
        let loopback = FlowCookie::of(&Url::parse("http://127.0.0.1:8080").unwrap(), "xyz");
        assert_eq!(loopback.clear(), "msi-flow-xyz=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; msi-loopback=abc"));
        assert_eq!(CookieStyle::Loopback.read(&headers), Some("abc"));
        assert_eq!(CookieStyle::Secure.read(&headers), None);
    }
}
