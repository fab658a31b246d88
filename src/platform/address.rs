//! Where this deployment lies: its base path, and files whose names change with each build.

use super::{dom, panel};

/// The folder of the deployment without its last slash, as the document names it. There is no `<base>`: the policy allows none.
pub(crate) fn base_path() -> String {
    let base = dom::document().document_element().and_then(|root| root.get_attribute("data-base"));
    base.unwrap_or_default().trim_end_matches('/').to_owned()
}

/// The path of a file of the deployment by that below its folder.
pub(crate) fn of_file(path: &str) -> String {
    format!("{}/{path}", base_path())
}

/// The folder that all routes of this page are below: the deployment's, or the panel's in it.
pub(crate) fn routes_base() -> String {
    let base = base_path();
    if panel::is_here() { base + panel::FOLDER } else { base }
}

/// A path below the base, as the router takes it: it would leave out the slash at the end of the base, to which the start
/// page's path adds nothing.
pub(crate) fn for_router(path: &str) -> String {
    format!("/.{path}")
}

/// The path, below the base, of the screen that makes no request.
pub(crate) const SILENT: &str = "/validate";

/// Whether the page is at that screen.
pub(crate) fn is_silent() -> bool {
    let path = dom::window().location().pathname().unwrap_or_default();
    path.strip_prefix(&base_path()).unwrap_or(&path).trim_end_matches('/') == SILENT
}

/// The origin of an address, which may be relative to this page's.
pub(crate) fn origin_of(address: &str) -> Option<String> {
    let here = dom::window().location().href().ok()?;
    web_sys::Url::new_with_base(address, &here).ok().map(|url| url.origin())
}

/// Files of the build that the app asks for by name. `index.html` says where they are.
#[derive(Clone, Copy)]
pub(crate) enum Built {
    /// The script of the app itself.
    App,
    /// The folder of the texts.
    Locales,
    /// The script that starts the Worker.
    Worker,
    /// The script that starts the Worker of spreadsheets.
    SheetWorker,
}

impl Built {
    /// The address below the base.
    pub(crate) fn path(self) -> String {
        said(match self {
            Self::App => "data-js",
            Self::Locales => "data-locales",
            Self::Worker => "data-worker",
            Self::SheetWorker => "data-sheets",
        })
    }
}

/// The build that the Worker must be of.
pub(crate) fn worker_build() -> String {
    said("data-worker-build")
}

/// The build that the Worker of spreadsheets must be of.
pub(crate) fn sheet_worker_build() -> String {
    said("data-sheets-build")
}

/// What `index.html` says about the build.
fn said(attribute: &str) -> String {
    let tag = dom::document().query_selector("script[data-wasm]").ok().flatten();
    tag.and_then(|tag| tag.get_attribute(attribute)).unwrap_or_default()
}
