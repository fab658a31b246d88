//! Shared by the parts of the section.

use api_types::embed::ApiKey;
use api_types::{ApiKeyId, List};
use leptos::prelude::*;

use crate::api::api_keys;
use crate::data::Loader;

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

    /// Loads the keys again after a change.
    pub(super) async fn refresh(self) {
        self.list.refresh(api_keys::list()).await;
    }
}

/// The id of a key's row.
pub(super) fn row_id(id: &ApiKeyId) -> String {
    format!("api-key-{id}")
}
