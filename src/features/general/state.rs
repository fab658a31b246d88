//! The settings of the account, which two cards change.

use api_types::{Account, ProblemCode};
use leptos::prelude::*;

use crate::api::{Failure, users};
use crate::data::on_settings_put_back;
use crate::domain::session;
use crate::platform::spawn;

/// The account as it was read last: its cards change settings of one version.
pub(super) fn shared(account: Account) -> RwSignal<Account> {
    let shared = RwSignal::new(account);
    on_settings_put_back(move || {
        spawn(async move {
            let Ok(newer) = users::account().await else { return };
            shared.try_set(newer);
            session::look_at_factor().await;
        });
    });
    shared
}

/// What is chosen of a setting: what is stored, until somebody chooses otherwise.
pub(super) struct Chosen<T: Send + Sync + 'static> {
    pub(super) value: RwSignal<T>,
    /// What this card is about to store.
    sent: StoredValue<Option<T>>,
}

impl<T: Send + Sync + 'static> Clone for Chosen<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Chosen<T> {}

impl<T: Copy + PartialEq + Send + Sync + 'static> Chosen<T> {
    /// What somebody else has stored meanwhile takes the place of a choice that was made without knowing of it; what this card
    /// has stored takes no place of a choice that was made while that was under way.
    pub(super) fn of(saved: Memo<T>) -> Self {
        let value = RwSignal::new(saved.get_untracked());
        let sent = StoredValue::new(None);
        Effect::new(move |before: Option<T>| {
            let now = saved.get();
            if before.is_some_and(|before| before != now)
                && sent.try_update_value(Option::take).flatten() != Some(now)
            {
                value.set(now);
            }
            now
        });
        Self { value, sent }
    }

    /// Notes what is about to be stored.
    pub(super) fn sends(self, wanted: T) {
        self.sent.try_set_value(Some(wanted));
    }

    /// It was not stored.
    pub(super) fn failed(self) {
        self.sent.try_set_value(None);
    }
}

/// Shows the account as it is after somebody else has changed it. Returns it, or nothing if that is not why it failed.
pub(super) async fn look_again(account: RwSignal<Account>, failure: &Failure) -> Option<Account> {
    if failure.code() != Some(ProblemCode::Stale) {
        return None;
    }
    let newer = users::account().await.ok()?;
    account.try_set(newer.clone());
    Some(newer)
}
