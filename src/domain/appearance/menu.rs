use std::cell::Cell;

use api_types::{Locale, LocaleChoice};
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::language;
use crate::i18n;
use crate::platform::address::is_silent;
use crate::platform::lifetime;
use crate::platform::theme::{self, Theme};
use crate::platform::timers;
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{IconName, Menu, MenuItem, Term, Tone, aside, leave, notify, stayed};

/// The id of the button, which has the focus again once the screens are rendered in another language.
const BUTTON: &str = "looks";

/// Whether the menu has gone with the screens of another language, and takes the focus when it is back.
#[derive(Default)]
struct ComesBack(Cell<bool>);

/// Chooses language and theme, with or without a session.
#[component]
pub(crate) fn AppearanceMenu() -> impl IntoView {
    if lifetime::shared::<ComesBack>().0.take() {
        // After the heading of the screen, which is rendered again, has had the focus.
        dom::after_paint(|| dom::after_paint(|| dom::focus(BUTTON)));
    }
    // Which theme is chosen is read anew after each choice.
    let themed = RwSignal::new(());
    let items = Signal::derive(move || {
        themed.track();
        languages().chain(themes(themed)).collect()
    });
    view! { <Menu id=BUTTON label=t!("nav.look") icon=IconName::Globe compact=true items /> }
}

#[wasm_split(home, fallible)]
fn menu() -> Result<AnyView, SplitLoaderError> {
    Ok(AppearanceMenu().into_any())
}

/// The menu before sign-in. Its code comes once there is nothing else to do, as a first visit seldom needs it.
#[component]
pub(crate) fn LaterAppearanceMenu() -> impl IntoView {
    aside(|| async {
        timers::idle().await;
        menu().await
    })
}

fn languages() -> impl Iterator<Item = MenuItem> {
    let current = i18n::current().get_untracked();
    // A screen that makes no request has no other texts.
    i18n::available().filter(|_| !is_silent()).map(move |locale| {
        MenuItem::new(i18n::native_name(locale), move || leave(move || speak(locale)))
            .in_language(locale.tag())
            .radio(Signal::stored(locale == current))
            .under(term!("field.language"))
    })
}

fn speak(locale: Locale) {
    spawn(async move {
        let comes_back = lifetime::shared::<ComesBack>();
        comes_back.0.set(locale != i18n::current().get_untracked());
        if let Err(message) = language::choose(LocaleChoice::Locale(locale)).await {
            comes_back.0.set(false);
            stayed();
            notify(Tone::Failure, message);
        }
    });
}

fn themes(themed: RwSignal<()>) -> impl Iterator<Item = MenuItem> {
    let current = theme::current();
    Theme::ALL.into_iter().map(move |theme| {
        let label = match theme {
            Theme::System => t!("nav.theme_system"),
            Theme::Light => t!("nav.theme_light"),
            Theme::Dark => t!("nav.theme_dark"),
        };
        let choose = move || {
            theme::choose(theme);
            themed.notify();
        };
        MenuItem::new(label, choose)
            .radio(Signal::stored(theme == current))
            .under(Term::from(t!("nav.theme")))
    })
}
