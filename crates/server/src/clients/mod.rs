//! Speaking to other services: where they are, by which credentials, within which limits. Knows no account.

pub(crate) mod marketo;
pub(crate) mod services;
