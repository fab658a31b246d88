//! The account's connection to Marketo and who may use it, the Integration Information, and Marketo's administrators.

pub(crate) mod access;
mod admins;
pub(crate) mod admins_invited;
pub(crate) mod admins_page;
pub(crate) mod connecting;
pub(crate) mod connection;
pub(crate) mod integration;
