//! What a path of the app is.

use strum::VariantArray;

/// The folder of files whose names change with their content.
pub(crate) const ASSETS: &str = "assets/";
/// The folder of the routes that other sites may embed.
pub(crate) const EMBED: &str = "embed/";
/// The script with which other sites embed them.
pub(crate) const HOST_SDK: &str = "sales-insight-panel.js";
/// What browsers read to install the app.
pub(crate) const MANIFEST: &str = "manifest.webmanifest";
/// The page of every route.
pub const PAGE: &str = "index.html";
/// The service worker, which keeps the console.
pub const SERVICE_WORKER: &str = "sw.js";

/// The kinds of paths that differ in their headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum PathKind {
    /// The app's page, at any route, and files that keep their names.
    Page,
    /// A file whose name changes with its content.
    Asset,
    /// A route that other sites may embed.
    Panel,
    /// The script that other sites load to embed it.
    HostSdk,
}

impl PathKind {
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    /// The kind of a path, given without the site's base.
    ///
    /// ```
    /// use hosting::PathKind;
    /// assert_eq!(PathKind::of("assets/style-0123456789abcdef.css"), PathKind::Asset);
    /// assert_eq!(PathKind::of("settings/admin/users"), PathKind::Page);
    /// assert_eq!(PathKind::of("embed/users"), PathKind::Panel);
    /// ```
    pub fn of(path: &str) -> Self {
        if path.starts_with(ASSETS) {
            Self::Asset
        } else if path.starts_with(EMBED) {
            Self::Panel
        } else if path == HOST_SDK {
            Self::HostSdk
        } else {
            Self::Page
        }
    }

    /// Whether a path without the site's base is a route of the app, which its page answers. A file has a dot in its
    /// name, and a file that is missing stays missing: the browser would run a page as a script.
    pub fn is_route(path: &str) -> bool {
        !path.starts_with(ASSETS) && !path.rsplit('/').next().unwrap_or_default().contains('.')
    }
}

/// The same rule as a regular expression for what follows the base, for hosts that are configured by such.
pub(crate) const ROUTE_PATTERN: &str = "(?:.*/)?[^./]*$";
/// The first parts of all routes, for hosts that know no expressions.
pub(crate) const ROUTES: [&str; 9] = [
    "sign-in",
    "forgot-password",
    "reset-password",
    "activate",
    "admin",
    "settings",
    "salesforce-setup",
    "validate",
    "embed",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c4_routes_are_told_from_files() {
        for route in
            ["", "settings/admin/users", "sign-in", "settings/admin/invitations/0193a5f0-1c", "embed/users"]
        {
            assert!(PathKind::is_route(route), "{route}");
        }
        for file in
            ["app.js", "index.html", "assets/app-0123456789abcdef/x.wasm", "assets/none", ".well-known"]
        {
            assert!(!PathKind::is_route(file), "{file}");
        }
    }

    #[test]
    fn c4_every_route_of_the_app_is_known_to_hosts_without_expressions() {
        let source = include_str!("../../../src/domain/navigation/route.rs");
        let source = source.split("places! {").nth(1).and_then(|rest| rest.split("\n}\n").next()).unwrap();
        let paths: Vec<&str> =
            source.split(" = \"/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(paths.len() > 20, "{paths:?}");
        for path in paths.into_iter().filter(|path| !path.is_empty()) {
            let first = path.split('/').next().unwrap_or_default();
            assert!(ROUTES.contains(&first), "{path}");
        }
    }
}
