//! The API over HTTP, against a real server on a free port with its own database, mail worker and mail server.

mod access;
mod activation;
mod address_keys;
mod audit;
mod batches;
mod clock;
mod column_mappings;
mod command_line;
mod command_line_keys;
mod connections;
mod console_elsewhere;
mod delivery;
mod diagnostics;
#[cfg(unix)]
mod disk;
mod embedding;
mod faults;
mod field_sync;
mod files;
mod harness;
mod idempotency;
mod integration;
mod invitations;
mod long_lists;
mod marketo;
mod marketo_admins;
mod member_changes;
#[cfg(target_os = "linux")]
mod memory;
mod model;
mod oauth;
mod openapi;
mod performance;
mod post_office;
mod problems;
mod readiness;
mod restart;
mod salesforce;
mod salesforce_browser;
mod salesforce_setup;
mod salesforce_sign_in;
mod session_tokens;
mod sessions;
mod setup_guide;
mod teams;
mod users;
