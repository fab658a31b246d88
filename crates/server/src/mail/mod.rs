//! Outgoing mail: its texts, the way to the mail server, and the worker that sends what is queued.

mod compose;
pub(crate) mod post;
mod postman;
pub(crate) mod texts;
pub(crate) mod worker;

pub(crate) use compose::{Audience, Letter, NextStepsPayload, ResetPayload, TestPayload};
pub(crate) use postman::Postman;

/// How long the link of a password reset works; its mail is not sent afterwards.
pub(crate) const RESET_LIFETIME: std::time::Duration = std::time::Duration::from_secs(3600);
/// How long an invitation's mail is tried.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
