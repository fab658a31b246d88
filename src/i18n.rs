//! Texts and formats in the person's language.
//!
//! The texts are in `locales/*.json`. The build makes two files of each (`script/split-texts.mjs`): what can be seen before
//! anybody has signed in, and the rest, which comes with the first screen behind the sign-in ([`complete`]). [`t!`](crate::t)
//! takes a key and its placeholders and fails the build when either is wrong. Numbers, dates, lists and plurals are the
//! browser's `Intl`. A change of language mounts the app anew, so texts need not be reactive.

use std::cell::RefCell;
use std::collections::HashMap;

use api_types::Locale;
use futures_util::future::join;
use js_sys::{Array, Intl, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::api;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

/// The build script's, for its tests.
#[cfg(test)]
#[path = "../build/catalogue.rs"]
mod catalogue;

/// The locales that there are texts for.
pub(crate) fn available() -> impl Iterator<Item = Locale> {
    Locale::ALL.into_iter().filter(|locale| generated::LOCALES.contains(&locale.tag()))
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

/// A text with its placeholders filled in, in the current language.
///
/// `t!("users.title")`, `t!("review.invite", count = 12)`. A placeholder named `count` chooses the
/// plural form. Unknown keys and other placeholders than the text has do not compile.
#[macro_export]
macro_rules! t {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::i18n::text(
            const { $crate::i18n::key($key, &[$(stringify!($name)),*]) },
            &[$((stringify!($name), $crate::i18n::Argument::from($value))),*],
        )
    };
}

/// A key that is known to exist.
#[derive(Clone, Copy)]
pub(crate) struct Key(&'static str);

/// Finds a text at compile time; the placeholders must be exactly the text's own.
pub(crate) const fn key(name: &str, arguments: &[&str]) -> Key {
    let (key, placeholders, _) = generated::TEXTS[position(name)];
    assert!(placeholders.len() == arguments.len(), "other placeholders than the text has");
    let mut argument = 0;
    while argument < arguments.len() {
        assert!(contains(placeholders, arguments[argument]), "no such placeholder in the text");
        argument += 1;
    }
    Key(key)
}

/// The English of a text at compile time. Only what is asked for becomes part of the app.
pub(crate) const fn english(name: &str) -> &'static str {
    let (_, _, english) = generated::TEXTS[position(name)];
    english.expect("a plural has no one text")
}

const fn position(name: &str) -> usize {
    let mut index = 0;
    while index < generated::TEXTS.len() {
        if same(generated::TEXTS[index].0, name) {
            return index;
        }
        index += 1;
    }
    panic!("no such text in locales/en.json")
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut index = 0;
    while index < names.len() {
        if same(names[index], name) {
            return true;
        }
        index += 1;
    }
    false
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// What fills a placeholder.
pub(crate) enum Argument {
    /// Written as it is.
    Text(String),
    /// Written with the grouping of the locale.
    Number(f64),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
macro_rules! number_arguments {
    ($($number:ty),*) => {$(
        impl From<$number> for Argument {
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        }
    )*};
}
number_arguments!(u8, u16, u32, u64, usize, i32, i64, f64);

enum Message {
    Text(String),
    Plural(HashMap<String, String>),
}

type Messages = HashMap<String, Message>;

struct Catalogue {
    locale: Locale,
    /// Whether the texts behind the sign-in are there, too.
    is_complete: bool,
    messages: Messages,
    plural: Intl::PluralRules,
    number: Intl::NumberFormat,
    list: Intl::ListFormat,
}

thread_local! {
    static CATALOGUE: RefCell<Option<Catalogue>> = const { RefCell::new(None) };
    static CURRENT: RefCell<Option<RwSignal<Locale>>> = const { RefCell::new(None) };
}

/// The current locale; a change means that another catalogue is in place.
pub(crate) fn current() -> RwSignal<Locale> {
    CURRENT.with_borrow_mut(|current| *current.get_or_insert_with(|| RwSignal::new(Locale::En)))
}

/// Loads a locale and mounts the app anew in it.
pub(crate) async fn load(locale: Locale) -> Result<(), api::Failure> {
    load_quietly(locale).await?;
    current().set(locale);
    Ok(())
}

/// Mounts the app anew, for what changes the texts other than the locale.
pub(crate) fn draw_anew() {
    current().notify();
}

/// Loads a locale for what is drawn from now on, as far as the one before it was loaded; what stands on the screen stays.
/// The document's `lang` follows.
pub(crate) async fn load_quietly(locale: Locale) -> Result<(), api::Failure> {
    let is_complete = is_complete();
    let messages = match is_complete {
        false => first_messages(locale).await?,
        true => {
            let (first, rest) = join(first_messages(locale), further_messages(locale)).await;
            first?.into_iter().chain(rest?).collect()
        }
    };
    let tags = tags(locale);
    CATALOGUE.set(Some(Catalogue {
        locale,
        is_complete,
        messages,
        plural: Intl::PluralRules::new(&tags, &Object::new()),
        number: Intl::NumberFormat::new(&tags, &Object::new()),
        list: Intl::ListFormat::new(&tags, &Object::new()),
    }));
    if let Some(root) = crate::ui::dom::document().document_element() {
        let _ = root.set_attribute("lang", locale.tag());
    }
    Ok(())
}

/// Loads the texts behind the sign-in, unless they are there.
pub(crate) async fn complete() -> Result<(), api::Failure> {
    while let Some(locale) = incomplete() {
        let further = further_messages(locale).await?;
        CATALOGUE.with_borrow_mut(|catalogue| {
            // The language may have changed meanwhile.
            if let Some(catalogue) = catalogue.as_mut().filter(|catalogue| catalogue.locale == locale) {
                catalogue.messages.extend(further);
                catalogue.is_complete = true;
            }
        });
    }
    Ok(())
}

fn is_complete() -> bool {
    CATALOGUE.with_borrow(|catalogue| catalogue.as_ref().is_some_and(|catalogue| catalogue.is_complete))
}

fn incomplete() -> Option<Locale> {
    CATALOGUE.with_borrow(|catalogue| {
        let catalogue = catalogue.as_ref()?;
        (!catalogue.is_complete).then_some(catalogue.locale)
    })
}

async fn first_messages(locale: Locale) -> Result<Messages, api::Failure> {
    Ok(messages(&api::static_text(&format!("locales/{}.first.json", locale.tag())).await?))
}

async fn further_messages(locale: Locale) -> Result<Messages, api::Failure> {
    Ok(messages(&api::static_text(&format!("locales/{}.json", locale.tag())).await?))
}

/// The texts of a catalogue; the build has checked that it is an object of texts and plurals.
fn messages(json: &str) -> Messages {
    let catalogue = js_sys::JSON::parse(json).unwrap_or_default();
    entries(&catalogue)
        .map(|(key, message)| {
            let message = match message.as_string() {
                Some(text) => Message::Text(text),
                None => Message::Plural(
                    entries(&message)
                        .filter_map(|(category, form)| Some((category, form.as_string()?)))
                        .collect(),
                ),
            };
            (key, message)
        })
        .collect()
}

fn entries(object: &JsValue) -> impl Iterator<Item = (String, JsValue)> {
    let entries = object.dyn_ref::<Object>().map(Object::entries).unwrap_or_default();
    entries.into_iter().filter_map(|entry| {
        let entry: Array = entry.unchecked_into();
        Some((entry.get(0).as_string()?, entry.get(1)))
    })
}

/// Whether there are texts yet.
pub(crate) fn is_loaded() -> bool {
    CATALOGUE.with_borrow(Option::is_some)
}

fn tags(locale: Locale) -> Array {
    Array::of1(&JsValue::from_str(locale.tag()))
}

/// The locale to start with: the person's choice, else the first of the browser's languages that
/// there are texts for, else the deployment's, else English.
pub(crate) fn negotiate(chosen: Option<Locale>, browser: &[String], fallback: Option<Locale>) -> Locale {
    let has_texts = |locale: &Locale| available().any(|available| available == *locale);
    chosen
        .filter(has_texts)
        .or_else(|| browser.iter().filter_map(|tag| Locale::lookup(tag)).find(has_texts))
        .or(fallback.filter(has_texts))
        .unwrap_or_default()
}

/// See [`t!`](crate::t).
pub(crate) fn text(key: Key, arguments: &[(&str, Argument)]) -> String {
    lookup(key.0, arguments).unwrap_or_else(|| key.0.to_owned())
}

/// A text with its placeholders as they stand, for [`marked!`](crate::marked).
pub(crate) fn template(key: Key) -> String {
    CATALOGUE
        .with_borrow(|catalogue| match catalogue.as_ref()?.messages.get(key.0)? {
            Message::Text(text) => Some(text.clone()),
            Message::Plural(_) => None,
        })
        .unwrap_or_else(|| key.0.to_owned())
}

/// The text of a code that is only known at run time, such as a problem code of the backend.
pub(crate) fn coded(group: &str, code: &str, arguments: &[(&str, Argument)]) -> Option<String> {
    lookup(&format!("{group}.{code}"), arguments)
}

fn lookup(key: &str, arguments: &[(&str, Argument)]) -> Option<String> {
    CATALOGUE.with_borrow(|catalogue| {
        let catalogue = catalogue.as_ref()?;
        let template = match catalogue.messages.get(key)? {
            Message::Text(text) => text,
            Message::Plural(forms) => {
                let count = arguments.iter().find_map(|(name, value)| match value {
                    Argument::Number(number) if *name == "count" => Some(*number),
                    _ => None,
                });
                let category = catalogue.plural.select(count.unwrap_or_default());
                forms.get(&category.as_string().unwrap_or_default()).or_else(|| forms.get("other"))?
            }
        };
        Some(fill(template, arguments, &catalogue.number))
    })
}

fn fill(template: &str, arguments: &[(&str, Argument)], number: &Intl::NumberFormat) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        match arguments.iter().find(|(candidate, _)| *candidate == name) {
            Some((_, Argument::Text(text))) => filled.push_str(text),
            Some((_, Argument::Number(value))) => filled.push_str(&format_number(number, *value)),
            None => {}
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn format_number(format: &Intl::NumberFormat, value: f64) -> String {
    format
        .format()
        .call1(&JsValue::UNDEFINED, &JsValue::from_f64(value))
        .ok()
        .and_then(|formatted| formatted.as_string())
        .unwrap_or_else(|| value.to_string())
}

/// A whole number with the grouping of the locale.
pub(crate) fn number(value: impl Into<Argument>) -> String {
    let Argument::Number(value) = value.into() else { return String::new() };
    CATALOGUE.with_borrow(|catalogue| match catalogue {
        Some(catalogue) => format_number(&catalogue.number, value),
        None => value.to_string(),
    })
}

/// Texts as a list in a sentence, such as `Ana, Bo and Cy`.
pub(crate) fn list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<T> = texts.into_iter().collect();
    CATALOGUE.with_borrow(|catalogue| match catalogue {
        Some(catalogue) => {
            let texts: Array = texts.iter().map(|text| JsValue::from_str(text.as_ref())).collect();
            catalogue.list.format(&texts).into()
        }
        None => texts.iter().map(T::as_ref).collect::<Vec<_>>().join(", "),
    })
}

/// A date and a time of day, such as `20 Nov 2026, 09:41`, from an RFC 3339 time.
pub(crate) fn date_time(rfc3339: &str) -> String {
    date_format(rfc3339, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// A date, such as `20 Nov 2026`, from an RFC 3339 time.
pub(crate) fn date(rfc3339: &str) -> String {
    date_format(rfc3339, &[("dateStyle", "medium")])
}

fn date_format(rfc3339: &str, options: &[(&str, &str)]) -> String {
    let time = js_sys::Date::new(&JsValue::from_str(rfc3339));
    if time.get_time().is_nan() {
        return rfc3339.to_owned();
    }
    let settings = Object::new();
    for (name, value) in options {
        let _ = Reflect::set(&settings, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let locale = CATALOGUE.with_borrow(|catalogue| catalogue.as_ref().map_or(Locale::En, |c| c.locale));
    Intl::DateTimeFormat::new(&tags(locale), &settings)
        .format()
        .call1(&JsValue::UNDEFINED, &time)
        .ok()
        .and_then(|formatted| formatted.as_string())
        .unwrap_or_else(|| rfc3339.to_owned())
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

    #[test]
    fn i2_every_code_that_is_looked_up_at_run_time_has_words() {
        use api_types::{AuditAction, ChecklistItemId, MarketoError, ProblemCode, SalesforceError};
        let problems = ProblemCode::ALL.iter().map(|code| format!("problem.{}", code.as_str()));
        let actions = AuditAction::ALL.iter().map(|action| format!("audit.{}", action.as_str()));
        let of_salesforce = SalesforceError::ALL
            .iter()
            .map(|error| format!("salesforce_error.{}", error.as_str().to_lowercase()));
        let of_marketo = MarketoError::ALL.iter().map(|error| format!("marketo_error.{}", error.as_str()));
        let errors = of_salesforce.chain(of_marketo).flat_map(|key| [format!("{key}_fix"), key]);
        let items = ChecklistItemId::ALL.iter().map(|item| format!("checklist.{}", item.as_str()));
        for key in problems.chain(actions).chain(items).chain(errors) {
            assert!(generated::TEXTS.iter().any(|(known, ..)| *known == key), "{key}");
        }
    }
}
