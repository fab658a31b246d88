//! A table of people that one screen, or the page around a panel, hands to the screen that reviews and invites them. It is in
//! memory only, and is taken once.

use std::cell::{Cell, RefCell};

use futures_channel::oneshot;
use js_sys::Array;
use leptos::prelude::*;
use roster::Target;
use wasm_bindgen::prelude::*;
use web_sys::{File, FilePropertyBag};

use crate::platform::lifetime;

struct Handover {
    waiting: StoredValue<Option<File>, LocalStorage>,
    /// The path of the list that the latest table was chosen from, with its search and filters.
    origin: RefCell<Option<String>>,
    is_invited: Cell<bool>,
    of_host: RwSignal<Option<HostTable>, LocalStorage>,
}

/// A table of the page around a panel.
pub(crate) struct HostTable {
    pub(crate) file: File,
    /// What its columns are.
    pub(crate) targets: Vec<Target>,
    taken: oneshot::Sender<Result<(), &'static str>>,
}

impl HostTable {
    /// Tells the host that a person sees the rows now, or why not.
    pub(crate) fn answer(self, taken: Result<(), &'static str>) {
        // The page may be gone.
        let _ = self.taken.send(taken);
    }
}

impl Default for Handover {
    fn default() -> Self {
        Self {
            waiting: StoredValue::new_local(None),
            origin: RefCell::default(),
            is_invited: Cell::default(),
            of_host: RwSignal::new_local(None),
        }
    }
}

/// Hands over a table: each row has address, first name and last name. `origin` is the path that leads back.
pub(crate) fn hand_over(
    name: &str,
    head: [String; 3],
    rows: impl Iterator<Item = [String; 3]>,
    origin: String,
) {
    let mut table = String::new();
    for row in std::iter::once(head).chain(rows) {
        add_row(&mut table, row.iter().map(String::as_str));
    }
    let handover = lifetime::shared::<Handover>();
    handover.origin.replace(Some(origin));
    handover.waiting.set_value(file(name, &table));
}

fn file(name: &str, table: &str) -> Option<File> {
    let options = FilePropertyBag::new();
    options.set_type("text/csv");
    let parts = Array::of1(&JsValue::from_str(table));
    File::new_with_str_sequence_and_options(&parts, name, &options).ok()
}

/// Keeps a table of the page around a panel until the screen takes it, in place of an earlier one. Resolves once a person sees
/// it, or with the reason why nobody does, for that page's developers.
pub(crate) async fn of_host(name: &str, table: &str, targets: Vec<Target>) -> Result<(), &'static str> {
    const REPLACED: &str = "other rows have come before these were shown.";
    let Some(file) = file(name, table) else { return Err("the browser could not make a file of them.") };
    let (taken, is_taken) = oneshot::channel();
    lifetime::shared::<Handover>().of_host.set(Some(HostTable { file, targets, taken }));
    is_taken.await.unwrap_or(Err(REPLACED))
}

/// The table that the page around a panel has handed over, until it is taken.
pub(crate) fn waiting_of_host() -> RwSignal<Option<HostTable>, LocalStorage> {
    lifetime::shared::<Handover>().of_host
}

/// The table that waits, if there is one.
pub(crate) fn take() -> Option<File> {
    lifetime::shared::<Handover>().waiting.try_update_value(Option::take).flatten()
}

/// Where the latest table came from, unless the page was loaded since.
pub(crate) fn origin() -> Option<String> {
    lifetime::shared::<Handover>().origin.borrow().clone()
}

/// Notes that the people of a table are invited.
pub(crate) fn invited() {
    lifetime::shared::<Handover>().is_invited.set(true);
}

/// Whether that has happened since this was last asked: who was chosen then is done with.
pub(crate) fn take_invited() -> bool {
    lifetime::shared::<Handover>().is_invited.take()
}

/// Adds a row to a table; its cells may contain anything.
pub(crate) fn add_row<'a>(table: &mut String, cells: impl Iterator<Item = &'a str>) {
    let cells: Vec<String> = cells.map(quoted).collect();
    table.push_str(&cells.join(","));
    table.push_str("\r\n");
}

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
