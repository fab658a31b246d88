//! Checks `locales/` and writes the list of texts that [`t!`](../src/i18n.rs) and [`term!`](../src/ui/term.rs)
//! look up at compile time: key, placeholders, and the English where it is no plural.
//!
//! English is the reference. A locale with a missing or an extra text, another set of placeholders
//! or a missing plural category stops the build with the name of what is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::{env, fs, path::Path, process::ExitCode};

use serde_json::Value;

const REFERENCE: &str = "en";

/// The CLDR plural categories for whole numbers that a locale cannot do without.
/// <https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html>
fn plural_categories(locale: &str) -> &'static [&'static str] {
    match locale {
        "ko" | "ja" => &["other"],
        _ => &["one", "other"],
    }
}

type Catalogue = BTreeMap<String, Value>;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=locales");
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        // script/finish-dist splits the linked module, and needs to know what refers to what.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            for problem in problems {
                println!("cargo::error=locales: {problem}");
            }
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), Vec<String>> {
    let mut catalogues = BTreeMap::new();
    let folder = fs::read_dir("locales").map_err(|error| vec![error.to_string()])?;
    for path in folder.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|ending| ending == "json") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).map_err(|error| vec![format!("{name}: {error}")])?;
            let catalogue: Catalogue =
                serde_json::from_str(&text).map_err(|error| vec![format!("{name}: {error}")])?;
            catalogues.insert(name, catalogue);
        }
    }
    let Some(reference) = catalogues.get(REFERENCE) else {
        return Err(vec![format!("{REFERENCE}.json is missing")]);
    };

    let problems: Vec<String> =
        catalogues.iter().flat_map(|(locale, catalogue)| compare(locale, catalogue, reference)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }

    let mut code = String::from("pub(crate) const TEXTS: &[(&str, &[&str], Option<&str>)] = &[\n");
    for (key, message) in reference {
        let names: Vec<String> = placeholders(message).into_iter().collect();
        let _ = writeln!(code, "    ({key:?}, &{names:?}, {:?}),", message.as_str());
    }
    code.push_str("];\n");
    let _ =
        writeln!(code, "pub(crate) const LOCALES: &[&str] = &{:?};", catalogues.keys().collect::<Vec<_>>());
    let out = env::var("OUT_DIR").map_err(|error| vec![error.to_string()])?;
    fs::write(Path::new(&out).join("texts.rs"), code).map_err(|error| vec![error.to_string()])
}

fn compare(locale: &str, catalogue: &Catalogue, reference: &Catalogue) -> Vec<String> {
    let mut problems = Vec::new();
    for key in reference.keys().filter(|key| !catalogue.contains_key(*key)) {
        problems.push(format!("{locale}: {key} is missing"));
    }
    for (key, message) in catalogue {
        let Some(original) = reference.get(key) else {
            problems.push(format!("{locale}: {key} is not in {REFERENCE}"));
            continue;
        };
        if placeholders(message) != placeholders(original) {
            problems.push(format!("{locale}: {key} has other placeholders than {REFERENCE}"));
        }
        match (message, original) {
            (Value::String(text), Value::String(_)) if text.trim().is_empty() => {
                problems.push(format!("{locale}: {key} is empty"));
            }
            (Value::String(_), Value::String(_)) => {}
            (Value::Object(forms), Value::Object(_)) => {
                for category in plural_categories(locale) {
                    if !forms.contains_key(*category) {
                        problems.push(format!("{locale}: {key} lacks the plural form {category}"));
                    }
                }
            }
            _ => problems.push(format!("{locale}: {key} is a plural here and a text there")),
        }
    }
    problems
}

/// The names between braces, of a text or of all its plural forms together.
fn placeholders(message: &Value) -> BTreeSet<String> {
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
