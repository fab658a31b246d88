//! Salesforce: the authorisation, connections, and the requests over them.

pub(crate) mod checklist;
mod connection;
pub(super) mod facts;
pub(crate) mod flow;
mod identity;
mod oauth;
mod org;
pub(crate) mod people;
pub(crate) mod people_page;
pub(crate) mod recheck;
mod refresh;
mod refusal;
mod rest;
mod service;
pub(crate) mod setup;
mod sign_in;
mod soql;
pub(crate) mod sync_settings;
pub(crate) mod watch;

pub(crate) use connection::{check_all, disconnect, let_go, view};
pub(crate) use org::Org;
pub(crate) use refusal::Error;
