//! What must hold of a locale's texts beside the reference's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The locale that the others are compared with.
pub(crate) const REFERENCE: &str = "en";

/// The texts of a locale by key: a string each, or an object of strings by plural category.
pub(crate) type Catalogue = BTreeMap<String, Value>;

/// The CLDR plural categories of whole numbers: those that a locale cannot do without, and the others that it has.
/// <https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html>
fn plural_categories(locale: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    match locale {
        "ko" | "ja" => Some((&["other"], &[])),
        "en" | "de" => Some((&["one", "other"], &[])),
        // Whole millions, which read well enough as any other number.
        "es" | "fr" | "pt-BR" => Some((&["one", "other"], &["many"])),
        _ => None,
    }
}

/// Everything that is wrong with a locale; each fault is one sentence.
pub(crate) fn faults(locale: &str, catalogue: &Catalogue, reference: &Catalogue) -> Vec<String> {
    let Some(plurals) = plural_categories(locale) else {
        return vec![format!("{locale}: its plural categories are not known to build/catalogue.rs")];
    };
    let missing = reference.keys().filter(|key| !catalogue.contains_key(*key));
    let missing = missing.map(|key| format!("{locale}: {key} is missing"));
    let wrong = catalogue.iter().flat_map(|(key, message)| {
        let faults = match reference.get(key) {
            None => vec![format!("is not in {REFERENCE}")],
            Some(original) => message_faults(message, original, plurals),
        };
        faults.into_iter().map(move |fault| format!("{locale}: {key} {fault}"))
    });
    missing.chain(wrong).collect()
}

fn message_faults(message: &Value, original: &Value, (needed, possible): (&[&str], &[&str])) -> Vec<String> {
    let mut faults = Vec::new();
    match (message, original) {
        (Value::String(text), Value::String(_)) => faults.extend(text_fault(text)),
        (Value::Object(forms), Value::Object(_)) => {
            for category in needed.iter().filter(|category| !forms.contains_key(**category)) {
                faults.push(format!("lacks the plural form {category}"));
            }
            for (category, form) in forms {
                if !needed.contains(&category.as_str()) && !possible.contains(&category.as_str()) {
                    faults.push(format!("has a plural form {category}, which the language does not have"));
                }
                match form {
                    Value::String(text) => faults.extend(text_fault(text)),
                    _ => faults.push(format!("has a plural form {category} that is no text")),
                }
                // "One person" may do without the number.
                let spared = [("one", "count")];
                let lacking = &placeholders(original) - &placeholders(form);
                if lacking.iter().any(|name| !spared.contains(&(category, name))) {
                    faults.push(format!("lacks a placeholder of {REFERENCE} in the plural form {category}"));
                }
            }
        }
        _ => faults.push("is a plural here and a text there".to_owned()),
    }
    if placeholders(message) != placeholders(original) {
        faults.push(format!("has other placeholders than {REFERENCE}"));
    }
    faults
}

fn text_fault(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        Some("is empty".to_owned())
    } else if text.matches('{').count() != text.matches('}').count() {
        Some("has a brace without the other".to_owned())
    } else {
        None
    }
}

/// The names between braces, of a text or of all its plural forms together.
pub(crate) fn placeholders(message: &Value) -> BTreeSet<String> {
    match message {
        Value::String(text) => text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect(),
        Value::Object(forms) => forms.values().flat_map(placeholders).collect(),
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn catalogue(texts: Value) -> Catalogue {
        serde_json::from_value(texts).unwrap()
    }

    /// The faults of `locale` where the reference has `original` under the key `k`.
    fn of(locale: &str, original: Value, message: Value) -> Vec<String> {
        faults(locale, &catalogue(json!({"k": message})), &catalogue(json!({"k": original})))
    }

    #[test]
    fn i2_a_missing_or_an_extra_text_is_a_fault() {
        let reference = catalogue(json!({"a": "A", "b": "B"}));
        assert_eq!(faults("ko", &catalogue(json!({"a": "가", "b": "나"})), &reference), [""; 0]);
        assert_eq!(faults("ko", &catalogue(json!({"a": "가"})), &reference), ["ko: b is missing"]);
        let extra = catalogue(json!({"a": "가", "b": "나", "c": "다"}));
        assert_eq!(faults("ko", &extra, &reference), ["ko: c is not in en"]);
        assert_eq!(of("ko", json!("A"), json!(" ")), ["ko: k is empty"]);
    }

    #[test]
    fn i2_other_placeholders_are_a_fault() {
        let original = || json!("{name} of {account}");
        assert_eq!(of("es", original(), json!("{account}: {name}")), [""; 0], "in any order");
        for message in ["{name}", "{name} de {cuenta}", "{name} de {account} en {date}"] {
            assert_eq!(of("es", original(), json!(message)), ["es: k has other placeholders than en"]);
        }
        let broken = of("es", original(), json!("{name} de {account"));
        assert_eq!(broken[0], "es: k has a brace without the other");
    }

    #[test]
    fn i2_a_plural_has_the_forms_of_its_language() {
        let original = || json!({"one": "{count} person in {team}", "other": "{count} people in {team}"});
        let other = "{count} {team}";
        for (locale, message) in [
            ("ko", json!({"other": other})),
            ("de", json!({"one": other, "other": other})),
            ("de", json!({"one": "{team}", "other": other})),
            ("fr", json!({"one": other, "many": other, "other": other})),
        ] {
            assert_eq!(of(locale, original(), message), [""; 0], "{locale}");
        }
        for (locale, message, fault) in [
            ("de", json!({"other": other}), "lacks the plural form one"),
            (
                "ko",
                json!({"one": other, "other": other}),
                "has a plural form one, which the language does not have",
            ),
            ("ko", json!({"other": 7}), "has a plural form other that is no text"),
            (
                "de",
                json!({"one": "{count}", "other": other}),
                "lacks a placeholder of en in the plural form one",
            ),
            (
                "de",
                json!({"one": other, "other": "{team}"}),
                "lacks a placeholder of en in the plural form other",
            ),
            ("de", json!({"one": "", "other": other}), "is empty"),
            ("de", json!(other), "is a plural here and a text there"),
            ("ru", json!({"other": other}), "its plural categories are not known to build/catalogue.rs"),
        ] {
            let found = of(locale, original(), message);
            assert!(found.iter().any(|found| found.ends_with(fault)), "{fault}: {found:?}");
        }
    }
}
