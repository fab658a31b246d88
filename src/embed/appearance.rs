//! How the host wants the panel to look.

use api_types::Locale;
use api_types::panel::{PanelErrorCode, PanelOptions};
use leptos::prelude::*;

use super::connection;
use crate::i18n;
use crate::platform::{dom, spawn};

pub(super) fn apply(options: &PanelOptions) {
    if let Some(theme) = options.theme {
        mark("data-theme", theme.into());
    }
    if let Some(density) = options.density {
        mark("data-density", density.into());
    }
    if let Some(tag) = &options.locale {
        match Locale::lookup(tag).filter(|locale| i18n::available().any(|available| available == *locale)) {
            Some(locale) => speak(locale),
            None => connection::say_error(
                PanelErrorCode::OptionUnknown,
                &format!("The panel has no texts in the requested locale, {tag:?}."),
                None,
            ),
        }
    }
}

fn mark(name: &str, value: &str) {
    if let Some(root) = dom::document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}

fn speak(locale: Locale) {
    if i18n::current().get_untracked() == locale {
        return;
    }
    spawn(async move {
        if i18n::load(locale).await.is_err() {
            connection::say_error(
                PanelErrorCode::RequestFailed,
                "The texts of the requested locale could not be loaded.",
                None,
            );
        }
    });
}
