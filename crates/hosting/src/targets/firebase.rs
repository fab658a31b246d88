//! Firebase Hosting. All header rules that match the path of a request apply, also to a 404; of several that set a header
//! the last one counts, and none can remove one (<https://firebase.google.com/docs/hosting/full-config>,
//! <https://github.com/firebase/firebase-tools/issues/9467>). Files go before rewrites, and the path of a folder with a
//! page is led to its slash. Expressions are those of RE2, which cannot look ahead.

use serde_json::{Value, json};

use super::common::{bare, difference, expression, headers, pretty};
use crate::headers::Headers;
use crate::paths::{ASSETS, EMBED, HOST_SDK, PAGE, PathKind};
use crate::site::Site;

pub(super) fn config(site: &Site) -> String {
    let base = expression(site);
    // Headers of a path are also those of its 404, so files are revalidated: browsers would remember for a year that one was
    // missing. No rule removes a header, so the first one leaves the panel's routes out where they differ.
    let panel = difference(site, PathKind::Panel);
    let (first, panel_own) = match panel.removed.is_empty() {
        true => (format!("^{base}"), Vec::new()),
        false => (
            format!("^{base}{}$", other_than(EMBED, |next| format!("[^{next}].*"))),
            vec![rule(format!("^{base}{EMBED}"), headers(site, PathKind::Panel))],
        ),
    };
    let bare =
        bare(site).map(|_| rule(format!("^{}$", base.trim_end_matches('/')), headers(site, PathKind::Page)));
    let rules = [
        vec![rule(first, headers(site, PathKind::Page))],
        bare.into_iter().collect(),
        panel_own,
        vec![rule(
            format!("^{base}{}$", HOST_SDK.replace('.', "\\.")),
            difference(site, PathKind::HostSdk).set,
        )],
    ];
    // A route has no dot in its last part.
    let route = other_than(ASSETS, |next| format!(r"(?:[^{next}.](?:.*/)?[^./]*|\..*/[^./]*)"));
    let config = json!({
        "hosting": {
            "public": ".",
            // What the host's own tool writes and reads beside the files.
            "ignore": ["firebase.json", "firebase-debug*.log", "**/.*"],
            "cleanUrls": false,
            "headers": rules.concat(),
            "rewrites": [{ "regex": format!("^{base}{route}$"), "destination": format!("{}{PAGE}", site.base) }],
        },
    });
    pretty(&config)
}

fn rule(regex: String, headers: Headers) -> Value {
    let headers: Vec<Value> =
        headers.into_iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    json!({ "regex": regex, "headers": headers })
}

/// What does not begin with `start`: a part of it, and then nothing more or what `rest` makes of the character that would go
/// on with it.
fn other_than(start: &str, rest: impl Fn(char) -> String) -> String {
    let ways: Vec<String> =
        start.char_indices().map(|(at, next)| format!("{}(?:{})?", &start[..at], rest(next))).collect();
    format!("(?:{})", ways.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c4_expressions_look_nowhere_ahead() {
        let site = Site {
            base: "/a.b/".parse().unwrap(),
            api: "/api/v1".parse().unwrap(),
            embedders: vec!["https://crm.example.com".parse().unwrap()],
            hsts_subdomains: false,
        };
        let config: Value = serde_json::from_str(&config(&site)).unwrap();
        let hosting = &config["hosting"];
        let rules = ["headers", "rewrites"].map(|kind| hosting[kind].as_array().unwrap().clone()).concat();
        assert_eq!(rules.len(), 5, "{rules:?}");
        for rule in rules {
            let regex = rule["regex"].as_str().unwrap();
            assert!(regex.starts_with("^/a\\.b") && !regex.contains("(?!"), "{regex}");
        }
    }

    #[test]
    fn e10_e11_no_rule_but_its_own_is_for_the_panel() {
        assert_eq!(other_than("ab", |next| format!("[^{next}].*")), "(?:(?:[^a].*)?|a(?:[^b].*)?)");
    }
}
