//! Vercel. All rules that match a path apply; of several that set a header the last one counts
//! (<https://vercel.com/docs/project-configuration>). Files go before rewrites.

use serde_json::{Value, json};

use super::common::{bare, difference, expression, headers, pretty};
use crate::headers::Headers;
use crate::paths::{ASSETS, EMBED, HOST_SDK, PathKind};
use crate::site::Site;

pub(super) fn config(site: &Site) -> String {
    let base = expression(site);
    // Headers of a path are also those of its 404, so files are revalidated: browsers would remember for a year that one was
    // missing. No rule removes a header, so the first one leaves the panel's routes out where they differ.
    let panel = difference(site, PathKind::Panel);
    let (first, panel_own) = match panel.removed.is_empty() {
        true => (format!("{base}(.*)"), Vec::new()),
        false => (
            format!("{base}((?!{EMBED}).*)"),
            vec![rule(format!("{base}{EMBED}(.*)"), headers(site, PathKind::Panel))],
        ),
    };
    let bare = bare(site).map(|_| rule(base.trim_end_matches('/').to_owned(), headers(site, PathKind::Page)));
    let rules = [
        vec![rule(first, headers(site, PathKind::Page))],
        bare.into_iter().collect(),
        panel_own,
        vec![rule(
            format!("{base}{}", HOST_SDK.replace('.', "\\.")),
            difference(site, PathKind::HostSdk).set,
        )],
    ];
    // No rule for the folder's content matches it without its last slash.
    let redirects: Vec<Value> = (!site.base.is_root())
        .then(|| json!({ "source": base.trim_end_matches('/'), "destination": site.base.as_str(), "permanent": true }))
        .into_iter()
        .collect();
    let config = json!({
        "$schema": "https://openapi.vercel.sh/vercel.json",
        "cleanUrls": false,
        "headers": rules.concat(),
        "redirects": redirects,
        // A route has no dot in its last part.
        "rewrites": [{
            "source": format!("{base}((?!{ASSETS})(?:.*/)?[^./]*)"),
            "destination": format!("{}index.html", site.base),
        }],
    });
    pretty(&config)
}

fn rule(source: String, headers: Headers) -> Value {
    let headers: Vec<Value> =
        headers.into_iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    json!({ "source": source, "headers": headers })
}
