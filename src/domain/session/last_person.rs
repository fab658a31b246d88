//! The name of the person who was signed in in this tab before a reload, where the session does not survive one. It is
//! kept for the tab, until the person signs out.

use api_types::Me;

use crate::platform::storage;

const KEY: &str = "msi-continue-as";

pub(crate) fn keep(me: &Me) {
    if let Some(storage) = storage::of_tab() {
        let _ = storage.set_item(KEY, &me.display_name());
    }
}

pub(crate) fn name() -> Option<String> {
    storage::of_tab()?.get_item(KEY).ok()?
}

pub(super) fn forget() {
    if let Some(storage) = storage::of_tab() {
        let _ = storage.remove_item(KEY);
    }
}
