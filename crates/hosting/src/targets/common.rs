//! What several hosts' files are made of.

use std::fmt::Write as _;

use serde_json::Value;

use crate::headers::Headers;
use crate::paths::{ASSETS, EMBED, HOST_SDK, PathKind, ROUTES};
use crate::site::{Api, Site};

/// Types by the ends of names, for hosts that know none, or know them by their version.
pub(super) const TYPES: [(&str, &str); 10] = [
    ("application/json", "json"),
    ("application/manifest+json", "webmanifest"),
    ("application/wasm", "wasm"),
    ("image/png", "png"),
    ("image/svg+xml", "svg"),
    ("image/webp", "webp"),
    ("text/css", "css"),
    ("text/html", "html"),
    ("text/javascript", "js mjs"),
    ("text/plain", "ts txt"),
];

/// All headers of a kind of paths. Hosts speak HTTPS.
pub(super) fn headers(site: &Site, kind: PathKind) -> Headers {
    let mut headers = site.headers(kind);
    headers.push(site.strict_transport());
    headers
}

/// What a kind of paths has otherwise than [`PathKind::Page`].
pub(super) struct Difference {
    pub(super) set: Headers,
    pub(super) removed: Vec<&'static str>,
}

pub(super) fn difference(site: &Site, kind: PathKind) -> Difference {
    let (usual, own) = (site.headers(PathKind::Page), site.headers(kind));
    let removed = usual
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| own.iter().all(|(other, _)| other != name))
        .collect();
    let set = own.into_iter().filter(|header| !usual.contains(header)).collect();
    Difference { set, removed }
}

/// Where the paths of a kind are that differ from [`PathKind::Page`], as a pattern that ends in `*` for whole folders.
pub(super) fn pattern(site: &Site, kind: PathKind) -> String {
    let below = match kind {
        PathKind::Page => "*".to_owned(),
        PathKind::Asset => format!("{}*", ASSETS),
        PathKind::Panel => format!("{EMBED}*"),
        PathKind::HostSdk => HOST_SDK.to_owned(),
    };
    format!("{}{below}", site.base)
}

/// The folder of the site without its last slash, where that is another path: no [`pattern`] matches it.
pub(super) fn bare(site: &Site) -> Option<String> {
    (!site.base.is_root()).then(|| site.base.without_slash().to_owned())
}

/// The first line of every file.
pub(super) const MADE_BY: &str = "Made by `server configure`; made again when the app is published again.";

/// The base path as the beginning of a regular expression.
pub(super) fn expression(site: &Site) -> String {
    site.base.as_str().replace('.', "\\.")
}

/// The beginnings of paths that belong to a backend on the same origin, and that the console's folder contains.
pub(super) fn backend_paths(site: &Site) -> Vec<String> {
    let Api::Here(api) = &site.api else { return Vec::new() };
    let folder = api.strip_suffix("api/v1").unwrap_or("/");
    let paths =
        ["api/", "flows/", "oauth", "mailbox", "livez", "readyz"].map(|path| format!("{folder}{path}"));
    paths.into_iter().filter(|path| site.base.below(path).is_some()).collect()
}

/// The same below the console's folder.
pub(crate) fn backend_below(site: &Site) -> Vec<String> {
    let paths = backend_paths(site);
    paths.iter().filter_map(|path| site.base.below(path)).map(str::to_owned).collect()
}

/// The same as [`expression`] for expressions that can look ahead, without the paths of a backend.
pub(super) fn own_paths(site: &Site) -> String {
    let backend: Vec<String> = backend_below(site).into_iter().map(|path| path.replace('.', "\\.")).collect();
    let but = if backend.is_empty() { String::new() } else { format!("(?!{})", backend.join("|")) };
    format!("{}{but}", expression(site))
}

/// A value in double quotes, as nginx, Caddy and Apache write it.
pub(super) fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// JSON over several lines, for people to read, with a line break at the end.
pub(super) fn pretty(config: &Value) -> String {
    format!("{config:#}\n")
}

/// The lines of a `_redirects` file, by which every route gets the `page`. A path of no route gets 404.html, and its
/// status.
pub(super) fn redirects(site: &Site, page: &str) -> String {
    let base = &site.base;
    let mut text = format!("# {MADE_BY}\n");
    for route in ROUTES {
        let _ = writeln!(text, "{base}{route} {page} 200");
        let _ = writeln!(text, "{base}{route}/* {page} 200");
    }
    text
}
