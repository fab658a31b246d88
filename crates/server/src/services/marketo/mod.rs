//! The account's connection to Marketo, and Marketo's administrators.

pub(crate) mod admins;
pub(crate) mod connection;
