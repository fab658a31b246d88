//! A sign-out that the server has not heard of, as it was out of reach: it is told as soon as it can be, also by a later
//! page. Until then nobody is signed in here.

use crate::api;
use crate::platform::address::{base_path, is_silent};
use crate::platform::{connectivity, storage, timers};

const PAUSE_MS: f64 = 5_000.0;

fn key() -> String {
    format!("msi-signed-out{}", base_path())
}

pub(super) fn note() {
    if let Some(storage) = storage::local() {
        let _ = storage.set_item(&key(), "1");
    }
}

/// Whether the server is still to be told.
pub(crate) fn is_due() -> bool {
    storage::local().and_then(|storage| storage.get_item(&key()).ok()?).is_some()
}

/// The session that it was about is gone, or replaced.
pub(super) fn clear() {
    if let Some(storage) = storage::local() {
        let _ = storage.remove_item(&key());
    }
}

/// Tells the server, once; `true` if nothing is due any more.
pub(super) async fn tell() -> bool {
    if !is_due() {
        return true;
    }
    let is_told = api::session::end().await.is_ok();
    if is_told {
        clear();
        api::forget_tokens();
    }
    is_told
}

/// Tells the server as soon as it can be reached, as long as this page lives.
pub(super) async fn keep_telling() {
    while is_due() {
        if connectivity::is_online() && !is_silent() && tell().await {
            return;
        }
        timers::sleep(PAUSE_MS).await;
    }
}
