//! The API over HTTP, against a real server on a free port with its own database, mail worker and mail server.

mod access;
mod activation;
mod audit;
mod batches;
mod delivery;
mod diagnostics;
mod faults;
mod files;
mod harness;
mod idempotency;
mod integration;
mod invitations;
mod marketo;
mod marketo_admins;
mod model;
mod openapi;
mod performance;
mod post_office;
mod problems;
mod restart;
mod sessions;
mod teams;
mod users;
