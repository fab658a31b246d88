//! The version of the console that browsers keep: another one as soon as anything differs that they keep with it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::paths::PathKind;
use crate::site::{Origin, Site};
use crate::targets::backend_below;

/// The page and the service worker of a site. The worker keeps the page with its headers until it is another worker, so
/// both name the version.
#[derive(Debug)]
pub struct Version {
    pub name: String,
    pub page: String,
    pub worker: String,
}

impl Version {
    /// Makes both from those of the built app.
    ///
    /// # Errors
    /// The name of what is missing in them.
    pub fn of(page: &str, worker: &str, site: &Site) -> Result<Self, &'static str> {
        let page = placed(page, site.base.as_str()).ok_or("data-base in index.html")?;
        let unnamed = replaced(&page, NAMED, "").ok_or("data-version in index.html")?;
        let parts = worker.split_once("\nconst BUILD = ").and_then(|(before, rest)| {
            let (build, after) = rest.split_once(";\n")?;
            let build: Map<String, Value> = serde_json::from_str(build).ok()?;
            Some((before, build, after))
        });
        let (before, mut build, after) = parts.ok_or("the list of the files of sw.js")?;
        build.insert("backend".to_owned(), json!(backend_below(site)));
        let api = site.api.origin().map(Origin::as_str).unwrap_or_default();
        build.insert("api".to_owned(), json!(api));
        let headers = PathKind::ALL.map(|kind| site.headers(kind));
        let code = [before, after];
        let name =
            digest(&json!([unnamed, code, build.get("files"), build["backend"], site.api.as_str(), headers]));
        let page = replaced(&page, NAMED, &name).unwrap_or_default();
        let digest = BASE64_STANDARD.encode(Sha256::digest(&page));
        build.insert("page".to_owned(), json!(format!("sha256-{digest}")));
        build.insert("version".to_owned(), json!(name));
        let worker = format!("{before}\nconst BUILD = {};\n{after}", Value::Object(build));
        Ok(Self { name, page, worker })
    }

    /// The page alone, where the service worker is not that of a build, as when it is switched off: no version is kept then.
    /// `None` where the page is not that of a build either.
    pub fn unkept(page: &str, site: &Site) -> Option<String> {
        placed(page, site.base.as_str())
    }
}

/// Where the page names its folder.
pub(crate) const BASE: &str = "data-base=\"";

/// The page with its folder, and with the addresses that the browser reads itself below it: no `<base>` leads them there, as the
/// policy allows none. `None` where it names no folder.
fn placed(page: &str, base: &str) -> Option<String> {
    let (_, rest) = page.split_once(BASE)?;
    let (before, _) = rest.split_once('"')?;
    let page = replaced(page, BASE, base)?;
    let (mut placed, mut rest) = (String::new(), page.as_str());
    let next = |rest: &str| {
        let ends = [" href=\"", " src=\""].iter().filter_map(|name| Some(rest.find(name)? + name.len()));
        ends.min()
    };
    while let Some(at) = next(rest) {
        let (done, address) = rest.split_at(at);
        placed.push_str(done);
        placed.push_str(base);
        // Of another folder, if the page was placed before.
        rest = address.strip_prefix(before).unwrap_or(address);
    }
    placed.push_str(rest);
    Some(placed)
}

/// Where the page names its version.
const NAMED: &str = "data-version=\"";

/// What a version is called, by all that makes it up.
fn digest(parts: &Value) -> String {
    let mut name = String::new();
    for byte in &Sha256::digest(parts.to_string())[..8] {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// A text with another value of an attribute, which is given with its opening quote; `None` where it has none.
fn replaced(text: &str, attribute: &str, value: &str) -> Option<String> {
    let (before, rest) = text.split_once(attribute)?;
    let (_, after) = rest.split_once('"')?;
    Some(format!("{before}{attribute}{value}\"{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><html data-base=\"/\"><link rel=\"icon\" href=\"a.svg\"><script src=\"b.js\" \
        data-wasm=\"c.wasm\" data-version=\"old\"></script>";
    const WORKER: &str = include_str!("../../../public/sw.js");

    fn site(base: &str, api: &str, embedders: &[&str]) -> Site {
        let embedders = embedders.iter().map(|origin| origin.parse().unwrap()).collect();
        let (base, api) = (base.parse().unwrap(), api.parse().unwrap());
        Site { base, api, embedders, hsts_subdomains: false }
    }

    fn build_of(version: &Version) -> Value {
        let (_, rest) = version.worker.split_once("const BUILD = ").unwrap();
        serde_json::from_str(rest.split_once(";\n").unwrap().0).unwrap()
    }

    #[test]
    fn o4_page_and_service_worker_name_one_version_and_the_worker_expects_that_page() {
        let version = Version::of(PAGE, WORKER, &site("/x/", "/api/v1", &[])).unwrap();
        let build = build_of(&version);
        let name = build["version"].as_str().unwrap();
        assert_eq!(name.len(), 16);
        let placed = PAGE.replace("data-base=\"/", "data-base=\"/x/").replace("a.svg", "/x/a.svg");
        let placed = placed.replace("b.js", "/x/b.js").replace("\"old\"", &format!("\"{name}\""));
        assert_eq!(version.page, placed);
        let digest = BASE64_STANDARD.encode(Sha256::digest(&version.page));
        assert_eq!(build["page"], format!("sha256-{digest}"));
        assert_eq!(build["api"], "", "of this origin");
        let elsewhere =
            Version::of(PAGE, WORKER, &site("/x/", "https://api.example.com/api/v1", &[])).unwrap();
        assert_eq!(build_of(&elsewhere)["api"], "https://api.example.com");
        // Made anew of what was made, it is the same.
        let again = Version::of(&version.page, &version.worker, &site("/x/", "/api/v1", &[])).unwrap();
        assert_eq!((&again.page, &again.worker), (&version.page, &version.worker));
        let moved = Version::of(&version.page, &version.worker, &site("/y/z/", "/api/v1", &[])).unwrap();
        let whole = Version::of(PAGE, WORKER, &site("/y/z/", "/api/v1", &[])).unwrap();
        assert_eq!(moved.page, whole.page, "from one folder to another");
    }

    #[test]
    fn o5_whatever_browsers_keep_makes_another_version() {
        let name = |page: &str, worker: &str, site: &Site| {
            build_of(&Version::of(page, worker, site).unwrap())["version"].as_str().unwrap().to_owned()
        };
        let usual = site("/", "/api/v1", &[]);
        let names = [
            name(PAGE, WORKER, &usual),
            name(&PAGE.replace("<script", "<title>Ours</title><script"), WORKER, &usual),
            name(PAGE, &WORKER.replace("\"files\": {}", "\"files\": {\"a.js\": \"sha256-1\"}"), &usual),
            name(PAGE, &format!("{WORKER}// more\n"), &usual),
            name(PAGE, WORKER, &site("/", "https://api.example.com/api/v1", &[])),
            // Of the same origin, which the headers name: another path.
            name(PAGE, WORKER, &site("/", "https://api.example.com/api/v2", &[])),
            name(PAGE, WORKER, &site("/", "/backend/api/v1", &[])),
            name(PAGE, WORKER, &site("/", "/api/v1", &["https://crm.example.com"])),
            name(PAGE, WORKER, &site("/x/", "/api/v1", &[])),
        ];
        for (at, one) in names.iter().enumerate() {
            assert!(!names[..at].contains(one), "{at}: {names:?}");
        }
        assert_eq!(names[0], name(&PAGE.replace("old", "other"), WORKER, &usual), "not its own name");
    }

    #[test]
    fn o6_without_the_service_worker_of_a_build_the_page_is_in_its_folder_all_the_same() {
        let unkept = Version::unkept(PAGE, &site("/x/", "/api/v1", &[])).unwrap();
        assert!(unkept.contains("href=\"/x/a.svg\"") && unkept.contains("src=\"/x/b.js\""), "{unkept}");
        assert!(unkept.contains("data-base=\"/x/\"") && unkept.contains("data-version=\"old\""), "{unkept}");
        assert_eq!(Version::unkept("<!doctype html>", &site("/", "/api/v1", &[])), None);
    }

    #[test]
    fn c10_what_is_missing_is_named() {
        let missing =
            |page: &str, worker: &str| Version::of(page, worker, &site("/", "/api/v1", &[])).unwrap_err();
        assert!(missing("<!doctype html>", WORKER).contains("data-base"));
        assert!(missing("<html data-base=\"/\">", WORKER).contains("data-version"));
        assert!(missing(PAGE, "").contains("sw.js"));
    }
}
