use api_types::{Locale, LocaleChoice, ProfileChange, TimeZoneChoice};
use leptos::prelude::*;

use crate::api::{Failure, profile};
use crate::domain::session;
use crate::i18n::{self, Message};
use crate::platform::address::is_silent;
use crate::platform::{device, files, spawn};
use crate::t;

/// Chooses the language of the screens, which are rendered again: with the account of the person who is signed in,
/// otherwise in this browser. Returns whether no other was chosen meanwhile, or why it could not be chosen.
pub(crate) async fn choose(wanted: LocaleChoice) -> Result<bool, Message> {
    let asked = i18n::Asked::now();
    if untrack(session::current).is_some() {
        // The session must have it first: the screens are rendered from there.
        let change = ProfileChange { locale: Some(wanted), ..ProfileChange::default() };
        session::remember(profile::change(&change).await.map_err(|failure| failure.message())?);
    }
    let locale = match wanted {
        LocaleChoice::Browser => of_browser(),
        LocaleChoice::Locale(locale) => locale,
    };
    let unread = match i18n::load_as(asked, locale).await {
        Ok(true) => None,
        Ok(false) => return Ok(false),
        Err(unread) => Some(unread),
    };
    let Some(unread) = unread else {
        match wanted {
            LocaleChoice::Browser => device::prefer_language(None),
            LocaleChoice::Locale(locale) if untrack(session::current).is_none() => {
                device::prefer_language(Some(locale.tag()));
            }
            LocaleChoice::Locale(_) => {}
        }
        return Ok(true);
    };
    Err(match files::is_replaced().await {
        Ok(true) => t!("app.replaced").into(),
        _ => Failure::from(unread).message(),
    })
}

/// For a session that the page did not begin with: renders the screens in the language that its person has chosen, if any.
pub(crate) fn speak_as_chosen() {
    let current = i18n::current().get_untracked();
    let chosen = untrack(session::current).and_then(|session| session.user.locale);
    let wanted = i18n::negotiate(chosen, &[], Some(current));
    // A screen that makes no request has no other texts.
    if wanted != current && !is_silent() {
        spawn(async move {
            // A failure does not matter: the screens also work in the language of before.
            let _ = i18n::load(wanted).await;
        });
    }
}

/// Chooses the time zone in which screens say times; they are rendered again. Returns why it could not be chosen.
pub(crate) async fn choose_time_zone(wanted: TimeZoneChoice) -> Result<(), Message> {
    let change = ProfileChange { time_zone: Some(wanted), ..ProfileChange::default() };
    session::remember(profile::change(&change).await.map_err(|failure| failure.message())?);
    i18n::remount();
    Ok(())
}

/// The best of the languages that the browser names.
pub(crate) fn of_browser() -> Locale {
    i18n::negotiate(None, &device::named_languages(), None)
}
