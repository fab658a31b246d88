//! Actions Config: the first invitation, Integration Information, Action Field Sync.

mod field_sync;
mod integration;
mod invite;
mod marks;
mod page;

pub(crate) use page::ActionsConfig;
