//! The response headers of everything that is served: one set, from which every host's configuration is made.

use crate::paths::PathKind;
use crate::site::{Origin, Site};

/// Names in lower case, with their values.
pub type Headers = Vec<(&'static str, String)>;

/// Files whose name changes with their content.
pub const CACHE_ASSETS: &str = "public, max-age=31536000, immutable";
/// Files whose name stays: revalidated each time.
pub const CACHE_NAMED: &str = "no-cache";
/// How long browsers speak to the host by HTTPS alone: a year.
pub(crate) const STRICT_SECONDS: u32 = 31_536_000;

/// Browser features that are not used.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
    fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), \
    midi=(), payment=(), picture-in-picture=(), publickey-credentials-create=(self), publickey-credentials-get=(self), \
    screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

impl Site {
    /// What HTTPS adds, by name and value. It binds the whole host, and the subdomains where [`Site::binds_subdomains`].
    pub fn strict_transport(&self) -> (&'static str, String) {
        let subdomains = if self.binds_subdomains() { "; includeSubDomains" } else { "" };
        ("strict-transport-security", format!("max-age={STRICT_SECONDS}{subdomains}"))
    }

    /// Whether the host's subdomains are bound to HTTPS, too. In a folder of a site that is for those to say who have the
    /// host: a subdomain of theirs without HTTPS could not be reached for a year.
    pub fn binds_subdomains(&self) -> bool {
        self.base.is_root() || self.hsts_subdomains
    }

    /// The headers of a kind of paths, without [`Site::strict_transport`].
    pub fn headers(&self, kind: PathKind) -> Headers {
        let is_embedded = kind == PathKind::Panel && !self.embedders.is_empty();
        let ancestors = if is_embedded { listed(&self.embedders) } else { "'none'".to_owned() };
        let is_for_others = is_embedded || kind == PathKind::HostSdk;
        let cache = if kind == PathKind::Asset { CACHE_ASSETS } else { CACHE_NAMED };
        let mut headers = vec![
            ("content-security-policy", self.policy(&ancestors)),
            ("reporting-endpoints", format!("csp=\"{}/csp-reports\"", self.api.as_str())),
            ("x-content-type-options", "nosniff".to_owned()),
            ("referrer-policy", if is_embedded { "strict-origin" } else { "no-referrer" }.to_owned()),
            ("cross-origin-opener-policy", "same-origin-allow-popups".to_owned()),
            ("cross-origin-embedder-policy", "require-corp".to_owned()),
            (
                "cross-origin-resource-policy",
                if is_for_others { "cross-origin" } else { "same-origin" }.to_owned(),
            ),
            ("permissions-policy", PERMISSIONS.to_owned()),
            ("origin-agent-cluster", "?1".to_owned()),
            ("cache-control", cache.to_owned()),
        ];
        if !is_embedded {
            headers.push(("x-frame-options", "DENY".to_owned()));
        }
        if kind == PathKind::HostSdk {
            headers.push(("access-control-allow-origin", "*".to_owned()));
        }
        headers
    }

    /// What the app's pages, scripts and workers may do. A worker obeys the policy of its own response, so every response
    /// carries it. Text becomes markup or the address of a script only by the policy that `boot.js` makes (Trusted
    /// Types). Reports of violations go to the API.
    fn policy(&self, ancestors: &str) -> String {
        let api = self.api.origin().map(|origin| format!(" {origin}")).unwrap_or_default();
        format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; \
             connect-src 'self'{api}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors {ancestors}; object-src 'none'; require-trusted-types-for 'script'; trusted-types default; \
             report-to csp"
        )
    }
}

fn listed(origins: &[Origin]) -> String {
    origins.iter().map(Origin::as_str).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Api, BasePath};

    fn site(api: &str, embedders: &[&str]) -> Site {
        let embedders = embedders.iter().map(|origin| origin.parse().unwrap()).collect();
        let api = api.parse::<Api>().unwrap();
        Site { base: BasePath::default(), api, embedders, hsts_subdomains: false }
    }

    fn header(site: &Site, kind: PathKind, wanted: &str) -> Option<String> {
        site.headers(kind).into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    #[test]
    fn c3_the_policy_allows_no_inline_code_and_no_other_origin_but_the_api() {
        for api in ["/api/v1", "https://api.example.com/api/v1"] {
            let policy = header(&site(api, &[]), PathKind::Page, "content-security-policy").unwrap();
            assert!(policy.contains("base-uri 'none';") && policy.contains("object-src 'none';"), "{policy}");
            for forbidden in ["'unsafe-inline'", "'unsafe-eval'", "data:", "blob:", "*"] {
                assert!(!policy.contains(forbidden), "{forbidden}");
            }
            assert_eq!(policy.matches("https://").count(), usize::from(api.starts_with("https")));
        }
        let policy =
            header(&site("https://api.example.com/v1", &[]), PathKind::Asset, "content-security-policy")
                .unwrap();
        assert!(policy.contains("connect-src 'self' https://api.example.com;"), "{policy}");
    }

    #[test]
    fn e10_e11_only_the_panel_is_framed_and_only_by_listed_origins() {
        let none = site("/api/v1", &[]);
        let some = site("/api/v1", &["https://a.example", "https://b.example:8443"]);
        for kind in PathKind::ALL {
            let is_open = kind == PathKind::Panel;
            assert!(
                header(&none, kind, "content-security-policy").unwrap().contains("frame-ancestors 'none'")
            );
            assert_eq!(header(&none, kind, "x-frame-options").as_deref(), Some("DENY"));
            let ancestors = if is_open { "https://a.example https://b.example:8443" } else { "'none'" };
            let policy = header(&some, kind, "content-security-policy").unwrap();
            assert!(policy.contains(&format!("frame-ancestors {ancestors};")), "{policy}");
            assert_eq!(header(&some, kind, "x-frame-options").is_none(), is_open);
        }
    }

    #[test]
    fn c10_in_a_folder_of_a_site_its_subdomains_are_bound_to_https_only_if_asked() {
        let host = "max-age=31536000";
        let whole = "max-age=31536000; includeSubDomains";
        for (base, is_asked, value) in
            [("/", false, whole), ("/", true, whole), ("/x/", false, host), ("/x/", true, whole)]
        {
            let site =
                Site { base: base.parse().unwrap(), hsts_subdomains: is_asked, ..site("/api/v1", &[]) };
            let header = ("strict-transport-security", value.to_owned());
            assert_eq!(site.strict_transport(), header, "{base}, {is_asked}");
        }
    }

    #[test]
    fn a22_pages_ask_for_passkeys_and_pages_within_them_do_not() {
        for kind in PathKind::ALL {
            let policy = header(&site("/api/v1", &[]), kind, "permissions-policy").unwrap();
            for feature in ["publickey-credentials-create", "publickey-credentials-get"] {
                assert!(policy.contains(&format!("{feature}=(self)")), "{policy}");
            }
        }
    }

    #[test]
    fn c9_reports_of_violations_go_to_the_api() {
        let reports =
            header(&site("https://api.example.com/api/v1/", &[]), PathKind::Page, "reporting-endpoints");
        assert_eq!(reports.as_deref(), Some("csp=\"https://api.example.com/api/v1/csp-reports\""));
    }
}
