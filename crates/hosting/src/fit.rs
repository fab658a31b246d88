//! Writes the built app for a host into a folder that can be published.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::paths::{ASSETS, PAGE};
use crate::site::{Origin, Site};
use crate::targets::{Target, backend_below};

/// The service worker, which knows the hash of every file that it keeps.
const SERVICE_WORKER: &str = "sw.js";
/// The configuration of the app, beside its page.
pub const CONFIG: &str = "config.json";

/// What was written.
#[derive(Debug)]
pub struct Fitted {
    /// The folder to publish, or to be served.
    pub root: PathBuf,
    /// The files that were written for this host, those that were only copied left out.
    pub written: Vec<PathBuf>,
    /// What was kept of builds that were there before, for pages that are open.
    pub kept: Vec<PathBuf>,
}

/// Why the app could not be written; each says what to do.
#[derive(Debug, Error)]
pub enum FitError {
    #[error("{} is not the built app: {missing} is missing. Build it with script/build, or give its folder with --dist", dist.display())]
    NotBuilt { dist: PathBuf, missing: &'static str },
    #[error(
        "{} contains something else than the console for this host and base path. Give a new folder with --out; nothing \
         was written",
        .0.display()
    )]
    Occupied(PathBuf),
    #[error("{} lies within the built app. Give a folder elsewhere with --out; nothing was written", .0.display())]
    Within(PathBuf),
    #[error("{} is no JSON of the app's configuration: {reason}", path.display())]
    Config { path: PathBuf, reason: String },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
}

/// Copies the app from `dist` to `out`, fitted to the site and the host. Where `out` has the app already, its files that
/// change their names with their content are kept: pages that are open may still need them.
pub fn fit(dist: &Path, out: &Path, site: &Site, target: Target) -> Result<Fitted, FitError> {
    let missing = |missing| FitError::NotBuilt { dist: dist.to_owned(), missing };
    let page = fs::read_to_string(dist.join(PAGE)).map_err(|_| missing(PAGE))?;
    let page = with_base(&page, site).ok_or_else(|| missing("<base> in index.html"))?;
    let worker = fs::read_to_string(dist.join(SERVICE_WORKER)).map_err(|_| missing(SERVICE_WORKER))?;
    let worker = keeping(&worker, &page, site).ok_or_else(|| missing("the list of the files of sw.js"))?;
    let config = fs::read_to_string(dist.join(CONFIG)).map_err(|_| missing(CONFIG))?;
    let config =
        configured(&config, site).map_err(|reason| FitError::Config { path: dist.join(CONFIG), reason })?;
    let root = if target.is_web_server() { out.join("www") } else { out.to_owned() };
    let app = root.join(site.base.as_str().trim_matches('/'));
    let is_empty = out.read_dir().map_or(true, |mut entries| entries.next().is_none());
    if !is_empty && !is_published(out, &app, site, target) {
        return Err(FitError::Occupied(out.to_owned()));
    }
    if is_within(out, dist) {
        return Err(FitError::Within(out.to_owned()));
    }
    let kept = earlier(&dist.join(ASSETS), &app.join(ASSETS))?;

    // What the page names is there before the page.
    let mut entries = entries(dist)?;
    entries.sort_by_key(|path| !path.ends_with(ASSETS));
    for path in entries.iter().filter(|path| !is_fitted(path)) {
        copy_into(&app, path)?;
    }
    let mut written = Vec::new();
    // Alone, so that it can be edited where it is served.
    write(&app.join(CONFIG), config.as_bytes())?;
    written.push(app.join(CONFIG));
    for file in target.files(site) {
        let path = out.join(file.name);
        write(&path, file.text.as_bytes())?;
        written.push(path);
    }
    if !target.is_web_server() {
        let path = root.join("404.html");
        write(&path, not_found(&page, site).as_bytes())?;
        written.push(path);
    }
    written.extend(write_compressed(&app.join(PAGE), &page)?);
    // It has the hash of the page.
    written.extend(write_compressed(&app.join(SERVICE_WORKER), &worker)?);
    Ok(Fitted { root, written, kept })
}

/// The page with the site's base; `None` where it has none to replace.
fn with_base(page: &str, site: &Site) -> Option<String> {
    let (before, rest) = page.split_once("<base href=\"")?;
    let (_, after) = rest.split_once('"')?;
    Some(format!("{before}<base href=\"{}\"{after}", site.base))
}

/// The service worker with the hash of the site's page, and the paths that it leaves to the backend; `None` where it has
/// none to replace.
fn keeping(worker: &str, page: &str, site: &Site) -> Option<String> {
    let (before, rest) = worker.split_once("\nconst BUILD = ")?;
    let (build, after) = rest.split_once(";\n")?;
    let mut build: Value = serde_json::from_str(build).ok()?;
    let entries = build.as_object_mut()?;
    let digest = BASE64_STANDARD.encode(Sha256::digest(page));
    entries.insert("page".to_owned(), json!(format!("sha256-{digest}")));
    entries.insert("backend".to_owned(), json!(backend_below(site)));
    Some(format!("{before}\nconst BUILD = {build};\n{after}"))
}

/// The configuration with the site's addresses; what else it says stays.
fn configured(config: &str, site: &Site) -> Result<String, String> {
    let mut config: Value = serde_json::from_str(config).map_err(|error| error.to_string())?;
    let entries = config.as_object_mut().ok_or("not an object")?;
    entries.insert("api".to_owned(), json!({ "base_url": site.api.as_str() }));
    with_embedders(&format!("{config:#}\n"), &site.embedders)
}

/// The app's [`CONFIG`] with the origins that may embed its panel, which speaks to these only; what else it says stays.
///
/// # Errors
/// When the configuration is no JSON of that shape, with the reason.
pub fn with_embedders(config: &str, embedders: &[Origin]) -> Result<String, String> {
    let mut config: Value = serde_json::from_str(config).map_err(|error| error.to_string())?;
    let entries = config.as_object_mut().ok_or("not an object")?;
    entries.remove("embed");
    if !embedders.is_empty() {
        let origins: Vec<&str> = embedders.iter().map(Origin::as_str).collect();
        entries.insert("embed".to_owned(), json!({ "allowed_origins": origins }));
    }
    Ok(format!("{config:#}\n"))
}

/// The page of cloud hosts for what is missing: neither a script's address nor a mistyped one gets the app.
fn not_found(page: &str, site: &Site) -> String {
    let base = &site.base;
    let style = page
        .split_once("<link rel=\"stylesheet\" href=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(style, _)| format!("<link rel=\"stylesheet\" href=\"{base}{style}\">"))
        .unwrap_or_default();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Page not found</title>\n{style}\n<main class=\"failure\">\n<h1>There is no such page</h1>\n\
         <p>The address may be mistyped, or an older version had it. <a href=\"{base}\">Open the console</a></p>\n</main>\n"
    )
}

/// Whether a path that may not exist yet is in a folder, or is it.
fn is_within(path: &Path, folder: &Path) -> bool {
    let (Ok(path), Ok(folder)) = (std::path::absolute(path), folder.canonicalize()) else { return false };
    path.ancestors().any(|part| part.canonicalize().is_ok_and(|part| part == folder))
}

/// Whether a folder has the app for this host and base path.
fn is_published(out: &Path, app: &Path, site: &Site, target: Target) -> bool {
    let page = fs::read_to_string(app.join(PAGE)).unwrap_or_default();
    with_base(&page, site).is_some_and(|same| same == page)
        && target.files(site).iter().all(|file| out.join(file.name).exists())
}

/// What a folder of assets has of earlier builds.
fn earlier(new: &Path, published: &Path) -> Result<Vec<PathBuf>, FitError> {
    if !published.exists() {
        return Ok(Vec::new());
    }
    let is_earlier = |path: &PathBuf| path.file_name().is_some_and(|name| !new.join(name).exists());
    Ok(entries(published)?.into_iter().filter(is_earlier).collect())
}

/// Whether an entry of the built app is not copied, but written for the site.
fn is_fitted(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == CONFIG || name.starts_with(PAGE) || name.starts_with(SERVICE_WORKER)
}

fn at(path: &Path) -> impl Fn(io::Error) -> FitError {
    let path = path.to_owned();
    move |error| FitError::File { path: path.clone(), error }
}

/// The files and folders of a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, FitError> {
    let entries = fs::read_dir(folder).map_err(at(folder))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(at(folder))?;
    paths.sort();
    Ok(paths)
}

/// Copies a file or a folder with all that is in it.
fn copy_into(folder: &Path, source: &Path) -> Result<(), FitError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let copied = folder.join(source.file_name().unwrap_or_default());
    if fs::metadata(source).map_err(at(source))?.is_dir() {
        fs::create_dir_all(&copied).map_err(at(&copied))?;
        return entries(source)?.iter().try_for_each(|path| copy_into(&copied, path));
    }
    fs::copy(source, &copied).map_err(at(source))?;
    Ok(())
}

fn write_compressed(path: &Path, text: &str) -> Result<Vec<PathBuf>, FitError> {
    let beside = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(text.as_bytes()).map_err(at(path))?;
    let mut brotli = Vec::new();
    brotli::BrotliCompress(&mut text.as_bytes(), &mut brotli, &brotli::enc::BrotliEncoderParams::default())
        .map_err(at(path))?;
    let files = [
        (path.to_owned(), text.as_bytes().to_vec()),
        (beside(".br"), brotli),
        (beside(".gz"), gzip.finish().map_err(at(path))?),
    ];
    for (path, bytes) in &files {
        write(path, bytes)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// Replaces a file at once, as it may be being served.
fn write(path: &Path, bytes: &[u8]) -> Result<(), FitError> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    fs::write(&new, bytes).and_then(|()| fs::rename(&new, path)).map_err(at(path))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    const HTML: &str =
        "<!doctype html><base href=\"/\" />\n<link rel=\"stylesheet\" href=\"assets/style-1.css\">\n";

    fn built() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("assets")).unwrap();
        for (name, text) in [
            ("index.html", HTML),
            ("index.html.br", "old"),
            ("sw.js", include_str!("../../../public/sw.js")),
            ("config.json", "{\"api\": {\"base_url\": \"/api/v1\"}, \"default_locale\": \"ko\"}"),
            ("assets/style-1.css", "p {}"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn site(base: &str, api: &str, embedders: &[&str]) -> Site {
        let embedders = embedders.iter().map(|origin| origin.parse().unwrap()).collect();
        Site { base: base.parse().unwrap(), api: api.parse().unwrap(), embedders }
    }

    #[test]
    fn c10_base_configuration_and_their_compressed_twins_are_the_sites() {
        let (dist, out) = (built(), tempfile::tempdir().unwrap());
        let site = site("/x/", "https://api.example.com/api/v1", &["https://crm.example.com"]);
        let fitted = fit(dist.path(), out.path(), &site, Target::CloudflarePages).unwrap();
        let read = |name: &str| fs::read_to_string(out.path().join(name)).unwrap();
        assert_eq!(read("x/index.html"), HTML.replace("href=\"/\"", "href=\"/x/\""));
        let config: Value = serde_json::from_str(&read("x/config.json")).unwrap();
        assert_eq!(
            config,
            json!({
                "api": {"base_url": "https://api.example.com/api/v1"},
                "default_locale": "ko",
                "embed": {"allowed_origins": ["https://crm.example.com"]},
            })
        );
        assert!(!out.path().join("x/config.json.gz").exists(), "it may be edited by hand");
        let beside = |end: &str| fs::File::open(out.path().join(format!("x/index.html.{end}"))).unwrap();
        let mut plain = String::new();
        flate2::read::GzDecoder::new(beside("gz")).read_to_string(&mut plain).unwrap();
        assert_eq!(plain, read("x/index.html"));
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut beside("br"), &mut plain).unwrap();
        assert_eq!(plain, read("x/index.html").into_bytes());
        assert!(read("404.html").contains("href=\"/x/assets/style-1.css\""));
        assert_eq!(read("x/assets/style-1.css"), "p {}");
        assert!(fitted.written.contains(&out.path().join("_headers")));
    }

    #[test]
    fn e1_nobody_may_embed_the_panel_but_who_is_named() {
        let before = r#"{"embed": {"allowed_origins": ["https://evil.example"]}, "default_locale": "ko"}"#;
        let read = |embedders: &[Origin]| -> Value {
            serde_json::from_str(&with_embedders(before, embedders).unwrap()).unwrap()
        };
        assert_eq!(read(&[]), json!({"default_locale": "ko"}));
        let named = read(&["https://crm.example.com".parse().unwrap()]);
        assert_eq!(named["embed"], json!({"allowed_origins": ["https://crm.example.com"]}));
        assert!(with_embedders("[]", &[]).is_err() && with_embedders("{", &[]).is_err());
    }

    /// What the service worker consists of.
    fn build_of(worker: &str) -> Value {
        let (_, rest) = worker.split_once("const BUILD = ").unwrap();
        serde_json::from_str(rest.split_once(";\n").unwrap().0).unwrap()
    }

    #[test]
    fn o4_the_service_worker_expects_the_sites_page_and_leaves_the_backend_alone() {
        let built_for = |base: &str, api: &str| {
            let (dist, out) = (built(), tempfile::tempdir().unwrap());
            fit(dist.path(), out.path(), &site(base, api, &[]), Target::Netlify).unwrap();
            let folder = out.path().join(base.trim_matches('/'));
            let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
            let mut plain = String::new();
            let gzip = fs::File::open(folder.join("sw.js.gz")).unwrap();
            flate2::read::GzDecoder::new(gzip).read_to_string(&mut plain).unwrap();
            assert_eq!(plain, read("sw.js"), "its compressed twin is the same");
            let build = build_of(&plain);
            let digest = BASE64_STANDARD.encode(Sha256::digest(read("index.html")));
            assert_eq!(build["page"], format!("sha256-{digest}"));
            build["backend"].clone()
        };
        let shipped = build_of(include_str!("../../../public/sw.js"))["backend"].clone();
        assert_eq!(built_for("/", "/api/v1"), shipped, "without `configure` it is the reference backend's");
        assert_eq!(built_for("/", "https://api.example.com/api/v1"), json!([]));
        assert_eq!(built_for("/console/", "/api/v1"), json!([]), "the backend is beside the console");
        assert_eq!(built_for("/", "/backend/api/v1")[0], "backend/api/");
    }

    #[test]
    fn c10_a_web_servers_configuration_lies_beside_what_it_serves() {
        for target in Target::ALL.into_iter().filter(|target| target.is_web_server()) {
            let (dist, out) = (built(), tempfile::tempdir().unwrap());
            let fitted = fit(dist.path(), out.path(), &site("/", "/api/v1", &[]), target).unwrap();
            assert_eq!(fitted.root, out.path().join("www"));
            assert!(fitted.root.join("index.html").exists());
            for file in target.files(&site("/", "/api/v1", &[])) {
                assert!(out.path().join(file.name).exists() && !fitted.root.join(file.name).exists());
            }
        }
    }

    #[test]
    fn o5_a_new_build_is_written_over_the_one_before_and_keeps_its_assets() {
        let (before, out) = (built(), tempfile::tempdir().unwrap());
        let site = site("/x/", "/api/v1", &[]);
        assert_eq!(fit(before.path(), out.path(), &site, Target::Nginx).unwrap().kept, Vec::<PathBuf>::new());
        let after = built();
        let assets = after.path().join("assets");
        fs::rename(assets.join("style-1.css"), assets.join("style-2.css")).unwrap();
        fs::write(after.path().join("index.html"), HTML.replace("style-1", "style-2")).unwrap();
        let fitted = fit(after.path(), out.path(), &site, Target::Nginx).unwrap();
        let published = |name: &str| out.path().join("www/x").join(name);
        assert_eq!(fitted.kept, [published("assets/style-1.css")]);
        assert!(published("assets/style-1.css").exists() && published("assets/style-2.css").exists());
        let page = fs::read_to_string(published("index.html")).unwrap();
        assert!(page.contains("style-2") && page.contains("href=\"/x/\""), "{page}");
        let page_at = fitted.written.iter().position(|path| *path == published("index.html.gz"));
        assert_eq!(
            page_at,
            Some(fitted.written.len() - 4),
            "the page comes last, but for the service worker"
        );
        assert_eq!(fitted.written.last(), Some(&published("sw.js.gz")));
        // The same again, at another place, or for another host.
        let kept = fit(after.path(), out.path(), &site, Target::Nginx).unwrap().kept;
        assert_eq!(kept, [published("assets/style-1.css")]);
        let elsewhere = Site { base: "/y/".parse().unwrap(), ..site.clone() };
        for (site, target) in [(&elsewhere, Target::Nginx), (&site, Target::Caddy)] {
            let refused = fit(after.path(), out.path(), site, target).unwrap_err().to_string();
            assert!(refused.contains("contains something else"), "{refused}");
        }
    }

    #[test]
    fn c10_what_cannot_be_done_is_said_and_nothing_is_written() {
        let (dist, out) = (built(), tempfile::tempdir().unwrap());
        let site = site("/", "/api/v1", &[]);
        let refused = |dist: &Path, out: &Path| fit(dist, out, &site, Target::Nginx).unwrap_err().to_string();
        assert!(refused(out.path(), dist.path()).contains("is not the built app: index.html is missing"));
        assert!(refused(dist.path(), dist.path()).contains("contains something else"));
        assert!(refused(dist.path(), &dist.path().join("site/new")).contains("within the built app"));
        fs::write(dist.path().join("config.json"), "{").unwrap();
        assert!(refused(dist.path(), &out.path().join("new")).contains("config.json is no JSON"));
        fs::write(dist.path().join("config.json"), "{}").unwrap();
        fs::write(dist.path().join("sw.js"), "").unwrap();
        assert!(refused(dist.path(), &out.path().join("new")).contains("sw.js is missing"));
        fs::write(dist.path().join("index.html"), "<!doctype html>").unwrap();
        assert!(refused(dist.path(), &out.path().join("new")).contains("<base>"));
        assert!(!out.path().join("new").exists());
    }
}
