//! Small functions around the browser's APIs. Knows nothing of the app.

pub(crate) mod address;
pub(crate) mod connectivity;
pub(crate) mod database;
pub(crate) mod device;
pub(crate) mod dom;
pub(crate) mod downloads;
pub(crate) mod early_requests;
pub(crate) mod files;
pub(crate) mod frame;
pub(crate) mod lifetime;
pub(crate) mod lock;
pub(crate) mod panel;
pub(crate) mod passkeys;
pub(crate) mod popup;
pub(crate) mod random;
pub(crate) mod resizes;
pub(crate) mod sealing;
pub(crate) mod secrets;
pub(crate) mod storage;
mod tasks;
pub(crate) mod theme;
pub(crate) mod timers;
pub(crate) mod version;
pub(crate) mod visibility;

pub(crate) use tasks::{Task, spawn, spawn_scoped};
