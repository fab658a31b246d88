//! The pages of the setup, with the paths that they have in Lightning.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use strum::VariantArray as _;

use super::app::CLIENT_NAME;
use super::form::Form;
use super::html::{page, with_status};
use super::setup::{
    ACTIVITY_FIELDS, Change, FieldType, LayoutObject, PACKAGE_NAME, PERMISSION_SET_LABEL, PackageVersion,
    Setup,
};
use super::state::{Ctx, Session, State as Shared};
use super::user::User;
use super::visitor::require_session;
use crate::html::Escaped;

/// The page with links to the others.
pub(super) const HOME: &str = "/lightning/setup/SetupOneHome/home";
const INSTALL: &str = "/packagingSetupUI/ipLanding.app";

/// The pages, their paths and titles.
const PAGES: [(&str, &str, Page); 11] = [
    (INSTALL, "Install Package", Page::Install),
    ("/lightning/setup/ImportedPackage/home", "Installed Packages", Page::InstalledPackages),
    ("/lightning/setup/ObjectManager/home", "Object Manager", Page::Layouts),
    (
        "/lightning/setup/ObjectManager/Lead/FieldsAndRelationships/view",
        "Lead: Fields & Relationships",
        Page::LeadFields,
    ),
    (
        "/lightning/setup/ObjectManager/Activity/FieldsAndRelationships/view",
        "Activity: Fields & Relationships",
        Page::ActivityFields,
    ),
    ("/lightning/setup/EnhancedProfiles/home", "Profiles", Page::Profiles),
    ("/lightning/setup/PermSets/home", "Permission Sets", Page::PermissionSets),
    ("/lightning/setup/SecurityRemoteProxy/home", "Remote Site Settings", Page::RemoteSites),
    ("/lightning/setup/ConnectedAppsUsage/home", "Connected Apps OAuth Usage", Page::AppUsage),
    ("/lightning/n/Marketo_Sales_Insight_Config", "Marketo Sales Insight Config", Page::Config),
    (HOME, "Setup", Page::Home),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Home,
    Install,
    InstalledPackages,
    /// The page layouts of the four objects, on the page of the Object Manager and on each one's own.
    Layouts,
    LeadFields,
    ActivityFields,
    Profiles,
    PermissionSets,
    RemoteSites,
    AppUsage,
    Config,
}

pub(super) fn routes() -> Router<Ctx> {
    Router::new().route(INSTALL, get(show).post(change)).route("/lightning/{*page}", get(show).post(change))
}

fn page_at(path: &str) -> Option<(&'static str, Page)> {
    let object = path
        .strip_prefix("/lightning/setup/ObjectManager/")
        .and_then(|rest| rest.strip_suffix("/PageLayouts/view"));
    if object.is_some_and(|object| object.parse::<LayoutObject>().is_ok()) {
        return Some(("Object Manager", Page::Layouts));
    }
    PAGES.iter().find(|(at, ..)| *at == path).map(|(_, title, page)| (*title, *page))
}

async fn show(State(ctx): State<Ctx>, uri: Uri, headers: HeaderMap) -> Response {
    match require_session(&ctx, &headers, &uri.to_string()) {
        Ok(session) => render(&ctx, &session, &uri, None),
        Err(sign_in) => *sign_in,
    }
}

async fn change(State(ctx): State<Ctx>, uri: Uri, headers: HeaderMap, form: Form) -> Response {
    let session = match require_session(&ctx, &headers, &uri.to_string()) {
        Ok(session) => session,
        Err(sign_in) => return *sign_in,
    };
    let done = ctx.service.change(|state| apply(state, &session.user, &form));
    render(&ctx, &session, &uri, Some(done))
}

/// Applies a form, and returns a message about the result.
fn apply(state: &mut Shared, user: &User, form: &Form) -> Result<String, &'static str> {
    match form.get("do") {
        "block_app" => {
            state.faults.app_blocked = true;
            state.kept.grants.revoke_where(|_| true);
            Ok("The app is blocked, and its sessions have ended.".to_owned())
        }
        "unblock_app" => {
            state.faults.app_blocked = false;
            Ok("The app is not blocked any more.".to_owned())
        }
        "revoke_app" => {
            state.revoke(|other| other.org == user.org);
            Ok("The access of every user was revoked.".to_owned())
        }
        _ => {
            let change = Change::from_form(|name| form.given(name).map(str::to_owned))
                .ok_or("Fill in every field. Names are letters, digits and underscores; addresses begin with https://.")?;
            change.apply(state.kept.setups.entry(user.org).or_default())
        }
    }
}

fn render(ctx: &Ctx, session: &Session, uri: &Uri, done: Option<Result<String, &'static str>>) -> Response {
    let found = page_at(uri.path());
    let (title, what) = found.unwrap_or(("Setup", Page::Home));
    let notice = match &done {
        None => String::new(),
        Some(Ok(done)) => format!("<p class=\"notice\" role=\"status\">{}</p>", Escaped(done)),
        Some(Err(problem)) => format!("<p class=\"notice error\" role=\"alert\">{}</p>", Escaped(problem)),
    };
    let content = ctx.service.with(|state| content(what, state, &session.user));
    let missing = if found.is_none() { "<p>This part of the set-up is not in the stand-in.</p>" } else { "" };
    let body = format!(
        "<p>{} | <bdi>{}</bdi> | <a href=\"{HOME}\">Setup</a> | <a href=\"/secur/logout\">Log out</a></p>\
         <h1>{title}</h1>{notice}{missing}{content}",
        session.user.org.name(),
        Escaped(&session.user.name),
    );
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    with_status(status, page(ctx.host, title, &body))
}

fn content(page: Page, state: &Shared, user: &User) -> String {
    let setup = state.setup(user.org);
    match page {
        Page::Home => home(),
        Page::Install => install(&setup),
        Page::InstalledPackages => installed(&setup),
        Page::Layouts => layouts(&setup),
        Page::LeadFields => {
            "<p>The package's fields of leads are mapped to those of contacts in the field mapping. \
                             Nothing in this stand-in converts leads, so there is nothing to do.</p>"
                .to_owned()
        }
        Page::ActivityFields => activity_fields(&setup),
        Page::Profiles => {
            "<p>Every profile of this org has Read on leads, contacts, accounts and opportunities, and \
                           API Enabled.</p>"
                .to_owned()
        }
        Page::PermissionSets => permission_set(state, &setup, user),
        Page::RemoteSites => remote_sites(&setup),
        Page::AppUsage => app_usage(state, user),
        Page::Config => config(&setup),
    }
}

fn home() -> String {
    let mut list = String::from("<ul>");
    for (at, title, page) in PAGES {
        if page != Page::Home {
            let _ = write!(list, "<li><a href=\"{at}\">{title}</a></li>", title = Escaped(title));
        }
    }
    list.push_str("</ul>");
    list
}

/// A button in its own form.
fn button(what: &str, fields: &[(&str, &str)], label: &str) -> String {
    let mut form = format!("<form method=\"post\"><input type=\"hidden\" name=\"do\" value=\"{what}\">");
    for (name, value) in fields {
        let _ = write!(form, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", Escaped(value));
    }
    let _ = write!(form, "<button>{}</button></form>", Escaped(label));
    form
}

fn install(setup: &Setup) -> String {
    let label = match setup.package {
        Some(installed) if installed >= PackageVersion::LATEST => {
            return format!("<p>{PACKAGE_NAME} is installed in its newest version, {installed}.</p>");
        }
        Some(_) => "Upgrade",
        None => "Install",
    };
    let older = if setup.package.is_none() {
        format!(
            "<p><input type=\"radio\" id=\"outdated\" name=\"version\" value=\"outdated\">\
             <label for=\"outdated\">{} (without the permission set)</label></p>",
            PackageVersion::OUTDATED
        )
    } else {
        String::new()
    };
    format!(
        "<p>{PACKAGE_NAME}, by Marketo.</p><form method=\"post\"><input type=\"hidden\" name=\"do\" value=\"install\">\
         <fieldset><legend>Version</legend><p><input type=\"radio\" id=\"latest\" name=\"version\" value=\"latest\" checked>\
         <label for=\"latest\">{}</label></p>{older}</fieldset>\
         <fieldset><legend>{label} for</legend>\
         <p><input type=\"radio\" id=\"admins\" name=\"for\" value=\"admins\" checked><label for=\"admins\">Admins Only</label></p>\
         <p><input type=\"radio\" id=\"all\" name=\"for\" value=\"all\"><label for=\"all\">All Users</label></p></fieldset>\
         <p class=\"actions\"><button>{label}</button></p></form>",
        PackageVersion::LATEST,
    )
}

fn installed(setup: &Setup) -> String {
    let Some(version) = setup.package else {
        return format!("<p>No package is installed. <a href=\"{INSTALL}\">Install {PACKAGE_NAME}</a></p>");
    };
    let upgrade = if version < PackageVersion::LATEST {
        format!("<p><a href=\"{INSTALL}\">Upgrade {PACKAGE_NAME}</a></p>")
    } else {
        String::new()
    };
    format!(
        "<table><caption>Installed packages</caption><thead><tr><th scope=\"col\">Package</th><th scope=\"col\">Version</th>\
         <th scope=\"col\">Action</th></tr></thead><tbody><tr><td>{PACKAGE_NAME}</td><td>{version}</td><td>{}</td></tr>\
         </tbody></table>{upgrade}",
        button("uninstall", &[], "Uninstall"),
    )
}

fn layouts(setup: &Setup) -> String {
    let mut rows = String::new();
    for &object in LayoutObject::VARIANTS {
        let (name, there) = (object.into_str(), setup.layouts.contains(&object));
        let (state, action) = if there {
            ("on the layout", button("remove_section", &[("object", name)], &format!("Remove from {name}")))
        } else {
            ("not on the layout", button("add_section", &[("object", name)], &format!("Add to {name}")))
        };
        let _ = write!(rows, "<tr><td>{name} Layout</td><td>{state}</td><td>{action}</td></tr>");
    }
    let deployed = if setup.package.is_some() {
        "<p>Every object of the package is deployed.</p>"
    } else {
        "<p>The package is not installed, so its objects are not here.</p>"
    };
    format!(
        "{deployed}<table><caption>Page layouts: the section Marketo Sales Insight</caption><thead><tr>\
         <th scope=\"col\">Layout</th><th scope=\"col\">Section</th><th scope=\"col\">Action</th></tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}

fn activity_fields(setup: &Setup) -> String {
    let mut rows = String::new();
    for field in ACTIVITY_FIELDS {
        let there = if setup.activity_fields.contains(field.name) { "there" } else { "missing" };
        let kind = match field.kind {
            FieldType::Text(length) => format!("Text({length})"),
            FieldType::Url => "URL".to_owned(),
            FieldType::Checkbox => "Checkbox".to_owned(),
        };
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}__c</td><td>{kind}</td><td>{there}</td></tr>",
            field.label, field.name
        );
    }
    let action = if setup.activity_fields.len() == ACTIVITY_FIELDS.len() {
        button("remove_activity_fields", &[], "Remove the 15 fields")
    } else {
        button("add_activity_fields", &[], "Add the 15 fields")
    };
    format!(
        "{action}<table><caption>Custom fields of activities</caption><thead><tr><th scope=\"col\">Label</th>\
         <th scope=\"col\">API name</th><th scope=\"col\">Type</th><th scope=\"col\">State</th></tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}

fn permission_set(state: &Shared, setup: &Setup, user: &User) -> String {
    if !setup.has_permission_set() {
        return format!(
            "<p>The permission set {PERMISSION_SET_LABEL} comes with the package, from version 1.8000 on. \
             <a href=\"{INSTALL}\">Install or upgrade {PACKAGE_NAME}</a></p>"
        );
    }
    let mut rows = String::new();
    for user in state.kept.users.iter().filter(|other| other.org == user.org) {
        let id = user.id();
        let (given, action) = if setup.permission_set.contains(&id) {
            ("yes", button("unassign", &[("user", &id)], &format!("Take away from {}", user.name)))
        } else {
            ("no", button("assign", &[("user", &id)], &format!("Assign to {}", user.name)))
        };
        let _ = write!(
            rows,
            "<tr><td><bdi>{}</bdi></td><td>{given}</td><td>{action}</td></tr>",
            Escaped(&user.name)
        );
    }
    format!(
        "<table><caption>{PERMISSION_SET_LABEL}</caption><thead><tr><th scope=\"col\">User</th>\
         <th scope=\"col\">Assigned</th><th scope=\"col\">Action</th></tr></thead><tbody>{rows}</tbody></table>"
    )
}

fn remote_sites(setup: &Setup) -> String {
    let mut rows = String::from(
        "<tr><td>ApexDevNet</td><td>http://www.apexdevnet.com</td><td>active</td><td>of every org</td></tr>",
    );
    for site in &setup.remote_sites {
        let fields = [("name", site.name.as_str())];
        let (state, toggle) = if site.active { ("active", "Deactivate") } else { ("not active", "Activate") };
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{state}</td><td>{} {}</td></tr>",
            Escaped(&site.name),
            Escaped(&site.url),
            button("toggle_site", &fields, &format!("{toggle} {}", site.name)),
            button("remove_site", &fields, &format!("Remove {}", site.name)),
        );
    }
    format!(
        "<table><caption>Remote sites</caption><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">URL</th>\
         <th scope=\"col\">State</th><th scope=\"col\">Action</th></tr></thead><tbody>{rows}</tbody></table>\
         <h2>New Remote Site</h2><form method=\"post\"><input type=\"hidden\" name=\"do\" value=\"add_site\">\
         <label for=\"name\">Remote Site Name</label><input id=\"name\" name=\"name\" pattern=\"[A-Za-z0-9_]+\" required>\
         <label for=\"url\">Remote Site URL</label><input id=\"url\" name=\"url\" type=\"url\" required>\
         <p class=\"actions\"><button>Save</button></p></form>\
         <h2>Those of the guide</h2><form method=\"post\"><input type=\"hidden\" name=\"do\" value=\"add_marketo_sites\">\
         <label for=\"munchkin\">Munchkin Account ID</label>\
         <input id=\"munchkin\" name=\"munchkin\" value=\"284-RPR-133\" required>\
         <p class=\"actions\"><button>Add the sites of Marketo</button></p></form>{}",
        button("add_actions_sites", &[], "Add the sites of Actions"),
    )
}

fn app_usage(state: &Shared, user: &User) -> String {
    let mut rows = String::new();
    for grant in state.kept.grants.iter().filter(|grant| grant.user.org == user.org) {
        let _ = write!(
            rows,
            "<tr><td><bdi>{}</bdi></td><td>{}</td></tr>",
            Escaped(&grant.user.name),
            Escaped(&grant.scopes.join(" "))
        );
    }
    let block = if state.faults.app_blocked {
        format!("<p>The app is blocked.</p>{}", button("unblock_app", &[], "Unblock"))
    } else {
        button("block_app", &[], "Block")
    };
    format!(
        "<h2>{CLIENT_NAME}</h2>{block}{}<table><caption>Users of the app</caption><thead><tr><th scope=\"col\">User</th>\
         <th scope=\"col\">Scopes</th></tr></thead><tbody>{rows}</tbody></table>",
        button("revoke_app", &[], "Revoke All"),
    )
}

fn config(setup: &Setup) -> String {
    if setup.package.is_none() {
        return format!(
            "<p>The tab comes with the package. <a href=\"{INSTALL}\">Install {PACKAGE_NAME}</a></p>"
        );
    }
    if setup.actions_enabled {
        format!("<p>MSI Actions is enabled.</p>{}", button("disable_actions", &[], "Disable MSI Actions"))
    } else {
        format!("<p>MSI Actions is not enabled.</p>{}", button("enable_actions", &[], "Enable MSI Actions"))
    }
}
