//! The strips that report background work on every screen, as pieces of code.

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::pieces::Loaded;
use crate::domain::field_sync::SyncStrip;
use crate::domain::invitations::sending::SendingStrip;

#[wasm_split(home, fallible)]
pub(crate) fn sending_strip() -> Loaded {
    Ok(SendingStrip().into_any())
}

#[wasm_split(home, fallible)]
pub(crate) fn sync_strip() -> Loaded {
    Ok(SyncStrip().into_any())
}
