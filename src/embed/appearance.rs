//! How the host wants the panel to look.

use std::cell::Cell;

use api_types::Locale;
use api_types::panel::{PanelErrorCode, PanelLook, PanelOptions};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::{connection, look};
use crate::i18n;
use crate::platform::{dom, lifetime, spawn};
use crate::ui::{leave, stayed};

pub(super) fn apply(options: &PanelOptions) {
    if let Some(theme) = options.theme {
        mark("data-theme", theme.into());
    }
    if let Some(density) = options.density {
        mark("data-density", density.into());
    }
    if let Some(look) = &options.look {
        wear(look);
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

/// Sets what the style sheet draws with; what the look does not say is the panel's own again.
fn wear(look: &PanelLook) {
    let judged = look::judge(look);
    let root = dom::document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    if let Some(style) = root.map(|root| root.style()) {
        for (property, value) in judged.properties {
            let _ = match value {
                Some(value) => style.set_property(property, &value),
                None => style.remove_property(property).map(drop),
            };
        }
    }
    for why in judged.refused {
        connection::say_error(PanelErrorCode::LookRefused, &why, None);
    }
}

fn mark(name: &str, value: &str) {
    if let Some(root) = dom::document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}

/// The language that the host wants, while the person is asked whether to leave what they have typed.
#[derive(Default)]
struct Waiting(Cell<Option<(i18n::Asked, Locale)>>);

/// Another language renders the screens again, without what was typed into them.
fn speak(locale: Locale) {
    // Another one that is still on its way, or that somebody is asked about, is not wanted any more.
    let asked = i18n::Asked::now();
    let is_spoken = i18n::current().get_untracked() == locale;
    lifetime::shared::<Waiting>().0.set((!is_spoken).then_some((asked, locale)));
    if !is_spoken {
        leave(speak_as_wanted);
    }
}

/// Loads the language that waits for the person to leave, also where they leave for something else.
pub(crate) fn speak_as_wanted() {
    let Some((asked, locale)) = lifetime::shared::<Waiting>().0.take() else { return };
    spawn(async move {
        match i18n::load_as(asked, locale).await {
            Ok(true) => {}
            Ok(false) => stayed(),
            Err(_) => {
                stayed();
                connection::say_error(
                    PanelErrorCode::RequestFailed,
                    "The texts of the requested locale could not be loaded.",
                    None,
                );
            }
        }
    });
}
