//! The session cookie, the cookie of known browsers, and those of flows at Salesforce.

use std::time::Duration;

use api_types::FlowId;
use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};
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
        self.header(self.name(), token, SameSite::Strict, None)
    }

    /// Deletes the cookie.
    pub(crate) fn clear(self) -> HeaderValue {
        self.header(self.name(), "", SameSite::Strict, Some(Duration::ZERO))
    }

    /// The token of a request.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, self.name())
    }

    /// Any cookie of this server: for the whole of its host, and not for scripts.
    fn header(self, name: &str, value: &str, same_site: SameSite, lifetime: Option<Duration>) -> HeaderValue {
        let mut cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(same_site)
            .secure(self == Self::Secure)
            .build();
        cookie.set_max_age(lifetime.and_then(|lifetime| lifetime.try_into().ok()));
        // Names and values are base64url, so the text is a header value; without the cookie, the browser would merely
        // not be known, and a flow fail.
        HeaderValue::try_from(cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(|cookie| cookie.ok().filter(|cookie| cookie.name() == name)?.value_raw())
        .find(|value| !value.is_empty())
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
        self.0.header(self.name(), value, SameSite::Strict, Some(lifetime))
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
    pub(crate) fn of(public_url: &Url, flow: &FlowId) -> Self {
        let style = CookieStyle::of(public_url);
        let begin: String = flow.0.chars().take(16).collect();
        Self { style, name: format!("{}{begin}", Self::prefix(style)) }
    }

    fn prefix(style: CookieStyle) -> &'static str {
        match style {
            CookieStyle::Secure => "__Host-msi-flow-",
            CookieStyle::Loopback => "msi-flow-",
        }
    }

    /// Deletes the cookies of all flows that a request has.
    pub(crate) fn clear_all(style: CookieStyle, headers: &HeaderMap) -> impl Iterator<Item = HeaderValue> {
        let is_flows = move |name: &str| {
            name.strip_prefix(Self::prefix(style)).is_some_and(|id| {
                // As in base64url.
                id.len() <= 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            })
        };
        let names = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        names
            .flat_map(Cookie::split_parse)
            .filter_map(|cookie| Some(cookie.ok()?.name().to_owned()))
            .filter(move |name| is_flows(name))
            .map(move |name| Self { style, name }.clear())
    }

    pub(crate) fn set(&self, secret: &str, lifetime: Duration) -> HeaderValue {
        self.style.header(&self.name, secret, SameSite::Lax, Some(lifetime))
    }

    pub(crate) fn clear(&self) -> HeaderValue {
        self.style.header(&self.name, "", SameSite::Lax, Some(Duration::ZERO))
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
        assert_eq!(https.set("abc"), "__Host-msi=abc; HttpOnly; SameSite=Strict; Secure; Path=/");
        let loopback = CookieStyle::of(&Url::parse("http://127.0.0.1:8080").unwrap());
        assert_eq!(loopback.set("abc"), "msi-loopback=abc; HttpOnly; SameSite=Strict; Path=/");
    }

    #[test]
    fn a12_no_script_reads_the_cookie_of_a_browser_that_is_known() {
        let day = Duration::from_secs(86_400);
        assert_eq!(
            DeviceCookie::of(CookieStyle::Secure).set("abc", day),
            "__Host-msi-device=abc; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=86400"
        );
        assert_eq!(
            DeviceCookie::of(CookieStyle::Loopback).set("abc", day),
            "msi-device-loopback=abc; HttpOnly; SameSite=Strict; Path=/; Max-Age=86400"
        );
    }

    #[test]
    fn a4_a_flow_has_a_cookie_of_its_own_that_comes_back_from_another_site() {
        let https = Url::parse("https://admin.example.com").unwrap();
        let https = FlowCookie::of(&https, &FlowId("0123456789abcdefg".to_owned()));
        assert_eq!(
            https.set("abc", Duration::from_secs(600)),
            "__Host-msi-flow-0123456789abcdef=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"
        );
        let loopback = Url::parse("http://127.0.0.1:8080").unwrap();
        let loopback = FlowCookie::of(&loopback, &FlowId("xyz".to_owned()));
        assert_eq!(loopback.clear(), "msi-flow-xyz=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=b; msi-flow-xyz=1; msi-flow-;=; msi-flow-a.b=2; msi-flow-a_b-c=3"),
        );
        let cleared: Vec<_> = FlowCookie::clear_all(CookieStyle::Loopback, &headers).collect();
        assert_eq!(
            cleared,
            [
                loopback.clear(),
                HeaderValue::from_static("msi-flow-a_b-c=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")
            ]
        );
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("theme=dark; flag; =; msi-loopback=; msi-loopback=abc"),
        );
        assert_eq!(CookieStyle::Loopback.read(&headers), Some("abc"));
        assert_eq!(CookieStyle::Secure.read(&headers), None);
    }
}
