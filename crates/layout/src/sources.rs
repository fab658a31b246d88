//! The files of a crate, and which of them are for tests.

use std::collections::BTreeMap;

use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemMod, Meta, Token};

/// The texts of a folder of sources, by their paths in it.
pub type Files = BTreeMap<String, String>;

pub(crate) type Path = Vec<String>;

/// The modules that are not for tests only, each with its file.
///
/// # Errors
/// The file that is no Rust.
pub(crate) fn modules_of(files: &Files) -> Result<BTreeMap<Path, (&str, File)>, String> {
    // A program beside a library is a crate of its own.
    let root = if files.contains_key("lib.rs") { "lib.rs" } else { "main.rs" };
    let mut modules = BTreeMap::new();
    let mut for_tests = Vec::new();
    for (file, text) in files {
        let module = if file == root { Path::new() } else { module_of(file) };
        let content = parsed(file, text)?;
        let mut reader = TestModules { at: module.clone(), found: Vec::new() };
        reader.visit_file(&content);
        for_tests.append(&mut reader.found);
        modules.insert(module, (file.as_str(), content));
    }
    modules.retain(|module, _| !for_tests.iter().any(|test| module.starts_with(test)));
    Ok(modules)
}

pub(crate) fn parsed(file: &str, text: &str) -> Result<File, String> {
    syn::parse_file(text).map_err(|error| format!("{file}: {error}"))
}

fn module_of(file: &str) -> Path {
    let path = file.trim_end_matches(".rs");
    path.strip_suffix("/mod").unwrap_or(path).split('/').map(str::to_owned).collect()
}

/// Finds the modules in other files that are for tests only.
struct TestModules {
    /// The module that is read: that of the file, or one inside.
    at: Path,
    found: Vec<Path>,
}

impl Visit<'_> for TestModules {
    fn visit_item_mod(&mut self, item: &ItemMod) {
        self.at.push(item.ident.unraw().to_string());
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        } else if item.content.is_none() {
            self.found.push(self.at.clone());
        }
        self.at.pop();
    }
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether there is a `cfg(test)` or `cfg(all(test, ...))`.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    let says = |attribute: &Attribute| match attribute.parse_args::<Meta>().ok()? {
        Meta::List(list) if list.path.is_ident("all") => {
            let all = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
            Some(all.iter().any(|one| one.path().is_ident("test")))
        }
        one => Some(one.path().is_ident("test")),
    };
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .any(|attribute| says(attribute).unwrap_or_default())
}
