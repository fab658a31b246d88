//! The state that the hosts share, independent of the handlers.

mod cursors;
mod grants;
mod service;
mod sessions;

pub(super) use cursors::QueryResult;
pub(super) use grants::{Authorized, Refused, Tokens};
pub(super) use service::{Ctx, SalesforceSnapshot, Service, State};
pub(super) use sessions::Session;
