//! A sign-out that the server does not know of, as it could not be reached: it is told as soon as possible, also by a later
//! page. Until then no person counts as signed in here.

use api_types::{Session, Timestamp, UserId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::api::session::Found;
use crate::api::{self, Failure, Pace};
use crate::platform::address::{base_path, is_silent};
use crate::platform::{connectivity, dom, lifetime, spawn, storage, timers};

/// Two reports of one session may differ so far in its end.
const SAME_END_MS: i64 = 2_000;

/// The session that was left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Left {
    person: UserId,
    ends_at: Timestamp,
}

impl Left {
    fn is(&self, session: &Session) -> bool {
        let apart = timers::until(&self.ends_at.0)
            .zip(timers::until(&session.expires_at.0))
            .map_or(0, |(left, found)| (left - found).abs());
        self.person == session.user.id && apart < SAME_END_MS
    }
}

/// Held in memory too: the storage may be denied or full.
struct Due(RwSignal<Option<Left>>);

impl Default for Due {
    fn default() -> Self {
        let kept = storage::local().and_then(|storage| storage.get_item(&key()).ok()?);
        let left = kept.and_then(|text| serde_json::from_str::<Left>(&text).ok());
        Self(RwSignal::new(left.filter(|left| timers::until(&left.ends_at.0).is_some_and(|left| left > 0))))
    }
}

fn due() -> RwSignal<Option<Left>> {
    lifetime::shared::<Due>().0
}

fn key() -> String {
    format!("msi-signed-out{}", base_path())
}

/// Notes that the server is still to be told about the end of this session.
pub(super) fn note(session: &Session) {
    let left = Left { person: session.user.id.clone(), ends_at: session.expires_at.clone() };
    if let (Some(storage), Ok(text)) = (storage::local(), serde_json::to_string(&left)) {
        let _ = storage.set_item(&key(), &text);
    }
    due().set(Some(left));
}

/// Whether the server is still to be told; reactive.
pub(crate) fn is_due() -> bool {
    due().with(Option::is_some)
}

/// The session is gone, or replaced.
pub(super) fn clear() {
    if due().with_untracked(Option::is_none) {
        return;
    }
    due().set(None);
    if let Some(storage) = storage::local() {
        let _ = storage.remove_item(&key());
    }
}

/// Whether the server is still to be told after this answer, or after none.
pub(super) fn is_left(found: &Result<Found, Failure>) -> bool {
    let Some(left) = due().get_untracked() else { return false };
    match found {
        Ok(Found::Somebody(session)) if left.is(session) => true,
        // Only the sign-in window can tell it from here.
        Ok(Found::InWindow) => false,
        Ok(Found::Somebody(_) | Found::Nobody) => {
            clear();
            false
        }
        Err(_) => true,
    }
}

/// Tells the server as soon as it can be reached, as long as this page lives.
pub(super) fn keep_telling() {
    spawn(async {
        let mut pace = Pace::default();
        loop {
            if connectivity::is_online() && !is_silent() && !dom::document().hidden() {
                // Another session is not ended: a person may have signed in meanwhile.
                let found = api::session::look().await;
                if !is_left(&found) {
                    return;
                }
                let is_told = found.is_ok() && api::session::end().await.is_ok();
                if is_told && due().with_untracked(Option::is_some) {
                    clear();
                    api::forget_tokens();
                    return;
                }
                pace = pace.after(false);
            }
            timers::sleep(pace.wait_ms()).await;
        }
    });
}
