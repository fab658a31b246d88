//! Webhooks: the endpoints, and sending messages to them.

pub(crate) mod deliveries;
pub(crate) mod endpoints;
pub(crate) mod sending;
mod signing;
pub(crate) mod worker;
