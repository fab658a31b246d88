//! Sales Insight Actions Admin: the console in which administrators set up a Marketo Sales account.
//!
//! This crate knows the browser and holds no business rule: those are in `roster` and `api-types`.

mod add_to_teams;
mod api;
mod app;
mod config;
mod connection;
mod csv;
mod export;
mod features;
mod field_sync;
mod i18n;
mod invitations;
mod lifetime;
mod loading;
mod mail_options;
mod new_password;
mod next_step;
mod panic_overlay;
mod people;
mod routes;
mod salesforce_flow;
mod screens;
mod secret;
mod sending;
mod session;
mod setup;
mod setup_steps;
mod shell;
mod ui;

use api_types::Locale;
use leptos::prelude::*;

use crate::config::{Config, ConfigError};

fn main() {
    panic_overlay::install();
    // Not by the app's own executor, which mounting sets up.
    wasm_bindgen_futures::spawn_local(start());
}

/// Everything that must stand before the first screen: configuration, session, texts.
async fn start() {
    lifetime::begin();
    session::init();
    ui::init();
    let config = Config::load().await;
    if let Ok(config) = &config {
        api::set_base_url(&config.api.base_url);
        session::restore().await;
    }
    let chosen = session::current().and_then(|session| session.user.locale);
    let fallback = config.as_ref().ok().and_then(|config| Locale::lookup(&config.default_locale));
    let locale = i18n::negotiate(chosen, &ui::dom::languages(), fallback);
    if i18n::load(locale).await.is_err() {
        panic_overlay::show(&format!("locales/{}.json", locale.tag()));
        return;
    }
    if let Some(starting) = ui::dom::document().get_element_by_id("starting") {
        starting.remove();
    }
    match config {
        Ok(_) => mount_to_body(app::App),
        Err(error) => {
            let message = match error {
                ConfigError::Unreadable => t!("config.unreadable"),
                ConfigError::BaseUrl(url) => t!("config.base_url", url = url),
                ConfigError::SupportUrl(url) => t!("config.support_url", url = url),
            };
            mount_to_body(move || view! { <main class="gate"><ui::Failed message=message /></main> });
        }
    }
}
