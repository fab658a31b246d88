//! The language of the screens.

use api_types::Locale;
use leptos::prelude::*;

use super::key::LOCALES;
use crate::platform::lifetime;

#[derive(Default)]
struct Current(RwSignal<Locale>);

/// The locales with a catalogue.
pub(crate) fn available() -> impl Iterator<Item = Locale> {
    Locale::ALL.into_iter().filter(|locale| LOCALES.contains(&locale.tag()))
}

/// The name of a locale in its own language.
pub(crate) fn native_name(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "English",
        Locale::Es => "Español",
        Locale::Ko => "한국어",
        Locale::Ja => "日本語",
        Locale::De => "Deutsch",
        Locale::Fr => "Français",
        Locale::PtBr => "Português (Brasil)",
    }
}

/// The current locale; a change means that another catalogue is loaded.
pub(crate) fn current() -> RwSignal<Locale> {
    lifetime::shared::<Current>().0
}

/// Mounts the app again, for a change of texts other than the locale.
pub(crate) fn remount() {
    current().notify();
}

/// The locale to start with: the user's choice, else the first of the browser's languages with a catalogue, else the
/// deployment's, else English.
pub(crate) fn negotiate(chosen: Option<Locale>, browser: &[String], fallback: Option<Locale>) -> Locale {
    let has_texts = |locale: &Locale| available().any(|available| available == *locale);
    chosen
        .filter(has_texts)
        .or_else(|| browser.iter().filter_map(|tag| Locale::lookup(tag)).find(has_texts))
        .or(fallback.filter(has_texts))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_browser(tags: &[&str]) -> Locale {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        negotiate(None, &tags, Some(Locale::Es))
    }

    #[test]
    fn i1_the_persons_choice_wins_over_the_browser() {
        assert_eq!(negotiate(Some(Locale::Ko), &["es".to_owned()], None), Locale::Ko);
    }

    #[test]
    fn i1_the_first_language_with_texts_is_taken() {
        assert_eq!(from_browser(&["fi", "ko-KR", "en"]), Locale::Ko);
        assert_eq!(from_browser(&["EN-gb"]), Locale::En);
        assert_eq!(from_browser(&["tlh"]), Locale::Es);
    }
}
