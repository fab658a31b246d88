//! What the hosts share: below everything that answers a request.

mod cursors;
mod grants;
mod service;
mod sessions;

pub(super) use cursors::Found;
pub(super) use grants::{Authorized, Refused, Tokens};
pub(super) use service::{Ctx, Kept, Service, State};
pub(super) use sessions::Session;
