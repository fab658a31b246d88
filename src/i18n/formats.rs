//! Numbers, lists, dates, distances in time and plurals, by the browser's `Intl`.

use std::cell::RefCell;

use api_types::Locale;
use js_sys::{Array, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::argument::Argument;

struct Formats {
    locale: Locale,
    plural: Intl::PluralRules,
    number: Intl::NumberFormat,
    list: Intl::ListFormat,
    relative: Intl::RelativeTimeFormat,
}

thread_local! {
    // Not in the app's scope: after a panic the failure screen reads texts, and must not depend on the reactive system.
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

/// Switches to the formats of this locale.
pub(super) fn follow(locale: Locale) {
    let tags = tags(locale);
    FORMATS.set(Some(Formats {
        locale,
        plural: Intl::PluralRules::new(&tags, &Object::new()),
        number: Intl::NumberFormat::new(&tags, &Object::new()),
        list: Intl::ListFormat::new(&tags, &Object::new()),
        relative: Intl::RelativeTimeFormat::new(&tags, &Object::new()),
    }));
}

fn tags(locale: Locale) -> Array {
    Array::of1(&JsValue::from_str(locale.tag()))
}

/// A whole number with the grouping of the locale.
pub(crate) fn number(value: impl Into<Argument>) -> String {
    let Argument::Number(value) = value.into() else { return String::new() };
    grouped(value)
}

/// Like [`number`], for any number.
pub(super) fn grouped(value: f64) -> String {
    let format = FORMATS.with_borrow(|formats| formats.as_ref().map(|formats| formats.number.format()));
    format
        .and_then(|format| format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(value)).ok())
        .and_then(|formatted| formatted.as_string())
        .unwrap_or_else(|| value.to_string())
}

/// The plural form of a number, by its name in the catalogues.
pub(super) fn plural(count: f64) -> Option<String> {
    FORMATS.with_borrow(|formats| formats.as_ref()?.plural.select(count).as_string())
}

/// Texts as a list in a sentence, such as `Ana, Bo and Cy`.
pub(crate) fn list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<T> = texts.into_iter().collect();
    FORMATS.with_borrow(|formats| match formats {
        Some(formats) => {
            let texts: Array = texts.iter().map(|text| JsValue::from_str(text.as_ref())).collect();
            formats.list.format(&texts).into()
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

/// How long ago something was, such as `3 days ago`, from an RFC 3339 time. What lies ahead of this device's clock has just
/// been.
pub(crate) fn ago(rfc3339: &str) -> String {
    let then = js_sys::Date::parse(rfc3339);
    if then.is_nan() {
        return rfc3339.to_owned();
    }
    let (count, unit) = distance((js_sys::Date::now() - then) / 1_000.0);
    FORMATS.with_borrow(|formats| match formats {
        Some(formats) => formats.relative.format(-count, unit).into(),
        None => rfc3339.to_owned(),
    })
}

/// A distance in time in the largest unit of which there is a whole one; less than a minute counts as one.
fn distance(seconds: f64) -> (f64, &'static str) {
    const UNITS: [(f64, &str); 4] =
        [(31_556_952.0, "year"), (2_629_746.0, "month"), (86_400.0, "day"), (3_600.0, "hour")];
    let (length, unit) = UNITS.into_iter().find(|(length, _)| seconds >= *length).unwrap_or((60.0, "minute"));
    ((seconds / length).floor().max(1.0), unit)
}

/// In how much time something will be, such as `in 3 days`, from an RFC 3339 time; by the second once that is near. What has
/// been is in no time.
pub(crate) fn until(rfc3339: &str) -> String {
    let then = js_sys::Date::parse(rfc3339);
    if then.is_nan() {
        return rfc3339.to_owned();
    }
    let (count, unit) = distance_ahead((then - js_sys::Date::now()) / 1_000.0);
    FORMATS.with_borrow(|formats| match formats {
        Some(formats) => formats.relative.format(count, unit).into(),
        None => rfc3339.to_owned(),
    })
}

/// Like [`distance`], in seconds below a minute; the part of a minute that has begun is a whole one, so that what was begun
/// a moment ago with seven days has seven days.
fn distance_ahead(seconds: f64) -> (f64, &'static str) {
    const MINUTE: f64 = 60.0;
    if seconds <= MINUTE {
        (seconds.ceil().max(0.0), "second")
    } else {
        distance((seconds / MINUTE).ceil() * MINUTE)
    }
}

/// Like [`date`], for the day of UTC that begins then.
pub(crate) fn utc_day(rfc3339: &str) -> String {
    date_format(rfc3339, &[("dateStyle", "medium"), ("timeZone", "UTC")])
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
    let locale = FORMATS.with_borrow(|formats| formats.as_ref().map_or(Locale::En, |formats| formats.locale));
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

    #[test]
    fn i3_a_distance_in_time_is_said_in_its_largest_unit() {
        const DAY: f64 = 86_400.0;
        for (seconds, expected) in [
            (-5.0, (1.0, "minute")),
            (0.0, (1.0, "minute")),
            (59.0 * 60.0 + 59.0, (59.0, "minute")),
            (3_600.0, (1.0, "hour")),
            (DAY - 1.0, (23.0, "hour")),
            (3.9 * DAY, (3.0, "day")),
            (30.0 * DAY, (30.0, "day")),
            (31.0 * DAY, (1.0, "month")),
            (364.0 * DAY, (11.0, "month")),
            (800.0 * DAY, (2.0, "year")),
        ] {
            assert_eq!(distance(seconds), expected, "{seconds} s");
        }
    }

    #[test]
    fn i3_what_is_ahead_is_counted_down_to_the_second() {
        const DAY: f64 = 86_400.0;
        for (seconds, expected) in [
            (-5.0, (0.0, "second")),
            (0.2, (1.0, "second")),
            (59.5, (60.0, "second")),
            (61.0, (2.0, "minute")),
            (7.0 * DAY - 3.0, (7.0, "day")),
            (7.0 * DAY - 3_600.0, (6.0, "day")),
        ] {
            assert_eq!(distance_ahead(seconds), expected, "{seconds} s");
        }
    }
}
