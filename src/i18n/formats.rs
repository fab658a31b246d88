//! Numbers, lists, dates, distances in time and plurals, by the browser's `Intl`.

use std::cell::{OnceCell, RefCell};

use api_types::Locale;
use js_sys::{Array, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::argument::Argument;

/// Each is made when it is first needed, and kept: the first one takes a phone more than 100 ms.
struct Formats {
    locale: Locale,
    plural: OnceCell<Intl::PluralRules>,
    number: OnceCell<Function>,
    list: OnceCell<Intl::ListFormat>,
    relative: OnceCell<Intl::RelativeTimeFormat>,
    dates: RefCell<Vec<(DateOptions, Function)>>,
}

/// Names and values of `Intl.DateTimeFormat`.
type DateOptions = &'static [(&'static str, &'static str)];

impl Formats {
    fn tags(&self) -> Array {
        Array::of1(&JsValue::from_str(self.locale.tag()))
    }

    fn plural(&self) -> &Intl::PluralRules {
        self.plural.get_or_init(|| Intl::PluralRules::new(&self.tags(), &Object::new()))
    }

    fn number(&self) -> &Function {
        self.number.get_or_init(|| Intl::NumberFormat::new(&self.tags(), &Object::new()).format())
    }

    fn list(&self) -> &Intl::ListFormat {
        self.list.get_or_init(|| Intl::ListFormat::new(&self.tags(), &Object::new()))
    }

    fn relative(&self) -> &Intl::RelativeTimeFormat {
        self.relative.get_or_init(|| Intl::RelativeTimeFormat::new(&self.tags(), &Object::new()))
    }

    fn date(&self, options: DateOptions) -> Function {
        let mut dates = self.dates.borrow_mut();
        if let Some((_, format)) = dates.iter().find(|(known, _)| *known == options) {
            return format.clone();
        }
        let settings = settings();
        for (name, value) in options {
            let _ = Reflect::set(&settings, &JsValue::from_str(name), &JsValue::from_str(value));
        }
        let format = Intl::DateTimeFormat::new(&self.tags(), &settings).format();
        dates.push((options, format.clone()));
        format
    }
}

thread_local! {
    // Not in the app's scope: after a panic the failure screen reads texts, and must not depend on the reactive system.
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
    /// In which times are said; the browser's without one. It is known before the locale is, or after it.
    static ZONE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Switches to the formats of this locale.
pub(super) fn follow(locale: Locale) {
    FORMATS.set(Some(Formats {
        locale,
        plural: OnceCell::new(),
        number: OnceCell::new(),
        list: OnceCell::new(),
        relative: OnceCell::new(),
        dates: RefCell::default(),
    }));
}

/// Says times in this zone, which the browser knows, or in the browser's.
pub(super) fn follow_zone(zone: Option<&str>) {
    // Each answer with the session says it, and formats are slow to make.
    if ZONE.replace(zone.map(str::to_owned)).as_deref() == zone {
        return;
    }
    FORMATS.with_borrow(|formats| {
        if let Some(formats) = formats {
            formats.dates.borrow_mut().clear();
        }
    });
}

/// The settings of a format of dates in the zone that is followed.
pub(super) fn settings() -> Object {
    ZONE.with_borrow(|zone| zone.as_deref().map(settings_in)).unwrap_or_default()
}

/// The settings of a format of dates in this zone.
pub(super) fn settings_in(zone: &str) -> Object {
    let settings = Object::new();
    let _ = Reflect::set(&settings, &JsValue::from_str("timeZone"), &JsValue::from_str(zone));
    settings
}

/// A whole number with the grouping of the locale.
pub(crate) fn number(value: impl Into<Argument>) -> String {
    let Argument::Number(value) = value.into() else { return String::new() };
    grouped(value)
}

/// Like [`number`], for any number.
pub(super) fn grouped(value: f64) -> String {
    // Nothing to group, and the digits of all languages of the console are the same.
    if value.fract() == 0.0 && value.abs() < 1_000.0 {
        return (value as i32).to_string();
    }
    FORMATS
        .with_borrow(|formats| Some(formats.as_ref()?.number().clone()))
        .and_then(|format| formatted(&format, &JsValue::from_f64(value)))
        .unwrap_or_else(|| plain(value))
}

/// As the browser writes it: Rust's way to write fractions would be 2 % of the first load.
fn plain(value: f64) -> String {
    js_sys::Number::from(value).to_string_with_radix(10).map(String::from).unwrap_or_default()
}

fn formatted(format: &Function, value: &JsValue) -> Option<String> {
    format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

/// The plural form of a number, by its name in the catalogues.
pub(super) fn plural(count: f64) -> Option<String> {
    FORMATS.with_borrow(|formats| {
        let formats = formats.as_ref()?;
        match plural_of_small(formats.locale, count) {
            Some(form) => Some(form.to_owned()),
            None => formats.plural().select(count).as_string(),
        }
    })
}

/// The plural form of a whole number below a thousand, by the rules of Unicode's CLDR. That is nearly every number of a
/// screen, and the browser's rules are slow to make.
fn plural_of_small(locale: Locale, count: f64) -> Option<&'static str> {
    if count.fract() != 0.0 || !(0.0..1_000.0).contains(&count) {
        return None;
    }
    let singular = match locale {
        Locale::En | Locale::De | Locale::Es => count == 1.0,
        Locale::Fr | Locale::PtBr => count < 2.0,
        Locale::Ja | Locale::Ko => false,
    };
    Some(if singular { "one" } else { "other" })
}

/// Texts as a list in a sentence, such as `Ana, Bo and Cy`.
pub(crate) fn list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<T> = texts.into_iter().collect();
    FORMATS.with_borrow(|formats| match formats {
        // One text needs no formatter.
        Some(formats) if texts.len() > 1 => {
            let texts: Array = texts.iter().map(|text| JsValue::from_str(text.as_ref())).collect();
            formats.list().format(&texts).into()
        }
        _ => texts.iter().map(T::as_ref).collect::<Vec<_>>().join(", "),
    })
}

/// Sentences one after the other.
pub(crate) fn sentences<T: AsRef<str>>(sentences: impl IntoIterator<Item = T>) -> String {
    joined(
        &sentences.into_iter().map(|sentence| sentence.as_ref().to_owned()).collect::<Vec<_>>(),
        sentence_gap(),
    )
}

/// What stands between two sentences, where the second is an element of its own.
pub(crate) fn sentence_gap() -> &'static str {
    gap_of(FORMATS.with_borrow(|formats| formats.as_ref().map_or(Locale::En, |formats| formats.locale)))
}

/// What ends without a full stop, as a list of names does, has a space after it in every language.
fn joined(sentences: &[String], gap: &str) -> String {
    let mut text = String::new();
    for sentence in sentences {
        if !text.is_empty() {
            text.push_str(if text.ends_with('。') { gap } else { " " });
        }
        text.push_str(sentence);
    }
    text
}

/// Japanese has no spaces between sentences; their full stops are wide enough.
fn gap_of(locale: Locale) -> &'static str {
    match locale {
        Locale::Ja => "",
        Locale::En | Locale::Es | Locale::Ko | Locale::De | Locale::Fr | Locale::PtBr => " ",
    }
}

/// A date and a time of day, such as `20 Nov 2026, 09:41`, from an RFC 3339 time.
pub(crate) fn date_time(rfc3339: &str) -> String {
    date_format(rfc3339, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// A date, such as `20 Nov 2026`, from an RFC 3339 time.
pub(crate) fn date(rfc3339: &str) -> String {
    date_format(rfc3339, &[("dateStyle", "medium")])
}

/// How long ago something was, such as `3 days ago`, from an RFC 3339 time; `None` below a minute, and where it lies ahead of
/// this device's clock.
pub(crate) fn ago(rfc3339: &str) -> Option<String> {
    const MINUTE: f64 = 60.0;
    let then = js_sys::Date::parse(rfc3339);
    if then.is_nan() {
        return Some(rfc3339.to_owned());
    }
    let seconds = (js_sys::Date::now() - then) / 1_000.0;
    if seconds < MINUTE {
        return None;
    }
    let (count, unit) = distance(seconds);
    Some(FORMATS.with_borrow(|formats| match formats {
        Some(formats) => formats.relative().format(-count, unit).into(),
        None => rfc3339.to_owned(),
    }))
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
    ahead((then - js_sys::Date::now()) / 1_000.0)
}

/// Like [`until`], from the seconds until then.
pub(super) fn ahead(seconds: f64) -> String {
    let (count, unit) = distance_ahead(seconds);
    FORMATS.with_borrow(|formats| match formats {
        Some(formats) => formats.relative().format(count, unit).into(),
        None => String::new(),
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

fn date_format(rfc3339: &str, options: DateOptions) -> String {
    let time = js_sys::Date::new(&JsValue::from_str(rfc3339));
    if time.get_time().is_nan() {
        return rfc3339.to_owned();
    }
    FORMATS
        .with_borrow(|formats| Some(formats.as_ref()?.date(options)))
        .and_then(|format| formatted(&format, &time))
        .unwrap_or_else(|| rfc3339.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i3_p6_small_numbers_need_no_formatter_of_the_browser() {
        let forms = |locale| [0.0, 1.0, 2.0, 999.0].map(|count| plural_of_small(locale, count).unwrap());
        for locale in [Locale::En, Locale::De, Locale::Es] {
            assert_eq!(forms(locale), ["other", "one", "other", "other"]);
        }
        for locale in [Locale::Fr, Locale::PtBr] {
            assert_eq!(forms(locale), ["one", "one", "other", "other"]);
        }
        for locale in [Locale::Ja, Locale::Ko] {
            assert_eq!(forms(locale), ["other"; 4]);
        }
        for count in [0.5, 1_000.0, 1_000_000.0, -1.0, f64::NAN] {
            assert_eq!(plural_of_small(Locale::En, count), None, "{count}");
        }
        assert_eq!([0.0, 7.0, 999.0].map(grouped), ["0", "7", "999"]);
    }

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
    fn i3_sentences_have_a_space_between_them_where_the_language_has_one() {
        assert_eq!(sentences(["One.", "Two."]), "One. Two.");
        assert_eq!(joined(&["一つ。", "二つ。"].map(String::from), gap_of(Locale::Ja)), "一つ。二つ。");
        assert_eq!(
            joined(&["追加しました：Ana", "三つ。"].map(String::from), gap_of(Locale::Ja)),
            "追加しました：Ana 三つ。"
        );
        let without: Vec<Locale> =
            Locale::ALL.into_iter().filter(|locale| gap_of(*locale).is_empty()).collect();
        assert_eq!(without, [Locale::Ja]);
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
