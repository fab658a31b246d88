//! Writes the built app for a host into a folder that can be published.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use api_types::{ConfigError, ConsoleConfig};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;
use thiserror::Error;

use crate::paths::{ASSETS, PAGE, SERVICE_WORKER};
use crate::site::{Origin, Site};
use crate::targets::Target;
use crate::version::{BASE, Version};

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
    #[error("{} is not the built app: {missing} is missing. Build it with script/build --app, or give its folder with --dist", dist.display())]
    NotBuilt { dist: PathBuf, missing: &'static str },
    #[error(
        "{} is a link, or no plain file: what it leads to would be published. Put the file itself there, or remove it; \
         nothing was written",
        .0.display()
    )]
    NotPlain(PathBuf),
    #[error(
        "{} contains something else than the console for this host and base path. Give a new folder with --out; nothing \
         was written",
        .0.display()
    )]
    Occupied(PathBuf),
    #[error("{} lies within the built app. Give a folder elsewhere with --out; nothing was written", .0.display())]
    Within(PathBuf),
    #[error("the console cannot be used with {}: {reason}; nothing was written", path.display())]
    Config { path: PathBuf, reason: String },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
}

/// A file to publish.
struct Part {
    /// Its path in the folder to publish, or in the one around it where the host is configured there.
    path: PathBuf,
    content: Content,
}

enum Content {
    /// The content of a file of the built app.
    Copied(PathBuf),
    Written(Vec<u8>),
}

/// Copies the app from `dist` to `out`, fitted to the site and the host. Everything is made beside `out` first, so that a
/// failure changes nothing there. Where `out` has the app already, its files that change their names with their content are
/// kept: pages that are open may still need them.
pub fn fit(dist: &Path, out: &Path, site: &Site, target: Target) -> Result<Fitted, FitError> {
    let missing = |missing| FitError::NotBuilt { dist: dist.to_owned(), missing };
    let read = |name| fs::read_to_string(dist.join(name)).map_err(|_| missing(name));
    let Version { page, worker, .. } =
        Version::of(&read(PAGE)?, &read(SERVICE_WORKER)?, site).map_err(missing)?;
    let files = files_in(dist)?;
    let config = configured(&read(CONFIG)?, site)
        .map_err(|reason| FitError::Config { path: dist.join(CONFIG), reason })?;
    let below = if target.lies_beside() { Path::new("www") } else { Path::new("") };
    let app = below.join(site.base.as_str().trim_matches('/'));
    let is_empty = out.read_dir().map_or(true, |mut entries| entries.next().is_none());
    if !is_empty && !is_published(out, &out.join(&app), site, target) {
        return Err(FitError::Occupied(out.to_owned()));
    }
    if is_within(out, dist) {
        return Err(FitError::Within(out.to_owned()));
    }
    let kept = earlier(&dist.join(ASSETS), &out.join(&app).join(ASSETS))?;

    // In the order in which they are published: what the page names is there before the page.
    let (assets, others): (Vec<_>, Vec<_>) =
        files.into_iter().filter(|path| !is_fitted(path)).partition(|path| path.starts_with(ASSETS));
    let mut parts: Vec<Part> = assets
        .into_iter()
        .chain(others)
        .map(|path| Part { content: Content::Copied(dist.join(&path)), path: app.join(path) })
        .collect();
    let written = |path: PathBuf, bytes: Vec<u8>| Part { path, content: Content::Written(bytes) };
    // Not compressed, so that it can be edited where it is served.
    parts.push(written(app.join(CONFIG), config.into_bytes()));
    parts
        .extend(target.files(site).into_iter().map(|file| written(file.name.into(), file.text.into_bytes())));
    if !target.is_web_server() {
        parts.push(written(below.join("404.html"), not_found(&page, site).into_bytes()));
    }
    // The service worker has the hash of the page.
    for (name, text) in [(PAGE, &page), (SERVICE_WORKER, &worker)] {
        parts.push(written(app.join(name), text.clone().into_bytes()));
        for coding in Coding::ALL {
            let small = coding.compress(text.as_bytes()).map_err(at(out))?;
            parts.push(written(app.join(format!("{name}{}", coding.end())), small));
        }
    }
    let (stage, staged) = stage_beside(out)?;
    parts.iter().try_for_each(|part| part.make(&staged))?;
    publish(&parts, &staged, out)?;
    drop(stage);
    let written = parts.iter().filter(|part| matches!(part.content, Content::Written(_)));
    Ok(Fitted { root: out.join(below), written: written.map(|part| out.join(&part.path)).collect(), kept })
}

impl Part {
    /// Writes it into the folder in which everything is made first.
    fn make(&self, staged: &Path) -> Result<(), FitError> {
        let path = staged.join(&self.path);
        let folder = path.parent().unwrap_or(staged);
        fs::create_dir_all(folder).map_err(at(folder))?;
        match &self.content {
            Content::Copied(from) => fs::copy(from, &path).map(drop).map_err(at(from)),
            Content::Written(bytes) => fs::write(&path, bytes).map_err(at(&path)),
        }
    }
}

/// A folder on the disk of `out` that is removed when the first value is dropped, and one in it with the usual permissions,
/// in which everything is made.
fn stage_beside(out: &Path) -> Result<(TempDir, PathBuf), FitError> {
    let out = std::path::absolute(out).map_err(at(out))?;
    let folder = out.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(&out);
    let make = |folder| tempfile::Builder::new().prefix(".console-").tempdir_in(folder);
    // Who publishes may be allowed to write there alone.
    let stage = make(folder).or_else(|error| make(&out).map_err(|_| error)).map_err(at(folder))?;
    let staged = stage.path().join("out");
    fs::create_dir(&staged).map_err(at(&staged))?;
    Ok((stage, staged))
}

/// Moves what was made to its place: at once where there is nothing yet, else file by file, each at once, as they may be being
/// served.
fn publish(parts: &[Part], staged: &Path, out: &Path) -> Result<(), FitError> {
    if !out.exists() {
        let folder = out.parent().unwrap_or(out);
        fs::create_dir_all(folder).map_err(at(folder))?;
        return fs::rename(staged, out).map_err(at(out));
    }
    for part in parts {
        let path = out.join(&part.path);
        let folder = path.parent().unwrap_or(out);
        fs::create_dir_all(folder).map_err(at(folder))?;
        moved(&staged.join(&part.path), &path).map_err(at(&path))?;
    }
    Ok(())
}

/// Moves a file over another one, which may be on another disk: `out` may be mounted.
fn moved(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let mut new = to.as_os_str().to_owned();
            new.push(".new");
            fs::copy(from, &new).and_then(|_| fs::rename(&new, to))
        }
        done => done,
    }
}

/// The configuration with the site's addresses; what else it says stays.
fn configured(config: &str, site: &Site) -> Result<String, String> {
    let mut config: Value = serde_json::from_str(config).map_err(|error| error.to_string())?;
    let entries = config.as_object_mut().ok_or("not an object")?;
    entries.insert("api".to_owned(), json!({ "base_url": site.api.as_str() }));
    let config = with_embedders(&format!("{config:#}\n"), &site.embedders)?;
    match ConsoleConfig::read(&config) {
        Ok(_) => Ok(config),
        Err(ConfigError::Unreadable(error)) => Err(error.to_string()),
        Err(ConfigError::BaseUrl(url)) => Err(format!("api.base_url cannot be {url:?}")),
        Err(ConfigError::SupportUrl(url)) => {
            Err(format!("support_url is {url:?}, and must be an https:// address"))
        }
    }
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
        .map(|(style, _)| format!("<link rel=\"stylesheet\" href=\"{style}\">"))
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
    page.contains(&format!("{BASE}{}\"", site.base))
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

/// Whether a file of the built app is not copied, but written for the site. Those in folders have other paths.
fn is_fitted(path: &Path) -> bool {
    let name = path.to_string_lossy();
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

/// All files of a folder and of the folders in it, below it, by name.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, FitError> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        for path in entries(&folder.join(&below))? {
            let kind = fs::symlink_metadata(&path).map_err(at(&path))?.file_type();
            let found = below.join(path.file_name().unwrap_or_default());
            match () {
                () if kind.is_dir() => folders.push(found),
                () if kind.is_file() => files.push(found),
                () => return Err(FitError::NotPlain(path)),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A form in which texts are sent, as small as they get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in HTTP.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// With what the names of files in it end.
    const fn end(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// # Errors
    /// None in practice, as it writes to memory.
    pub fn compress(self, mut text: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Brotli => {
                let mut small = Vec::new();
                brotli::BrotliCompress(&mut text, &mut small, &brotli::enc::BrotliEncoderParams::default())?;
                Ok(small)
            }
            Self::Gzip => {
                let mut small = GzEncoder::new(Vec::new(), Compression::best());
                small.write_all(text)?;
                small.finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    const HTML: &str = "<!doctype html><html data-base=\"/\">\n<link rel=\"stylesheet\" href=\"assets/style-1.css\">\n\
        <script data-version=\"\"></script>\n";

    fn built() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("assets")).unwrap();
        fs::create_dir_all(folder.path().join("guide")).unwrap();
        for (name, text) in [
            ("index.html", HTML),
            ("index.html.br", "old"),
            ("sw.js", include_str!("../../../public/sw.js")),
            ("config.json", "{\"api\": {\"base_url\": \"/api/v1\"}, \"default_locale\": \"ko\"}"),
            ("assets/style-1.css", "p {}"),
            ("guide/index.html", "Guide"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn site(base: &str, api: &str, embedders: &[&str]) -> Site {
        let embedders = embedders.iter().map(|origin| origin.parse().unwrap()).collect();
        let (base, api) = (base.parse().unwrap(), api.parse().unwrap());
        Site { base, api, embedders, hsts_subdomains: false }
    }

    #[test]
    fn c10_base_configuration_and_their_compressed_twins_are_the_sites() {
        let (dist, out) = (built(), tempfile::tempdir().unwrap());
        let site = site("/x/", "https://api.example.com/api/v1", &["https://crm.example.com"]);
        let fitted = fit(dist.path(), out.path(), &site, Target::CloudflarePages).unwrap();
        let read = |name: &str| fs::read_to_string(out.path().join(name)).unwrap();
        let begin = "<!doctype html><html data-base=\"/x/\">\n<link rel=\"stylesheet\" href=\"/x/assets/style-1.css\">";
        assert!(read("x/index.html").starts_with(begin));
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
        assert_eq!(read("x/guide/index.html"), "Guide");
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

    #[test]
    fn o4_the_service_worker_leaves_the_backend_alone() {
        let backend_for = |base: &str, api: &str| {
            let (dist, out) = (built(), tempfile::tempdir().unwrap());
            fit(dist.path(), out.path(), &site(base, api, &[]), Target::Netlify).unwrap();
            let folder = out.path().join(base.trim_matches('/'));
            let mut plain = String::new();
            let gzip = fs::File::open(folder.join("sw.js.gz")).unwrap();
            flate2::read::GzDecoder::new(gzip).read_to_string(&mut plain).unwrap();
            let worker = fs::read_to_string(folder.join("sw.js")).unwrap();
            assert_eq!(plain, worker, "its compressed twin is the same");
            backend_in(&worker)
        };
        let shipped = backend_in(include_str!("../../../public/sw.js"));
        assert_eq!(backend_for("/", "/api/v1"), shipped, "the reference backend's");
        assert_eq!(backend_for("/", "https://api.example.com/api/v1"), json!([]));
        assert_eq!(backend_for("/console/", "/api/v1"), json!([]), "the backend is beside the console");
        assert_eq!(backend_for("/", "/backend/api/v1")[0], "backend/api/");
    }

    /// The paths that a service worker leaves to the backend.
    fn backend_in(worker: &str) -> Value {
        let (_, rest) = worker.split_once("const BUILD = ").unwrap();
        let build: Value = serde_json::from_str(rest.split_once(";\n").unwrap().0).unwrap();
        build["backend"].clone()
    }

    #[test]
    fn c10_what_configures_a_host_lies_beside_what_it_serves_where_all_of_that_is_served() {
        for target in Target::ALL.into_iter().filter(|target| target.lies_beside()) {
            let (dist, out) = (built(), tempfile::tempdir().unwrap());
            let fitted = fit(dist.path(), out.path(), &site("/", "/api/v1", &[]), target).unwrap();
            assert_eq!(fitted.root, out.path().join("www"));
            assert!(fitted.root.join("index.html").exists());
            assert_eq!(fitted.root.join("404.html").exists(), !target.is_web_server());
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
        assert!(page.contains("style-2") && page.contains("data-base=\"/x/\""), "{page}");
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
        assert!(refused(dist.path(), &out.path().join("new")).contains("cannot be used with"));
        fs::write(dist.path().join("config.json"), "{}").unwrap();
        fs::write(dist.path().join("sw.js"), "").unwrap();
        assert!(refused(dist.path(), &out.path().join("new")).contains("sw.js is missing"));
        fs::write(dist.path().join("index.html"), "<!doctype html>").unwrap();
        assert!(refused(dist.path(), &out.path().join("new")).contains("data-base"));
        assert!(is_empty(out.path()));
    }

    fn is_empty(folder: &Path) -> bool {
        folder.read_dir().unwrap().next().is_none()
    }

    #[test]
    fn c10_a_configuration_that_the_console_would_refuse_is_refused() {
        for (config, says) in [
            (r#"{"support_url": "javascript:alert(1)"}"#, "support_url is \"javascript:alert(1)\""),
            (r#"{"locale": "en"}"#, "unknown field `locale`"),
            (r#"{"default_locale": 1}"#, "expected a string"),
            ("[]", "not an object"),
        ] {
            let (dist, out) = (built(), tempfile::tempdir().unwrap());
            fs::write(dist.path().join("config.json"), config).unwrap();
            let refused = fit(dist.path(), out.path(), &site("/", "/api/v1", &[]), Target::Nginx);
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains(says) && refused.contains("config.json"), "{config}: {refused}");
            assert!(is_empty(out.path()), "{config}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn c10_what_a_link_leads_to_is_not_published() {
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("secret"), "secret").unwrap();
        for (name, to) in [
            ("secret.txt", elsewhere.path().join("secret")),
            ("assets/secret.txt", elsewhere.path().join("secret")),
            ("folder", elsewhere.path().to_owned()),
            ("nowhere", elsewhere.path().join("gone")),
        ] {
            let (dist, out) = (built(), tempfile::tempdir().unwrap());
            std::os::unix::fs::symlink(&to, dist.path().join(name)).unwrap();
            let refused = fit(dist.path(), out.path(), &site("/", "/api/v1", &[]), Target::Nginx);
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains(name) && refused.contains("is a link"), "{refused}");
            assert!(is_empty(out.path()), "{name}");
        }
    }

    /// All files of a folder with their content.
    fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let files = files_in(folder).unwrap();
        files.into_iter().map(|path| (path.clone(), fs::read(folder.join(path)).unwrap())).collect()
    }

    #[test]
    fn o5_what_fails_while_it_is_made_changes_nothing() {
        let around = tempfile::tempdir().unwrap();
        let site = site("/", "/api/v1", &[]);
        let out = around.path().join("out");
        let is_left_over = || around.path().read_dir().unwrap().count() > 1;
        fit(built().path(), &out, &site, Target::Netlify).unwrap();
        assert!(!is_left_over());
        let before = content(&out);

        let after = built();
        fs::write(after.path().join("index.html"), HTML.replace("style-1", "style-2")).unwrap();
        // In the place of a file that is written late.
        fs::create_dir(after.path().join("404.html")).unwrap();
        fs::write(after.path().join("404.html/page"), "").unwrap();
        for out in [&out, &around.path().join("new/one")] {
            let refused = fit(after.path(), out, &site, Target::Netlify).unwrap_err().to_string();
            assert!(refused.contains("404.html"), "{refused}");
            assert!(!is_left_over());
        }
        assert_eq!(content(&out), before);
    }

    #[cfg(unix)]
    #[test]
    fn c10_a_new_folder_is_readable_as_folders_usually_are() {
        use std::os::unix::fs::PermissionsExt as _;
        let around = tempfile::tempdir().unwrap();
        let usual = around.path().join("usual");
        fs::create_dir(&usual).unwrap();
        let out = around.path().join("new/out");
        fit(built().path(), &out, &site("/", "/api/v1", &[]), Target::Nginx).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!([mode(&out), mode(&out.join("www"))], [mode(&usual); 2]);
    }
}
