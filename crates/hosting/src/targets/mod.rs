//! The files that make a host answer as the reference backend does.

mod apache;
mod azure;
mod caddy;
mod cloudflare_pages;
mod common;
mod netlify;
mod nginx;
mod vercel;

use std::str::FromStr;
use strum::VariantArray;

use thiserror::Error;

pub(crate) use self::common::backend_below;
use crate::paths::PAGE;
use crate::site::Site;

/// A host that the app can be published on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Target {
    CloudflarePages,
    Netlify,
    Vercel,
    Azure,
    Nginx,
    Caddy,
    Apache,
}

/// Why there is no such target.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TargetError {
    #[error(
        "GitHub Pages sends no headers of ours: any site could frame the console, and browsers would not be bound to \
         HTTPS. Use a host that does, for example cloudflare-pages or netlify"
    )]
    NoHeaders,
    #[error("there is no target {0:?}; there are {names}", names = Target::ALL.map(Target::name).join(", "))]
    Unknown(String),
}

/// A file for a host, beside the app's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFile {
    /// Relative to the folder that is published, or, for web servers, to the one around it.
    pub name: &'static str,
    pub text: String,
}

impl Target {
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudflarePages => "cloudflare-pages",
            Self::Netlify => "netlify",
            Self::Vercel => "vercel",
            Self::Azure => "azure",
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Apache => "apache",
        }
    }

    /// Whether it is a web server of one's own: its configuration lies beside the folder that it serves.
    pub const fn is_web_server(self) -> bool {
        matches!(self, Self::Nginx | Self::Caddy | Self::Apache)
    }

    /// The file that configures the host.
    pub fn files(self, site: &Site) -> Vec<HostFile> {
        let file = |name, text| HostFile { name, text };
        match self {
            Self::CloudflarePages => vec![
                file("_headers", cloudflare_pages::headers_file(site)),
                // It takes a folder for its page, and redirects from the page to the folder.
                file("_redirects", common::redirects(site, site.base.as_str())),
            ],
            Self::Netlify => {
                vec![
                    file("_headers", netlify::headers_file(site)),
                    file("_redirects", common::redirects(site, &format!("{}{PAGE}", site.base))),
                ]
            }
            Self::Vercel => vec![file("vercel.json", vercel::config(site))],
            Self::Azure => vec![file("staticwebapp.config.json", azure::config(site))],
            Self::Nginx => vec![file("nginx.conf", nginx::config(site))],
            Self::Caddy => vec![file("Caddyfile", caddy::config(site))],
            Self::Apache => vec![file("apache.conf", apache::config(site))],
        }
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(name: &str) -> Result<Self, TargetError> {
        match Self::ALL.into_iter().find(|target| target.name() == name) {
            Some(target) => Ok(target),
            None if name == "github-pages" => Err(TargetError::NoHeaders),
            None => Err(TargetError::Unknown(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c10_a_host_that_cannot_keep_a_promise_is_refused_with_the_reason() {
        assert_eq!("github-pages".parse::<Target>(), Err(TargetError::NoHeaders));
        let unknown = "nginz".parse::<Target>().unwrap_err().to_string();
        assert!(unknown.contains("\"nginz\"") && unknown.contains("cloudflare-pages, netlify"), "{unknown}");
        for target in Target::ALL {
            assert_eq!(target.name().parse(), Ok(target));
        }
    }

    #[test]
    fn c4_every_host_keeps_the_limits_of_cloudflare() {
        let embedders =
            (0..8).map(|n| format!("https://a-rather-long-name-{n}.example.com").parse().unwrap()).collect();
        let site = Site {
            base: "/some/base/".parse().unwrap(),
            api: "https://api.example.com/v1".parse().unwrap(),
            embedders,
            hsts_subdomains: false,
        };
        for file in Target::CloudflarePages.files(&site) {
            assert!(file.text.lines().all(|line| line.len() <= 2_000), "{}", file.name);
            let rules = file.text.lines().filter(|line| line.starts_with('/')).count();
            assert!((3..=100).contains(&rules), "{}: {rules}", file.name);
        }
    }
}
