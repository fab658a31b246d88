//! Checks `locales/` and writes the list of texts that [`t!`](../src/i18n/texts.rs) and [`term!`](../src/ui/term.rs)
//! look up at compile time: key, placeholders, and the English unless it is a plural.
//!
//! English is the reference. A locale with a missing or an extra text, another set of placeholders
//! or a missing plural category stops the build with the name of what is wrong.

#[path = "build/catalogue.rs"]
mod catalogue;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, fs, path::Path, process::ExitCode};

use catalogue::{Catalogue, REFERENCE, faults, placeholders};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=locales");
    let is = |name, value| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") {
        let options: &[&str] = match is("PROFILE", "release") {
            // script/finish-dist splits what is shipped, and needs its relocations.
            true => &["--emit-relocs"],
            // For trials and development names would take as long to link and to bind as all the rest. By the table
            // script/package.mjs says that a piece is loaded.
            false => &["--strip-all", "--keep-section=target_features", "--export-table"],
        };
        for option in options {
            println!("cargo::rustc-link-arg-bins={option}");
        }
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
        catalogues.iter().flat_map(|(locale, catalogue)| faults(locale, catalogue, reference)).collect();
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
