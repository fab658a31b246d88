//! Salesforce: the authorisation, connections, and the requests over them.

mod connection;
pub(crate) mod flow;
mod identity;
mod oauth;
mod org;
pub(crate) mod people;
pub(crate) mod recheck;
mod refresh;
mod refusal;
mod rest;
mod service;
pub(crate) mod setup;
mod sign_in;
mod soql;
pub(crate) mod watch;

pub(crate) use connection::{check, disconnect, for_asking, let_go};
pub(crate) use org::Org;
pub(crate) use refusal::Error;
