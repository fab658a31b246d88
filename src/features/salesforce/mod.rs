//! The connections to Salesforce, and what is logged there.

mod connection;
mod connections;
mod page;
mod sync_settings;

pub(crate) use page::Salesforce;
