//! From an empty page to the first screen.

use api_types::{ConfigError, Locale};
use futures_util::future::join;
use leptos::prelude::*;

use super::config;
use super::panel::show as show_panel;
use super::panic_overlay;
use super::root::App;
use crate::api;
use crate::domain::navigation::Route;
use crate::domain::session;
use crate::domain::setup::support;
use crate::i18n;
use crate::platform::address::{Built, base_path, is_silent};
use crate::platform::files::Unread;
use crate::platform::{device, dom, lifetime, panel, spawn};
use crate::t;
use crate::ui::{self, Failed};

/// Opens the app.
pub(crate) fn start() {
    panic_overlay::install();
    spawn(open());
}

/// Loads what the first screen needs: configuration and texts; after sign-in also the session.
async fn open() {
    lifetime::begin();
    if path().strip_prefix(panel::FOLDER).is_some_and(|rest| rest.starts_with('/')) {
        panel::begin();
    }
    session::init();
    ui::init();
    let config = config::load().await;
    let fallback = config.as_ref().ok().and_then(|config| Locale::lookup(&config.default_locale));
    let locale = i18n::negotiate(None, &device::languages(), fallback);
    let opened = match config {
        Ok(config) => {
            api::set_base_url(&config.api.base_url);
            support::set(&config.support_url);
            if panel::is_here() {
                let embedders = config.embed.allowed_origins;
                i18n::load(locale).await.map(|()| mount(move || show_panel(embedders)))
            } else {
                open_app(locale).await
            }
        }
        Err(error) => i18n::load(locale).await.map(|()| refuse(error)),
    };
    if opened.is_err() {
        panic_overlay::show(&format!("{}/{}", Built::Locales.path(), locale.tag()));
    }
}

/// Opens the app in the browser's language, then in that of the signed-in user. The sign-in screens do not wait for the
/// session request.
async fn open_app(locale: Locale) -> Result<(), Unread> {
    // Nothing is asked of the backend; a screen that needs the session asks for it (app/routes.rs).
    if is_silent() {
        i18n::load(locale).await?;
        mount(App);
        return Ok(());
    }
    // Where the backend may be on another site, its answer decides how people sign in.
    let is_open_to_all = is_before_sign_in() && !api::may_be_elsewhere();
    if is_open_to_all {
        i18n::load(locale).await?;
        let restored = session::restore();
        mount(App);
        restored.await;
    } else {
        let (texts, ()) = join(i18n::load(locale), session::restore()).await;
        texts?;
    }
    let chosen = untrack(session::current).and_then(|session| session.user.locale);
    let chosen = i18n::negotiate(chosen, &[], Some(locale));
    if chosen != locale {
        i18n::load(chosen).await?;
    }
    if !is_open_to_all {
        mount(App);
    }
    Ok(())
}

/// Whether the page was opened at a screen that does not depend on the session. Activation asks before it replaces a
/// session.
fn is_before_sign_in() -> bool {
    matches!(Route::at(&path()), Some(Route::SignIn | Route::ForgotPassword | Route::ResetPassword))
}

/// The path of the page below the base of the deployment.
fn path() -> String {
    let path = dom::window().location().pathname().unwrap_or_default();
    path.strip_prefix(&base_path()).unwrap_or(&path).to_owned()
}

fn refuse(error: Option<ConfigError>) {
    let message = match error {
        None | Some(ConfigError::Unreadable(_)) => t!("config.unreadable"),
        Some(ConfigError::BaseUrl(url)) => t!("config.base_url", url = url),
        Some(ConfigError::SupportUrl(url)) => t!("config.support_url", url = url),
    };
    mount(
        move || view! { <main class="gate"><h1>{t!("config.title")}</h1><Failed message=message /></main> },
    );
}

/// Mounts the app in place of the placeholder of `index.html`.
fn mount<V: IntoView + 'static>(app: impl FnOnce() -> V + 'static) {
    if let Some(starting) = dom::document().get_element_by_id("starting") {
        starting.remove();
    }
    mount_to_body(app);
}
