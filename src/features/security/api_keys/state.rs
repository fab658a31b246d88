//! Shared by the parts of the section.

use api_types::embed::{ApiKey, ApiKeyKind};
use api_types::{ApiKeyId, List};
use leptos::prelude::*;

use crate::api::api_keys;
use crate::data::{Load, Loader};
use crate::i18n::Message;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Confirmation, Question, Tone, notify};

#[derive(Clone, Copy)]
pub(super) struct Keys {
    pub(super) list: Loader<List<ApiKey>>,
    pub(super) is_creating: RwSignal<bool>,
    pub(super) revocation: Confirmation,
}

impl Keys {
    pub(super) fn new() -> Self {
        let keys =
            Self { list: Loader::new(), is_creating: RwSignal::new(false), revocation: Confirmation::new() };
        keys.load();
        keys
    }

    pub(super) fn load(self) {
        spawn(async move { self.list.load(api_keys::list()).await });
    }

    pub(super) fn ask_to_revoke(self, key: ApiKey) {
        let question = Question {
            title: t!("api_keys.revoke_title", name = key.name.clone()),
            text: match key.kind {
                ApiKeyKind::Host => t!("api_keys.revoke_text"),
                ApiKeyKind::CommandLine => t!("api_keys.revoke_text_command_line"),
            },
            action: t!("api_keys.revoke"),
            danger: true,
        };
        self.revocation.ask(question, move || self.revoke(key.clone()));
    }

    async fn revoke(self, key: ApiKey) -> Result<(), Message> {
        let pressed = dom::InputMark::now();
        api_keys::revoke(&key.id).await?;
        self.revocation.close();
        notify(Tone::Success, t!("api_keys.revoked_done", name = key.name));
        self.refresh().await;
        pressed.focus(row_id(&key.id));
        Ok(())
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
pub(super) fn row_id(id: &ApiKeyId) -> dom::Target {
    dom::Target::of("api-key", id)
}
