//! Clients of other services: hosts, credentials and limits. Independent of accounts.

pub(crate) mod acme;
pub(crate) mod marketo;
pub(crate) mod services;
