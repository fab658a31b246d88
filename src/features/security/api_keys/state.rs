//! Shared by the parts of the section.

use api_types::embed::ApiKey;
use api_types::{ApiKeyId, List};
use leptos::prelude::*;

use crate::api::api_keys;
use crate::data::{Load, Loader};

/// The open dialog.
#[derive(Clone, PartialEq)]
pub(super) enum Asking {
    Create,
    Revoke(Box<ApiKey>),
}

#[derive(Clone, Copy)]
pub(super) struct Keys {
    pub(super) list: Loader<List<ApiKey>>,
    pub(super) asking: RwSignal<Option<Asking>>,
}

impl Keys {
    pub(super) fn new() -> Self {
        let keys = Self { list: Loader::new(), asking: RwSignal::new(None) };
        keys.load();
        keys
    }

    pub(super) fn load(self) {
        leptos::task::spawn_local(async move { self.list.load(api_keys::list()).await });
    }

    /// Whether the list has a key by now.
    pub(super) fn shows(self, id: &ApiKeyId) -> bool {
        self.list.state.with_untracked(|state| match state {
            Load::Ready(list) => list.items.iter().any(|key| key.id == *id),
            _ => false,
        })
    }

    /// Loads the keys again after a change.
    pub(super) async fn refresh(self) {
        self.list.refresh(api_keys::list()).await;
    }
}

/// The id of a key's row.
pub(super) fn row_id(id: &ApiKeyId) -> String {
    format!("api-key-{id}")
}
