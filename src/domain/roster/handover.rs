//! A table of people that one screen hands to the one that reads files. It is in memory only, and is taken once.

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{File, FilePropertyBag};

use crate::platform::lifetime;

struct Waiting(StoredValue<Option<File>, LocalStorage>);

impl Default for Waiting {
    fn default() -> Self {
        Self(StoredValue::new_local(None))
    }
}

/// Hands over a table: each row has address, first name and last name.
pub(crate) fn hand_over(name: &str, head: [String; 3], rows: impl Iterator<Item = [String; 3]>) {
    let mut table = String::new();
    for row in std::iter::once(head).chain(rows) {
        table.push_str(&row.map(|cell| quoted(&cell)).join(","));
        table.push_str("\r\n");
    }
    let options = FilePropertyBag::new();
    options.set_type("text/csv");
    let parts = Array::of1(&JsValue::from_str(&table));
    let file = File::new_with_str_sequence_and_options(&parts, name, &options).ok();
    lifetime::shared::<Waiting>().0.set_value(file);
}

/// The table that waits, if there is one.
pub(crate) fn take() -> Option<File> {
    lifetime::shared::<Waiting>().0.try_update_value(Option::take).flatten()
}

/// A cell, which may contain anything.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn u21_a_name_stays_in_its_cell() {
        assert_eq!(quoted("Kim, \"Al\"\nex"), "\"Kim, \"\"Al\"\"\nex\"");
        assert_eq!(quoted(""), "\"\"");
    }
}
