//! Outgoing mail: its texts, the way to the mail server, and the worker that sends what is queued.

mod compose;
mod postman;
pub(crate) mod texts;
pub(crate) mod worker;

pub(crate) use compose::{Letter, NextStepsPayload, ResetPayload, TestPayload};
pub(crate) use postman::Postman;
