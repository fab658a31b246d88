//! Caddy, from 2.6.

use std::fmt::Write as _;

use super::common::{MADE_BY, backend_paths, bare, expression, headers, quoted};
use crate::paths::{ASSETS, EMBED, HOST_SDK, MANIFEST, PAGE, PathKind, ROUTE_PATTERN};
use crate::site::Site;

pub(super) fn config(site: &Site) -> String {
    let base = &site.base;
    let pattern = expression(site);
    let mut text = format!(
        "# {MADE_BY}\n\
         # Import this in the block of a site whose `root * ...` is the folder `www` beside this file.\n"
    );
    if let Some(bare) = bare(site) {
        let _ = writeln!(text, "@bare path {bare}\nhandle @bare {{");
        set_headers(&mut text, site, PathKind::Page);
        // Without a matcher, the path would be taken for one.
        let _ = writeln!(text, "        redir * {base} permanent\n}}");
    }
    // The first that matches counts. A route has no dot in its last part.
    let routes = [
        ("sdk", format!("path {base}{HOST_SDK}"), PathKind::HostSdk, false),
        // That a file is missing is kept in no cache.
        ("asset", format!("{{\n    path {base}{ASSETS}*\n    file\n}}"), PathKind::Asset, false),
        ("gone", format!("path {base}{ASSETS}*"), PathKind::Page, false),
        ("panel", format!("path_regexp \"^{pattern}{EMBED}{ROUTE_PATTERN}\""), PathKind::Panel, true),
        ("page", format!("path_regexp \"^{pattern}{ROUTE_PATTERN}\""), PathKind::Page, true),
        ("file", format!("path {base}*"), PathKind::Page, false),
    ];
    for (name, matcher, ..) in &routes {
        let _ = writeln!(text, "@{name} {matcher}");
    }
    let _ = writeln!(text, "@trace method TRACE");
    let _ = writeln!(text, "@picture path_regexp \"^{pattern}.*\\.svg$\"");
    // Expressions cannot look ahead here: what belongs to a backend on the same origin is left to the rest of the site.
    let backend: String = backend_paths(site).iter().map(|path| format!(" {path}*")).collect();
    match backend.is_empty() {
        true => text.push_str("route {\n"),
        false => {
            let _ = writeln!(text, "@console not path{backend}\nroute @console {{");
        }
    }
    let _ = writeln!(text, "    respond @trace 405");
    // Types that it does not know by itself on every system, or without their charset.
    let _ = writeln!(text, "    header {base}{MANIFEST} content-type application/manifest+json");
    let _ = writeln!(text, "    header @picture content-type \"image/svg+xml; charset=utf-8\"");
    for (name, _, kind, is_route) in routes {
        let _ = writeln!(text, "    handle @{name} {{");
        set_headers(&mut text, site, kind);
        if is_route {
            let _ = writeln!(text, "        rewrite * {base}{PAGE}");
        }
        let _ = writeln!(
            text,
            "        file_server {{\n            precompressed br gzip\n            disable_canonical_uris\n        }}\n    }}"
        );
    }
    let _ = writeln!(text, "}}");
    text
}

fn set_headers(text: &mut String, site: &Site, kind: PathKind) {
    let _ = writeln!(text, "        header {{");
    for (name, value) in headers(site, kind) {
        let _ = writeln!(text, "            {name} {}", quoted(&value));
    }
    let _ = writeln!(text, "        }}");
}
