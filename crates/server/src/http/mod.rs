//! What every request passes through: who calls, whether they may, how often, and how an answer is written.

pub(crate) mod access;
pub(crate) mod auth;
pub(crate) mod connections;
pub mod endpoints;
pub(crate) mod extract;
pub mod headers;
pub(crate) mod idempotency;
pub(crate) mod observe;
pub(crate) mod static_files;
