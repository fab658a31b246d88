//! Sales Insight Actions Admin: the console in which administrators set up a Marketo Sales account.
//!
//! This crate knows the browser and holds no business rule: those are in `roster` and `api-types`.

mod account;
mod add_to_teams;
mod api;
mod app;
mod config;
mod connection;
mod csv;
mod drafts;
mod export;
mod features;
mod field_sync;
mod i18n;
mod invitations;
mod kept;
mod loading;
mod mail_options;
mod new_password;
mod next_step;
mod order;
mod panic_overlay;
mod people;
mod personas;
mod places;
mod platform;
mod routes;
mod salesforce_flow;
mod screens;
mod sending;
mod session;
mod setup;
mod setup_steps;
mod shell;
mod ui;

use api_types::Locale;
use futures_util::future::join;
use leptos::prelude::*;

use crate::config::{Config, ConfigError};
use crate::platform::files::Unread;

fn main() {
    panic_overlay::install();
    // Not by the app's own executor, which mounting sets up.
    wasm_bindgen_futures::spawn_local(start());
}

/// Everything that must stand before the first screen: configuration and texts; behind the sign-in also the session.
async fn start() {
    platform::lifetime::begin();
    session::init();
    ui::init();
    let config = Config::load().await;
    let fallback = config.as_ref().ok().and_then(|config| Locale::lookup(&config.default_locale));
    let locale = i18n::negotiate(None, &platform::device::languages(), fallback);
    let opened = match config {
        Ok(config) => {
            api::set_base_url(&config.api.base_url);
            open_app(locale).await
        }
        Err(error) => i18n::load(locale).await.map(|()| refuse(error)),
    };
    if opened.is_err() {
        panic_overlay::show(&format!("locales/{}", locale.tag()));
    }
}

/// Opens the app in the browser's language, then in that of whoever is signed in. Who comes to sign in need not wait until
/// the backend has said that nobody is.
async fn open_app(locale: Locale) -> Result<(), Unread> {
    let is_open_to_all = is_before_sign_in();
    if is_open_to_all {
        i18n::load(locale).await?;
        mount(app::App);
        session::restore().await;
    } else {
        let (texts, ()) = join(i18n::load(locale), session::restore()).await;
        texts?;
    }
    let chosen = session::current().and_then(|session| session.user.locale);
    let chosen = i18n::negotiate(chosen, &[], Some(locale));
    if chosen != locale {
        i18n::load(chosen).await?;
    }
    if !is_open_to_all {
        mount(app::App);
    }
    Ok(())
}

/// Whether the page was opened at a screen on which it makes no difference who is signed in. Activation asks before it takes
/// somebody's place.
fn is_before_sign_in() -> bool {
    let path = platform::dom::window().location().pathname().unwrap_or_default();
    let path = path.strip_prefix(&platform::address::base_path()).unwrap_or(&path);
    matches!(path, "/sign-in" | "/forgot-password" | "/reset-password")
}

fn refuse(error: ConfigError) {
    let message = match error {
        ConfigError::Unreadable => t!("config.unreadable"),
        ConfigError::BaseUrl(url) => t!("config.base_url", url = url),
        ConfigError::SupportUrl(url) => t!("config.support_url", url = url),
    };
    mount(move || view! { <main class="gate"><ui::Failed message=message /></main> });
}

/// Shows the app in the place of what `index.html` shows until then.
fn mount<V: IntoView + 'static>(app: impl FnOnce() -> V + 'static) {
    if let Some(starting) = platform::dom::document().get_element_by_id("starting") {
        starting.remove();
    }
    mount_to_body(app);
}
