//! Webhooks: endpoints, the outbox of their messages, and what became of these.

pub(crate) mod deliveries;
pub(crate) mod endpoints;
pub(crate) mod invitations;
pub(crate) mod outbox;
