//! Azure Static Web Apps. The first route that matches a path counts; its headers go over those of all, and an empty
//! value removes one (<https://learn.microsoft.com/azure/static-web-apps/configuration>).

use serde_json::{Map, Value, json};

use super::common::{difference, headers, pattern, pretty};
use crate::headers::Headers;
use crate::paths::{ASSETS, PAGE, PathKind};
use crate::site::Site;

pub(super) fn config(site: &Site) -> String {
    // Headers of a path are also those of its 404, so files are revalidated: browsers would remember for a year that one was
    // missing.
    let routes: Vec<Value> = [PathKind::Panel, PathKind::HostSdk]
        .into_iter()
        .filter_map(|kind| {
            let difference = difference(site, kind);
            let removed = difference.removed.into_iter().map(|name| (name, String::new()));
            let changed: Headers = difference.set.into_iter().chain(removed).collect();
            (!changed.is_empty()).then(|| json!({ "route": pattern(site, kind), "headers": object(changed) }))
        })
        .collect();
    let base = &site.base;
    let config = json!({
        "globalHeaders": object(headers(site, PathKind::Page)),
        "routes": routes,
        // A file has a dot in its name, and stays missing where it is missing.
        "navigationFallback": {
            "rewrite": format!("{base}{PAGE}"),
            "exclude": [format!("{base}{ASSETS}*"), format!("{base}*.{{css,gz,br,html,ico,js,json,map,png,svg,txt,wasm,webmanifest,webp}}")],
        },
        "responseOverrides": { "404": { "rewrite": "/404.html" } },
        "mimeTypes": { ".wasm": "application/wasm", ".webmanifest": "application/manifest+json" },
    });
    pretty(&config)
}

fn object(headers: Headers) -> Map<String, Value> {
    headers.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect()
}
