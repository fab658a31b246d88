//! The reference backend: the API of `api-types` on axum and SQLite, mail by SMTP, and the built app's files.
//!
//! [`app::start`] runs it in the calling process; the binary adds a command line.

pub mod access;
mod activation;
mod address;
pub mod app;
mod audit;
mod auth;
mod clock;
pub mod config;
mod connections;
mod db;
mod error;
mod extract;
mod field_sync;
pub mod headers;
mod idempotency;
mod invite;
mod jobs;
mod limiter;
mod mail;
mod marketo;
mod observe;
pub mod openapi;
mod order;
mod outbound;
mod password;
mod portion;
mod proxy;
mod readiness;
mod revocations;
mod routes;
mod salesforce;
pub mod sandbox_mode;
mod secrets;
mod seed;
mod services;
mod setup_guide;
mod static_files;
mod token;

pub use clock::{Clock, ManualClock, Millis, SystemClock};
pub use proxy::ForwardedHeader;
pub use seed::sign_in_link;
