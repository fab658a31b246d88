//! Webhooks: the addresses to which events are sent, and what became of that.

mod deliveries;
mod entry;
mod labels;
mod secret;
mod section;
mod state;
mod table;

pub(super) use section::Webhooks;
