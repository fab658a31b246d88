//! The wire contract between the app and a backend: what travels over `/api/v1`.
//!
//! JSON, `snake_case`, plural nouns. Lists are a [`List`] with cursor paging, failures are a [`Problem`]
//! (RFC 9457, `application/problem+json`) whose [`ProblemCode`] the app translates, times are
//! [`Timestamp`]s. The crate holds no logic beyond what both sides must agree on: paths
//! ([`paths`]), header names ([`headers`]) and limits ([`limits`]).
//!
//! The feature `openapi` adds the schema derives from which the server generates its OpenAPI document.

mod account;
mod activation;
mod audit;
mod background_work;
mod batch;
mod config;
mod connection;
mod counts;
mod diagnostics;
pub mod embed;
mod event;
mod factor;
mod field_sync;
mod flow;
pub mod headers;
mod id;
mod invitation;
mod invitations_by_day;
pub mod limits;
mod list;
mod marketo;
mod member_change;
mod name;
mod named;
pub mod panel;
#[cfg(test)]
mod panel_files;
pub mod paths;
mod persona;
mod problem;
mod readiness;
mod salesforce;
mod salesforce_setup;
mod sandbox;
mod services_check;
mod session;
mod setup_guide;
mod system;
mod team;
mod time;
mod user;
mod user_agent;
mod webhook;

pub use account::*;
pub use activation::*;
pub use audit::*;
pub use background_work::*;
pub use batch::*;
pub use config::*;
pub use connection::*;
pub use counts::*;
pub use diagnostics::*;
pub use event::*;
pub use factor::*;
pub use field_sync::*;
pub use flow::*;
pub use id::*;
pub use invitation::*;
pub use invitations_by_day::*;
pub use list::*;
pub use marketo::*;
pub use member_change::*;
pub use name::*;
pub use people::{Locale, Role};
pub use persona::*;
pub use problem::*;
pub use readiness::*;
pub use salesforce::*;
pub use salesforce_setup::*;
pub use sandbox::*;
pub use services_check::*;
pub use session::*;
pub use setup_guide::*;
pub use system::*;
pub use team::*;
pub use time::*;
pub use user::*;
pub use user_agent::browser_name;
pub use webhook::*;
