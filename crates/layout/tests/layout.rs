//! The sources are as ARCHITECTURE.md draws them, and what would not be is found.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use layout::{Drawing, Files, Function, drawings, faults, functions, imports, invokes, repeated};

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn drawn() -> BTreeMap<String, Drawing> {
    drawings(&fs::read_to_string(checkout().join("ARCHITECTURE.md")).unwrap()).unwrap()
}

/// The sources of a folder of the checkout.
fn sources(root: &str) -> Files {
    let root = checkout().join(root);
    let mut files = Files::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}

/// The folders with the sources of the app and of every crate.
fn roots() -> Vec<String> {
    let crates = fs::read_dir(checkout().join("crates")).unwrap();
    let names = crates.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| format!("crates/{name}/src")).chain(["src".to_owned()]).collect()
}

#[test]
fn the_imports_are_as_drawn() {
    let mut wrong = Vec::new();
    for (root, drawing) in drawn() {
        let files = sources(&root);
        assert!(imports(&files).unwrap().len() * 2 >= files.len(), "hardly any imports were found in {root}");
        wrong.extend(faults(&files, &drawing).unwrap().into_iter().map(|fault| format!("{root}: {fault}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files of api-types use each other's types through lib.rs, as the wire contract is one; those of people know nothing of
/// each other; sheet-worker has one file beside its messages.
const NOT_DRAWN: [&str; 3] = ["api-types", "people", "sheet-worker"];

#[test]
fn every_crate_of_more_than_one_file_is_drawn() {
    let drawn = drawn();
    for entry in fs::read_dir(checkout().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let folder = format!("crates/{name}/src");
        if sources(&folder).len() > 1 {
            let is_drawn = drawn.contains_key(&folder);
            assert_ne!(is_drawn, NOT_DRAWN.contains(&name.as_str()), "{folder} is drawn: {is_drawn}");
        }
    }
}

/// Above this, equal lines are no coincidence.
const EQUAL_LINES: usize = 12;

#[test]
fn no_passage_of_more_than_12_lines_stands_twice() {
    let mut files = Files::new();
    for root in roots() {
        for (name, text) in sources(&root) {
            let is_test = name.split('/').any(|part| part == "tests" || part == "tests.rs");
            if !is_test {
                files.insert(format!("{root}/{name}"), text);
            }
        }
    }
    assert!(files.len() > 500, "only {} files were read", files.len());
    let found = repeated(&files, EQUAL_LINES + 1);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Handlers translate between HTTP and the services: what is done stands in those, where other handlers and jobs find it.
#[test]
fn handlers_leave_the_database_to_the_services_and_know_no_other_handler() {
    let mut wrong = Vec::new();
    for (file, other) in imports(&sources("crates/server/src")).unwrap() {
        let Some(handler) = handler(&file) else { continue };
        if other.starts_with("db/") || self::handler(&other).is_some_and(|other| other != handler) {
            wrong.push(format!("{file} uses {other}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The handler, a file or a folder, that a file belongs to; none for the list of them all and for the pages of lists.
fn handler(file: &str) -> Option<&str> {
    let name = file.strip_prefix("routes/")?.split('/').next()?.trim_end_matches(".rs");
    (!["mod", "lists"].contains(&name)).then_some(name)
}

/// State that outlives a screen is in the scope of the app, except for what cannot depend on it.
#[test]
fn no_other_state_is_global() {
    let outside = ["i18n/formats.rs", "i18n/texts.rs", "platform/lifetime.rs"];
    let mut files = sources("src");
    files.retain(|file, text| invokes(file, text, "thread_local").unwrap());
    assert_eq!(files.into_keys().collect::<Vec<_>>(), outside);
}

/// Tasks begin in one place, which needs no executor that mounting sets up.
#[test]
fn only_the_platform_begins_tasks_by_a_library() {
    let mut files = sources("src");
    files.retain(|_, text| text.contains("spawn_local"));
    assert_eq!(files.into_keys().collect::<Vec<_>>(), ["platform/tasks.rs"]);
}

/// How many lines a function may have, of which a reader can keep an overview.
const LONGEST_FUNCTION: usize = 100;

#[test]
fn no_function_is_too_long() {
    let mut wrong = Vec::new();
    for root in roots() {
        let all = functions(&sources(&root)).unwrap();
        let long = all.into_iter().filter(|function| function.lines > LONGEST_FUNCTION);
        wrong.extend(
            long.map(|Function { file, name, lines }| format!("{root}/{file}: {name} has {lines} lines")),
        );
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn functions_are_measured_wherever_they_are_but_in_tests() {
    let text = "/// Says\n#[inline]\npub(crate) const fn one(\n    it: u8,\n) -> u8\n{\n    it\n}\n\
                impl Two {\n    fn two() {\n        fn three() {}\n    }\n    #[cfg(test)]\n    fn four() {}\n}\n\
                mod inside {\n    trait Five {\n        fn none();\n        fn five() { ;\n        }\n    }\n}\n\
                #[tokio::test]\nasync fn six() {}\n#[cfg(test)]\nmod tests { fn seven() {} }\n";
    let mut files = small();
    files.retain(|file, _| file.starts_with("ui/"));
    files.insert(BUTTON.to_owned(), text.to_owned());
    files.insert("ui/tests.rs".to_owned(), "fn eight() {}".to_owned());
    let found = functions(&files).unwrap();
    let found: Vec<_> = found.iter().map(|one| (one.file.as_str(), one.name.as_str(), one.lines)).collect();
    assert_eq!(
        found,
        [("one", 6), ("two", 3), ("three", 1), ("five", 2)].map(|(name, lines)| (BUTTON, name, lines))
    );
}

#[test]
fn a_line_that_draws_nothing_is_an_error() {
    for line in ["src", "src:", "a src: app -> ui", ": app", "apart: apart"] {
        let error = drawings(&format!("```layout\n{line}\n```\n")).unwrap_err();
        assert_eq!(error, format!("no line of a layout: {line}"));
    }
}

const DRAWING: &str =
    "Text: no drawing\n```layout\nsrc: app -> features -> ui\nsrc/features: apart\n```\nafter: it\n";

fn drawing() -> Drawing {
    let mut drawn = drawings(DRAWING).unwrap();
    assert_eq!(drawn.len(), 1);
    drawn.remove("src").unwrap()
}

/// A small app without faults.
fn small() -> Files {
    [
        ("main.rs", "mod app;\nmod features;\nmod ui;\nfn main() { app::start(); }"),
        ("app.rs", "use crate::features::users::Users;\npub(crate) fn start() {}"),
        ("features/mod.rs", "pub(crate) mod users;\npub(crate) mod teams;"),
        ("features/users/mod.rs", "mod page;\nmod state;\npub(crate) use page::Users;"),
        ("features/users/page.rs", "use super::state::State;\nuse crate::ui::{self, Button};"),
        ("features/users/state.rs", "use crate::{t};\n#[cfg(test)]\nmod tests { use crate::app::start; }"),
        ("features/teams/mod.rs", "mod page;\npub(crate) use page::Teams;"),
        (
            "features/teams/page.rs",
            "fn say() { crate::ui::button::press(\"crate::app::start\") } // crate::app\n#[cfg(test)]\nuse crate::app;",
        ),
        ("ui/mod.rs", "mod button;\n#[cfg(test)]\nmod tests;\npub(crate) use button::Button;"),
        ("ui/tests.rs", "mod deep;\nuse crate::app::start;"),
        ("ui/tests/deep.rs", "use crate::app::start;"),
        (
            "ui/button.rs",
            "#[macro_export]\nmacro_rules! t { () => {} }\npub(in crate::app) struct Button;\nuse ::app::start;\n\
             #[cfg(all(test, feature = \"engine\"))]\nmod tests { use crate::app::start; }",
        ),
    ]
    .map(|(file, text)| (file.to_owned(), text.to_owned()))
    .into()
}

#[test]
fn a_small_app_that_keeps_to_its_drawing_has_no_faults() {
    assert_eq!(faults(&small(), &drawing()).unwrap(), [""; 0]);
}

#[test]
fn a_room_that_is_drawn_and_is_not_there_is_found() {
    let mut drawing = drawing();
    drawing.rooms.insert("domain".to_owned());
    assert_eq!(faults(&small(), &drawing).unwrap(), ["domain is drawn, and is not there"]);
}

#[test]
fn what_is_no_rust_is_an_error() {
    let mut files = small();
    files.insert("ui/list.rs".to_owned(), "fn {".to_owned());
    assert!(faults(&files, &drawing()).unwrap_err().starts_with("ui/list.rs: "));
}

/// With this file the small app has this fault.
#[track_caller]
fn finds(file: &str, text: &str, fault: &str) {
    let mut files = small();
    files.insert(file.to_owned(), text.to_owned());
    let found = faults(&files, &drawing()).unwrap();
    assert!(found.iter().any(|one| one == fault), "{}", found.join("\n"));
}

const BUTTON: &str = "ui/button.rs";
const AGAINST: &str = "ui/button.rs uses app.rs, against the arrows";

#[test]
fn an_import_against_the_arrows_is_found() {
    let fault = "ui/button.rs uses features/users/page.rs, against the arrows";
    finds(BUTTON, "use crate::features::users::Users;", fault);
    finds(BUTTON, "pub(crate) use crate::features::{teams::Teams, users::{Users as U}};", fault);
    finds(BUTTON, "fn go() { use crate::features::users; users::Users::new() }", fault);
    // The name of a later import.
    finds(BUTTON, "use users::Users;\nuse crate::features::users;", fault);
}

#[test]
fn a_path_against_the_arrows_is_found() {
    finds(BUTTON, "fn go() { crate::app::start() }", AGAINST);
    finds(BUTTON, "fn go(it: Vec<crate::app::Start>) {}", AGAINST);
    finds(BUTTON, "fn go() { super::super::app::start::<u8>() }", AGAINST);
    finds(BUTTON, "mod inside { fn go() { super::super::super::app::start() } }", AGAINST);
    finds(BUTTON, "#[derive(crate::app::Start)]\nstruct Button;", AGAINST);
}

#[test]
fn a_path_in_a_macro_is_found() {
    finds(BUTTON, "fn go() { view! { <div on:click=move |_| (crate::app::start)()/> } }", AGAINST);
    finds(BUTTON, "#[macro_export]\nmacro_rules! t { () => { $crate::app::start() } }", AGAINST);
    finds(BUTTON, "fn go() { crate::app::start!() }", AGAINST);
}

#[test]
fn an_exported_macro_counts_as_its_file() {
    let mut files = small();
    files.insert(
        "features/users/state.rs".to_owned(),
        "#[macro_export]\nmacro_rules! u { () => {} }".to_owned(),
    );
    files.insert(BUTTON.to_owned(), "use crate::u;".to_owned());
    let found = imports(&files).unwrap();
    assert!(found.contains(&(BUTTON.to_owned(), "features/users/state.rs".to_owned())), "{found:?}");
}

#[test]
fn a_use_of_the_root_is_found() {
    finds(BUTTON, "use crate::main;", "ui/button.rs uses main.rs, against the arrows");
}

#[test]
fn a_feature_that_imports_another_is_found() {
    let fault =
        "features/teams/page.rs uses features/users/page.rs: the folders of features do not know each other";
    finds("features/teams/page.rs", "use crate::features::users::Users as U;", fault);
    finds("features/teams/page.rs", "use super::super::users::Users;", fault);
}

#[test]
fn a_circle_is_found() {
    let fault = "a circle in features/users: page, state";
    finds("features/users/state.rs", "use super::{page};", fault);
    // Through what a room passes on, and through the room itself.
    finds("features/users/state.rs", "use super::Users;", fault);
    finds("features/users/state.rs", "use super as all;\nfn go() { all::page::open() }", fault);
}

#[test]
fn a_room_that_is_not_drawn_is_found() {
    finds("helpers.rs", "", "helpers.rs is in no room of the drawing");
}
