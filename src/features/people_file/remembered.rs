//! The mappings that were chosen for earlier files, for those with the same columns, in whatever order and with whatever
//! beside them: the user's own, in this browser, and those of the account's other administrators. Each holds hashes of headers
//! and the targets of columns, no personal data.

use api_types::{ColumnMapping, limits};
use leptos::prelude::*;
use roster::{ColumnInfo, Mapping, recall, remember};

use crate::api::account;
use crate::platform::spawn;
use crate::platform::storage::local;

const NAME: &str = "mappings";

/// How many mappings are kept in this browser, the latest first.
const KEPT: usize = 20;

/// The mappings of the account as far as they are known; each in a line.
#[derive(Clone, Copy)]
pub(super) struct Remembered(StoredValue<String>);

impl Remembered {
    pub(super) fn new() -> Self {
        Self(StoredValue::new(String::new()))
    }

    /// Learns the account's. Without an answer those of this browser are used alone.
    pub(super) fn learn(self) {
        spawn(async move {
            if let Ok(found) = account::column_mappings().await {
                let lines: Vec<String> = found.items.into_iter().map(|found| found.mapping).collect();
                self.0.try_set_value(lines.join("\n"));
            }
        });
    }

    pub(super) fn clear(self) {
        self.0.set_value(String::new());
    }

    /// Keeps a mapping in this browser.
    pub(super) fn keep(self, columns: &[ColumnInfo], mapping: &Mapping) {
        let own = remember(columns, mapping);
        if let Some(local) = local() {
            let before = local.get_item(NAME).ok().flatten().unwrap_or_default();
            let others = before.lines().filter(|other| *other != own).take(KEPT - 1);
            let lines: Vec<&str> = [own.as_str()].into_iter().chain(others).collect();
            // A full storage does not matter: the proposal is made again next time.
            let _ = local.set_item(NAME, &lines.join("\n"));
        }
    }

    /// Shares a mapping with the account.
    pub(super) fn share(self, columns: &[ColumnInfo], mapping: &Mapping) {
        let own = remember(columns, mapping);
        let is_known = self.0.with_value(|lines| lines.lines().next() == Some(&own));
        if !is_known && own.len() <= limits::COLUMN_MAPPING_MAX {
            self.0.update_value(|lines| *lines = format!("{own}\n{lines}"));
            spawn(async move {
                // What is not shared is still kept here.
                let _ = account::keep_column_mapping(&ColumnMapping { mapping: own }).await;
            });
        }
    }

    /// The mapping of columns like these: of several that know as many, the user's own.
    pub(super) fn mapping(self, columns: &[ColumnInfo]) -> Option<Mapping> {
        let mut lines = local().and_then(|local| local.get_item(NAME).ok().flatten()).unwrap_or_default();
        lines.push('\n');
        self.0.with_value(|of_account| lines.push_str(of_account));
        recall(columns, &lines)
    }
}
