//! The API over HTTP, against a real server on a free port with its own database, mail worker and mail server.

mod access;
mod activation;
mod address_keys;
mod audit;
mod audit_trail;
mod authenticator;
mod background_work;
mod backups;
mod batches;
mod brakes;
mod bulk_acts;
mod bulk_times;
mod certificate;
mod clock;
mod column_mappings;
mod command_line;
mod command_line_keys;
mod connections;
mod console_elsewhere;
#[cfg(unix)]
mod databases;
mod delivery;
mod diagnostics;
#[cfg(unix)]
mod disk;
mod doctor;
mod embedding;
mod encryption;
mod faults;
mod field_sync;
mod field_sync_instances;
mod files;
mod guesses;
mod harness;
mod idempotency;
mod integration;
mod invitations;
mod jobs;
mod logs;
mod long_lists;
mod marketo;
mod marketo_admins;
mod member_changes;
#[cfg(target_os = "linux")]
mod memory;
mod metrics;
mod model;
mod moving;
mod names;
mod notices;
mod oauth;
mod one_server;
mod open_sessions;
mod openapi;
mod operator;
#[cfg(target_os = "linux")]
mod outages;
mod performance;
mod person_data;
mod post_office;
#[path = "../support/postgres.rs"]
mod postgres;
mod problems;
mod proofs;
#[cfg(unix)]
mod proxy;
mod readiness;
mod refusals;
mod restart;
mod retention;
mod rights;
mod salesforce;
mod salesforce_browser;
mod salesforce_people;
mod salesforce_setup;
mod salesforce_sign_in;
mod second_factors;
mod services_check;
mod session_tokens;
mod sessions;
mod setting_up;
mod setup_guide;
#[cfg(unix)]
mod several_servers;
#[cfg(target_os = "linux")]
mod sweeps;
mod teams;
mod troubles;
mod users;
mod webhooks;
