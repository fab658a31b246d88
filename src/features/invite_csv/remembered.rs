//! The mappings that the user chose for earlier files, for those with the same columns, in whatever order and with whatever
//! beside them. Holds hashes of headers and the targets of columns, no personal data.

use roster::{ColumnInfo, Mapping, recall, remember};

use crate::platform::storage::local;

const NAME: &str = "mappings";

/// How many mappings are kept, the latest first.
const KEPT: usize = 20;

pub(super) fn keep(columns: &[ColumnInfo], mapping: &Mapping) {
    let Some(local) = local() else { return };
    let own = remember(columns, mapping);
    let before = local.get_item(NAME).ok().flatten().unwrap_or_default();
    let others = before.lines().filter(|other| *other != own).take(KEPT - 1);
    let lines: Vec<&str> = [own.as_str()].into_iter().chain(others).collect();
    // A full storage does not matter: the proposal is made again next time.
    let _ = local.set_item(NAME, &lines.join("\n"));
}

pub(super) fn mapping(columns: &[ColumnInfo]) -> Option<Mapping> {
    recall(columns, &local()?.get_item(NAME).ok().flatten()?)
}
