//! How long functions are.

use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, Item, ItemFn, Signature, TraitItemFn};

use crate::sources::{Files, attributes, is_for_tests, modules_of};

/// A function or a method, outside of tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub file: String,
    pub name: String,
    /// How many lines there are from its `fn` to its closing brace.
    pub lines: usize,
}

/// The functions in the files of a folder of sources.
///
/// # Errors
/// The file that is no Rust.
pub fn functions(files: &Files) -> Result<Vec<Function>, String> {
    let mut found = Vec::new();
    for (file, content) in modules_of(files)?.into_values() {
        let mut reader = Reader { file, found: Vec::new() };
        reader.visit_file(&content);
        found.append(&mut reader.found);
    }
    Ok(found)
}

struct Reader<'a> {
    file: &'a str,
    found: Vec<Function>,
}

impl Reader<'_> {
    fn add(&mut self, signature: &Signature, block: &Block) {
        let first = signature.fn_token.span.start().line;
        let last = block.brace_token.span.close().end().line;
        self.found.push(Function {
            file: self.file.to_owned(),
            name: signature.ident.to_string(),
            lines: last - first + 1,
        });
    }
}

impl Visit<'_> for Reader<'_> {
    fn visit_item(&mut self, item: &Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &ItemFn) {
        if !is_test(&item.attrs) {
            self.add(&item.sig, &item.block);
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            self.add(&item.sig, &item.block);
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &TraitItemFn) {
        if let Some(block) = &item.default
            && !is_for_tests(&item.attrs)
        {
            self.add(&item.sig, block);
            visit::visit_trait_item_fn(self, item);
        }
    }
}

/// Whether there is a `#[test]`, or that of a runtime, as `#[tokio::test]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "test"))
}
