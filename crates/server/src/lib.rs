//! The reference backend: the API of `api-types` on axum and SQLite, mail by SMTP, and the built app's files.
//!
//! [`app::start`] runs it in the calling process; the binary adds a command line.

pub mod app;
mod clients;
pub mod config;
mod db;
mod error;
mod http;
mod platform;
mod routes;
pub mod sandbox_mode;
mod services;
mod state;

pub use app::{moving, openapi};
pub use error::StartError;
pub use http::endpoints;
pub use platform::clock::{Clock, ManualClock, Millis, SystemClock};
pub use platform::proxy::ForwardedHeader;
pub use routes::endpoints as all_endpoints;
pub use services::doctor;
pub use services::operator::{admins, end_sessions, promote, reset_factors, sign_in_link};
pub use services::person_data::{erase_person, export_person};
pub use services::seed::link_base;
