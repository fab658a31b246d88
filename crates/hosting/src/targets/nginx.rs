//! nginx, from 1.20. A location that adds a header inherits none, so each has the whole set.

use std::fmt::Write as _;

use super::common::{MADE_BY, TYPES, bare, expression, headers, own_paths, quoted};
use crate::paths::{ASSETS, EMBED, HOST_SDK, PAGE, PathKind, ROUTE_PATTERN};
use crate::site::Site;

pub(super) fn config(site: &Site) -> String {
    format!(
        "# {MADE_BY}\n\
         # Include this in a `server` block that listens with TLS and has as its root the folder `www` beside this file.\n{}",
        locations(site)
    )
}

/// What belongs into a `server` block.
pub(super) fn locations(site: &Site) -> String {
    let base = &site.base;
    let pattern = expression(site);
    let page = format!("{base}{PAGE} =404");
    let mut text = String::new();
    if let Some(bare) = bare(site) {
        let _ = writeln!(text, "location = {bare} {{\n    absolute_redirect off;");
        add_headers(&mut text, site, PathKind::Page);
        let _ = writeln!(text, "    return 301 {base};\n}}");
    }
    location(&mut text, site, PathKind::HostSdk, &format!("= {base}{HOST_SDK}"), "$uri =404");
    // That a file is missing is kept in no cache.
    location(&mut text, site, PathKind::Asset, &format!("^~ {base}{ASSETS}"), &format!("$uri @gone{base}"));
    let _ = writeln!(text, "location @gone{base} {{");
    add_headers(&mut text, site, PathKind::Page);
    let _ = writeln!(text, "    return 404;\n}}");
    // A route has no dot in its last part. Of two expressions that match, the first counts.
    location(&mut text, site, PathKind::Panel, &format!("~ \"^{pattern}{EMBED}{ROUTE_PATTERN}\""), &page);
    location(&mut text, site, PathKind::Page, &format!("~ \"^{}{ROUTE_PATTERN}\"", own_paths(site)), &page);
    location(&mut text, site, PathKind::Page, base.as_str(), "$uri =404");
    text
}

fn location(text: &mut String, site: &Site, kind: PathKind, place: &str, tries: &str) {
    let _ = writeln!(text, "location {place} {{");
    let _ = writeln!(text, "    types {{");
    for (kind, ends) in TYPES {
        let _ = writeln!(text, "        {kind} {ends};");
    }
    let _ = writeln!(text, "    }}");
    // JSON has no charset: it is UTF-8 always.
    let _ = writeln!(text, "    charset utf-8;");
    let _ = writeln!(text, "    charset_types text/css text/javascript text/plain image/svg+xml;");
    let _ = writeln!(text, "    autoindex off;");
    let _ = writeln!(text, "    # With the module for it, also: brotli_static on;");
    let _ = writeln!(text, "    gzip_static on;");
    let _ = writeln!(text, "    gzip_vary on;");
    add_headers(text, site, kind);
    let _ = writeln!(text, "    try_files {tries};");
    let _ = writeln!(text, "}}");
}

fn add_headers(text: &mut String, site: &Site, kind: PathKind) {
    for (name, value) in headers(site, kind) {
        // Else an error would be kept as long as a file.
        let always = if name == "cache-control" && kind == PathKind::Asset { "" } else { " always" };
        let _ = writeln!(text, "    add_header {name} {}{always};", quoted(&value));
    }
}
