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

/// What is chosen of a setting: what is stored, until somebody chooses otherwise. What somebody else has stored meanwhile takes
/// the place of a choice that was made without knowing of it.
pub(super) fn chosen_of<T: Copy + PartialEq + Send + Sync + 'static>(saved: Memo<T>) -> RwSignal<T> {
    let chosen = RwSignal::new(saved.get_untracked());
    Effect::new(move |before: Option<T>| {
        let now = saved.get();
        if before.is_some_and(|before| before != now) {
            chosen.set(now);
        }
        now
    });
    chosen
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
