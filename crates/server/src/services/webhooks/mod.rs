//! Webhooks: the endpoints, and sending messages to them.

pub(crate) mod deliveries;
pub(crate) mod endpoints;
pub(crate) mod sending;
mod signing;
pub(crate) mod worker;

/// Messages that are given up, deleted, made or hurried in one transaction.
const AT_A_TIME: u32 = 500;
