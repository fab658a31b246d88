//! What every request passes through: authentication, authorisation, rate limits, and the form of responses.

pub(crate) mod access;
pub(crate) mod auth;
pub(crate) mod connections;
pub mod endpoints;
pub(crate) mod extract;
pub mod headers;
pub(crate) mod idempotency;
pub(crate) mod observe;
pub(crate) mod static_files;
pub(crate) mod version;
