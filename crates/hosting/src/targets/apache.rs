//! Apache httpd, from 2.4, with mod_headers, mod_mime and mod_rewrite.

use std::fmt::Write as _;

use super::common::{MADE_BY, bare, difference, expression, headers, own_paths, pattern, quoted};
use crate::paths::{ASSETS, PAGE, PathKind, ROUTE_PATTERN};
use crate::site::Site;

pub(super) fn config(site: &Site) -> String {
    let base = &site.base;
    let expression = expression(site);
    let own = own_paths(site);
    let mut text = format!(
        "# {MADE_BY}\n\
         # Include this in a VirtualHost that has TLS and whose DocumentRoot is the folder `www` beside this file.\n\
         AddType application/json .json\n\
         AddType application/manifest+json .webmanifest\n\
         AddType application/wasm .wasm\n\
         AddType image/svg+xml .svg\n\
         AddType image/webp .webp\n\
         AddType text/css .css\n\
         AddType text/html .html\n\
         AddType text/javascript .js .mjs\n\
         AddCharset utf-8 .css .html .js .svg\n\
         DirectorySlash Off\n\
         TraceEnable off\n\
         RewriteEngine On\n"
    );
    let bare = bare(site).map(|_| expression.trim_end_matches('/'));
    if let Some(bare) = bare {
        let _ = writeln!(text, "RewriteRule \"^{bare}$\" \"{base}\" [R=301,L]");
    }
    // Rewriting changes the address by which sections are chosen, so the kind is noted before.
    for kind in OTHERS {
        let place = pattern(site, kind).replace('.', "\\.");
        let place = place.strip_suffix('*').map_or(format!("{place}$"), str::to_owned);
        let _ = writeln!(text, "RewriteRule \"^{place}\" \"-\" [E={}:1]", variable(kind));
    }
    // A route has no dot in its last part. What it is rewritten to, is compressed below.
    let _ = writeln!(
        text,
        "RewriteCond %{{REQUEST_URI}} \"!^{expression}{ASSETS}\"\n\
         RewriteRule \"^{own}{ROUTE_PATTERN}\" \"{base}{PAGE}\""
    );
    for (coding, end) in [("br", "br"), ("gzip", "gz")] {
        let _ = writeln!(
            text,
            "RewriteCond %{{HTTP:Accept-Encoding}} \"\\b{coding}\\b\"\n\
             RewriteCond \"%{{DOCUMENT_ROOT}}$1.{end}\" -f\n\
             RewriteRule \"^({expression}.+\\.(?:css|html|js|json|svg|wasm|webmanifest))$\" \"$1.{end}\" [PT,E=no-gzip:1,E=no-brotli:1]"
        );
    }
    // Taken as an address: a base path that begins like a folder of the machine, such as /srv, would be taken for that.
    let _ = writeln!(text, "RewriteRule \"^{own}\" \"-\" [PT]");
    for (coding, end) in [("br", "br"), ("gzip", "gz")] {
        let _ = writeln!(
            text,
            "<FilesMatch \"\\.{end}$\">\n    RemoveType .{end}\n    RemoveLanguage .{end}\n    AddEncoding {coding} .{end}\n    \
             Header merge Vary Accept-Encoding\n</FilesMatch>"
        );
    }
    let bare = bare.map(|bare| format!("|{bare}$")).unwrap_or_default();
    let _ = writeln!(text, "<LocationMatch \"^(?:{own}{bare})\">\n    Options -Indexes");
    for (name, value) in headers(site, PathKind::Page) {
        let _ = writeln!(text, "    Header always set {name} {}", quoted(&value));
    }
    for kind in OTHERS {
        // That a file is missing is kept in no cache.
        let when = match kind {
            PathKind::Asset => format!(
                "\"expr=reqenv('{}') == '1' && %{{REQUEST_STATUS}} in {{'200', '206', '304'}}\"",
                variable(kind)
            ),
            _ => format!("env={}", variable(kind)),
        };
        let difference = difference(site, kind);
        for (name, value) in difference.set {
            let _ = writeln!(text, "    Header always set {name} {} {when}", quoted(&value));
        }
        for name in difference.removed {
            let _ = writeln!(text, "    Header always unset {name} {when}");
        }
    }
    let _ = writeln!(text, "</LocationMatch>");
    text
}

/// The kinds of paths that differ from [`PathKind::Page`].
const OTHERS: [PathKind; 3] = [PathKind::Asset, PathKind::Panel, PathKind::HostSdk];

/// The variable of a request that notes its kind.
const fn variable(kind: PathKind) -> &'static str {
    match kind {
        PathKind::Page => "console_page",
        PathKind::Asset => "console_asset",
        PathKind::Panel => "console_panel",
        PathKind::HostSdk => "console_sdk",
    }
}
