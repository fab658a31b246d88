//! The person who was signed in in this tab before a reload, where the session does not survive one. They are kept for the
//! tab, until they sign out.

use api_types::{Me, UserId};
use serde::{Deserialize, Serialize};

use crate::platform::storage;

const KEY: &str = "msi-continue-as";

#[derive(Serialize, Deserialize)]
pub(crate) struct LastPerson {
    pub(crate) id: UserId,
    pub(crate) name: String,
}

pub(crate) fn keep(me: &Me) {
    let person = LastPerson { id: me.id.clone(), name: me.display_name() };
    if let (Some(storage), Ok(text)) = (storage::of_tab(), serde_json::to_string(&person)) {
        let _ = storage.set_item(KEY, &text);
    }
}

pub(crate) fn find() -> Option<LastPerson> {
    serde_json::from_str(&storage::of_tab()?.get_item(KEY).ok()??).ok()
}

pub(super) fn forget() {
    if let Some(storage) = storage::of_tab() {
        let _ = storage.remove_item(KEY);
    }
}
