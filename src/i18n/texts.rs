//! The texts of the current language.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use api_types::Locale;
use futures_util::future::join;
use js_sys::{Array, Object};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::argument::Argument;
use super::formats;
use super::key::Key;
use super::locale::current;
use crate::platform::address::Built;
use crate::platform::dom;
use crate::platform::files::{self, Unread};

enum Message {
    Text(String),
    Plural(HashMap<String, String>),
}

type Messages = HashMap<String, Message>;

struct Catalogue {
    locale: Locale,
    /// Whether the texts for after sign-in are loaded too.
    is_complete: bool,
    messages: Messages,
}

thread_local! {
    // Not in the app's scope: after a panic the failure screen reads texts, and must not depend on the reactive system.
    static CATALOGUE: RefCell<Option<Catalogue>> = const { RefCell::new(None) };
    /// Counts the languages that were asked for.
    static ASKED_FOR: Cell<u32> = const { Cell::new(0) };
}

/// A language that was asked for. Until it is loaded, another may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked(u32);

impl Asked {
    /// Asks for a language: earlier ones that are still on their way are not wanted any more.
    pub(crate) fn now() -> Self {
        let number = ASKED_FOR.get().wrapping_add(1);
        ASKED_FOR.set(number);
        Self(number)
    }

    fn is_latest(self) -> bool {
        ASKED_FOR.get() == self.0
    }
}

/// Loads a locale and mounts the app again in it.
pub(crate) async fn load(locale: Locale) -> Result<(), Unread> {
    load_as(Asked::now(), locale).await.map(drop)
}

/// The same of what was asked for before. Returns whether no other was meanwhile.
pub(crate) async fn load_as(asked: Asked, locale: Locale) -> Result<bool, Unread> {
    let is_latest = load_if_latest(asked, locale).await?;
    if is_latest {
        current().set(locale);
    }
    Ok(is_latest)
}

/// Loads a locale for what is rendered from now on, with the same parts as the previous one; the current screen stays.
/// The document's `lang` follows.
pub(crate) async fn load_quietly(locale: Locale) -> Result<(), Unread> {
    load_if_latest(Asked::now(), locale).await.map(drop)
}

/// The texts of several languages may come in any order.
async fn load_if_latest(asked: Asked, locale: Locale) -> Result<bool, Unread> {
    if !asked.is_latest() {
        return Ok(false);
    }
    let is_complete = is_complete();
    let messages = match is_complete {
        false => first_messages(locale).await?,
        true => {
            let (first, rest) = join(first_messages(locale), further_messages(locale)).await;
            first?.into_iter().chain(rest?).collect()
        }
    };
    if !asked.is_latest() {
        return Ok(false);
    }
    CATALOGUE.set(Some(Catalogue { locale, is_complete, messages }));
    formats::follow(locale);
    if let Some(root) = dom::document().document_element() {
        let _ = root.set_attribute("lang", locale.tag());
    }
    Ok(true)
}

/// Loads the texts for after sign-in, unless they are loaded already.
pub(crate) async fn complete() -> Result<(), Unread> {
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

/// Whether the texts for after sign-in are loaded.
pub(crate) fn is_complete() -> bool {
    CATALOGUE.with_borrow(|catalogue| catalogue.as_ref().is_some_and(|catalogue| catalogue.is_complete))
}

fn incomplete() -> Option<Locale> {
    CATALOGUE.with_borrow(|catalogue| {
        let catalogue = catalogue.as_ref()?;
        (!catalogue.is_complete).then_some(catalogue.locale)
    })
}

async fn first_messages(locale: Locale) -> Result<Messages, Unread> {
    Ok(messages(&files::read(&format!("{}/{}.first.json", Built::Locales.path(), locale.tag())).await?))
}

async fn further_messages(locale: Locale) -> Result<Messages, Unread> {
    Ok(messages(&files::read(&format!("{}/{}.json", Built::Locales.path(), locale.tag())).await?))
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

/// Whether a catalogue is loaded.
pub(crate) fn is_loaded() -> bool {
    CATALOGUE.with_borrow(Option::is_some)
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

/// See [`t!`](crate::t).
pub(crate) fn text(key: Key, arguments: &[(&str, Argument)]) -> String {
    lookup(key.0, arguments).unwrap_or_else(|| key.0.to_owned())
}

/// A text with unfilled placeholders, for [`marked!`](crate::marked).
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
                let category = formats::plural(count.unwrap_or_default()).unwrap_or_default();
                forms.get(&category).or_else(|| forms.get("other"))?
            }
        };
        Some(fill(template, arguments))
    })
}

fn fill(template: &str, arguments: &[(&str, Argument)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        match arguments.iter().find(|(candidate, _)| *candidate == name) {
            Some((_, Argument::Text(text))) => filled.push_str(text),
            Some((_, Argument::Number(value))) => filled.push_str(&formats::grouped(*value)),
            None => {}
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}
