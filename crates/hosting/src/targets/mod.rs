//! The files that make a host answer as the reference backend does.

mod apache;
mod azure;
mod caddy;
mod cloudflare_pages;
mod cloudfront;
mod common;
mod firebase;
mod kubernetes;
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
    Firebase,
    CloudFront,
    Nginx,
    Caddy,
    Apache,
    Kubernetes,
}

/// A host that cannot keep what the console promises: nothing is written for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum UnfitHost {
    /// Sets no header of a site's own (<https://docs.github.com/pages>).
    GitHubPages,
    /// Sets headers for all sites of an instance at most (<https://gitlab.com/gitlab-org/gitlab-pages/-/work_items/50>).
    GitLabPages,
}

impl UnfitHost {
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    pub const fn name(self) -> &'static str {
        match self {
            Self::GitHubPages => "github-pages",
            Self::GitLabPages => "gitlab-pages",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::GitHubPages => "GitHub Pages",
            Self::GitLabPages => "GitLab Pages",
        }
    }
}

/// Why there is no such target.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TargetError {
    #[error(
        "{host} cannot set response headers for a site, so neither the content security policy nor who may embed the panel \
         can be kept, and browsers would not be bound to HTTPS. Use another host, for example cloudflare-pages or netlify, \
         or a web server of your own, for example nginx, in place of {host} or in front of it",
        host = .0.title()
    )]
    Unfit(UnfitHost),
    #[error("there is no target {0:?}; there are {names}", names = Target::ALL.map(Target::name).join(", "))]
    Unknown(String),
}

/// A file for a host, beside the app's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFile {
    /// Relative to the folder that is published, or, where the host's configuration lies beside that, to the one around it.
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
            Self::Firebase => "firebase",
            Self::CloudFront => "cloudfront",
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Apache => "apache",
            Self::Kubernetes => "kubernetes",
        }
    }

    /// Whether it is a web server of one's own, which has a page for what is missing.
    pub const fn is_web_server(self) -> bool {
        matches!(self, Self::Nginx | Self::Caddy | Self::Apache | Self::Kubernetes)
    }

    /// Whether its configuration lies beside the folder that it serves: nobody shall read it there.
    pub const fn lies_beside(self) -> bool {
        self.is_web_server() || matches!(self, Self::CloudFront)
    }

    /// Whether the first lines of its configuration say what to do with it; JSON has no comments.
    pub const fn explains_itself(self) -> bool {
        self.is_web_server() && !matches!(self, Self::Kubernetes)
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
            Self::Firebase => vec![file("firebase.json", firebase::config(site))],
            Self::CloudFront => vec![
                file("cloudfront.json", cloudfront::template(site)),
                file("upload.sh", cloudfront::upload(site)),
            ],
            Self::Nginx => vec![file("nginx.conf", nginx::config(site))],
            Self::Caddy => vec![file("Caddyfile", caddy::config(site))],
            Self::Apache => vec![file("apache.conf", apache::config(site))],
            Self::Kubernetes => vec![
                file("kubernetes.json", kubernetes::objects(site)),
                file("Dockerfile", kubernetes::containerfile()),
            ],
        }
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(name: &str) -> Result<Self, TargetError> {
        if let Some(host) = UnfitHost::ALL.into_iter().find(|host| host.name() == name) {
            return Err(TargetError::Unfit(host));
        }
        let target = Self::ALL.into_iter().find(|target| target.name() == name);
        target.ok_or_else(|| TargetError::Unknown(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c10_a_host_that_cannot_keep_a_promise_is_refused_with_the_reason() {
        for (name, title) in [("github-pages", "GitHub Pages"), ("gitlab-pages", "GitLab Pages")] {
            let refused = name.parse::<Target>().unwrap_err().to_string();
            assert!(
                refused.starts_with(title) && refused.contains("cannot set response headers"),
                "{refused}"
            );
            assert!(
                refused.contains("content security policy") && refused.contains("embed"),
                "why: {refused}"
            );
            assert!(
                refused.contains("cloudflare-pages") && refused.contains("nginx"),
                "what else: {refused}"
            );
        }
        assert!(
            UnfitHost::ALL.iter().all(|host| Target::ALL.iter().all(|target| target.name() != host.name()))
        );
        let unknown = "nginz".parse::<Target>().unwrap_err().to_string();
        assert!(unknown.contains("\"nginz\"") && unknown.contains("cloudflare-pages, netlify"), "{unknown}");
        for target in Target::ALL {
            assert_eq!(target.name().parse(), Ok(target));
        }
    }

    #[test]
    fn c10_every_host_is_named_where_people_look_for_it() {
        let guide = include_str!("../../../../docs/hosting.md");
        let options = include_str!("../../../server/src/configure.rs");
        for name in Target::ALL.map(Target::name) {
            for page in [guide, include_str!("../../../../README.md")] {
                assert!(page.contains(&format!("`{name}`")), "{name}");
            }
            assert!(guide.contains(&format!("--target {name} ")), "how to write it for {name}");
            assert!(
                options.lines().any(|line| line.contains("/// The host:") && line.contains(name)),
                "{name}"
            );
        }
        for name in UnfitHost::ALL.map(UnfitHost::name) {
            assert!(guide.contains(&format!("`{name}`")), "{name}");
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
