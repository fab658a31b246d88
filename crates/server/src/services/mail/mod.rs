//! Outgoing mail: its texts, the connection to the mail server, and the worker that sends what is queued.

mod compose;
mod mailer;
mod plain;
pub(crate) mod rights;
pub(crate) mod texts;
pub(crate) mod worker;

pub(crate) use compose::{Email, NextStepsPayload, ResetPayload, TestPayload};
pub(crate) use mailer::{Mailer, SendError};
