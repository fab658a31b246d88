//! Which file of a crate uses which.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Item, ItemMacro, ItemMod, ItemUse, Macro, MetaList, UseTree, Visibility};

use crate::sources::{Files, Path, attributes, is_for_tests, modules_of, parsed};

/// Each file with another that it uses.
///
/// # Errors
/// The file that is no Rust.
pub fn imports(files: &Files) -> Result<BTreeSet<(String, String)>, String> {
    let mut modules = BTreeMap::new();
    for (module, (file, content)) in modules_of(files)? {
        let mut reader = Reader { at: module.clone(), ..Reader::default() };
        reader.visit_file(&content);
        modules.insert(module, (file, reader));
    }

    let mut known = Known::default();
    for (module, (file, reader)) in &modules {
        known.files.insert(module.clone(), file);
        known.macros.extend(reader.macros.iter().map(|name| (name.clone(), *file)));
    }
    let mut used = Vec::new();
    for (file, reader) in modules.into_values() {
        let paths = known.learn(reader.uses).into_iter().chain(
            reader
                .paths
                .into_iter()
                .filter_map(|Found { at, path }| known.absolute(&at, &path))
                .collect::<Vec<_>>(),
        );
        used.extend(paths.map(|path| (file, path)));
    }
    Ok(used
        .into_iter()
        .filter_map(|(file, path)| Some((file, known.file_of(&path, 0)?)))
        .filter(|(file, other)| file != other)
        .map(|(file, other)| (file.to_owned(), other.to_owned()))
        .collect())
}

/// Whether a file invokes a macro that has this name.
///
/// # Errors
/// The file that is no Rust.
pub fn invokes(file: &str, text: &str, name: &str) -> Result<bool, String> {
    let mut reader = Reader::default();
    reader.visit_file(&parsed(file, text)?);
    Ok(reader.invoked.contains(name))
}

/// A path as it is written in a module.
struct Found {
    at: Path,
    path: Path,
}

struct Use {
    found: Found,
    name: String,
    is_passed_on: bool,
}

/// Collects what one file says.
#[derive(Default)]
struct Reader {
    /// The module that is read: that of the file, or one inside.
    at: Path,
    uses: Vec<Use>,
    paths: Vec<Found>,
    /// The macros that it exports.
    macros: Vec<String>,
    invoked: BTreeSet<String>,
}

impl Reader {
    fn found(&self, path: Path) -> Found {
        Found { at: self.at.clone(), path }
    }

    /// The leaves of the tree of a `use`.
    fn read_uses(&mut self, tree: &UseTree, before: &[String], is_passed_on: bool) {
        let (last, name) = match tree {
            UseTree::Path(tree) => {
                let further = [before, &[tree.ident.unraw().to_string()]].concat();
                return self.read_uses(&tree.tree, &further, is_passed_on);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.read_uses(tree, before, is_passed_on));
            }
            UseTree::Name(tree) => (tree.ident.unraw().to_string(), None),
            UseTree::Rename(tree) => (tree.ident.unraw().to_string(), Some(tree.rename.unraw().to_string())),
            UseTree::Glob(_) => ("*".to_owned(), None),
        };
        let is_itself = last == "self" && !before.is_empty();
        let path = if is_itself { before.to_vec() } else { [before, &[last]].concat() };
        let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
        let found = self.found(path);
        self.uses.push(Use { found, name, is_passed_on });
    }

    /// The paths among the tokens of a macro.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is_colons = |at: usize| {
            let is_colon =
                |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
            is_colon(at) && is_colon(at + 1)
        };
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => self.read_tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let is_absolute = at >= 2 && is_colons(at - 2);
                    let mut path = vec![first.unraw().to_string()];
                    while is_colons(at + 1)
                        && let Some(TokenTree::Ident(next)) = tokens.get(at + 3)
                    {
                        path.push(next.unraw().to_string());
                        at += 3;
                    }
                    if path.len() > 1 && !is_absolute {
                        let found = self.found(path);
                        self.paths.push(found);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }
}

impl Visit<'_> for Reader {
    fn visit_item(&mut self, item: &Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &ItemMod) {
        self.at.push(item.ident.unraw().to_string());
        visit::visit_item_mod(self, item);
        self.at.pop();
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        if item.leading_colon.is_none() {
            self.read_uses(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_item_macro(&mut self, item: &ItemMacro) {
        if let Some(name) = &item.ident
            && item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"))
        {
            self.macros.push(name.unraw().to_string());
        }
        visit::visit_item_macro(self, item);
    }

    fn visit_macro(&mut self, invocation: &Macro) {
        self.invoked.extend(invocation.path.segments.last().map(|last| last.ident.unraw().to_string()));
        self.visit_path(&invocation.path);
        self.read_tokens(invocation.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &MetaList) {
        self.visit_path(&list.path);
        self.read_tokens(list.tokens.clone());
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let found =
                self.found(path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect());
            self.paths.push(found);
        }
        visit::visit_path(self, path);
    }

    // Who may see an item is no use.
    fn visit_visibility(&mut self, _: &Visibility) {}
}

/// What the modules of a crate are, and which names they introduce.
#[derive(Default)]
struct Known<'a> {
    files: BTreeMap<Path, &'a str>,
    names: BTreeMap<Path, BTreeMap<String, Path>>,
    macros: BTreeMap<String, &'a str>,
}

impl<'a> Known<'a> {
    /// Notes the names of `use`s, each of which may stand on that of another. Answers the paths that they use: what a room
    /// re-exports of its own counts as use by the importer.
    fn learn(&mut self, mut uses: Vec<Use>) -> Vec<Path> {
        let mut used = Vec::new();
        loop {
            let before = uses.len();
            uses.retain(|Use { found, name, is_passed_on }| {
                let Some(target) = self.absolute(&found.at, &found.path) else { return true };
                if !(*is_passed_on && target.len() > found.at.len() && target.starts_with(&found.at)) {
                    used.push(target.clone());
                }
                self.names.entry(found.at.clone()).or_default().insert(name.clone(), target);
                false
            });
            if uses.len() == before {
                return used;
            }
        }
    }

    /// A path from the crate's root, if it is not that of another crate.
    fn absolute(&self, at: &[String], path: &[String]) -> Option<Path> {
        let (first, rest) = path.split_first()?;
        let inside = [at, std::slice::from_ref(first)].concat();
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([at, rest].concat()),
            "super" => {
                let up = at.split_last()?.1;
                if rest.first().is_some_and(|next| next == "super") {
                    self.absolute(up, rest)
                } else {
                    Some([up, rest].concat())
                }
            }
            _ if self.files.contains_key(&inside) => Some([&inside, rest].concat()),
            _ => Some([self.names.get(at)?.get(first)?, rest].concat()),
        }
    }

    /// The file of what a path names, through what modules pass on.
    fn file_of(&self, path: &[String], passed_on: usize) -> Option<&'a str> {
        let mut module = Path::new();
        for (at, segment) in path.iter().enumerate() {
            let inside = [module.as_slice(), std::slice::from_ref(segment)].concat();
            if self.files.contains_key(&inside) {
                module = inside;
                continue;
            }
            if passed_on < 8
                && let Some(target) = self.names.get(&module).and_then(|names| names.get(segment))
            {
                return self.file_of(&[target, &path[at + 1..]].concat(), passed_on + 1);
            }
            if module.is_empty()
                && let Some(file) = self.macros.get(segment)
            {
                return Some(file);
            }
            break;
        }
        self.files.get(&module).copied()
    }
}
