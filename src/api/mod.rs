//! The backend as the app sees it: one way to call it, one error funnel, one file per resource.

pub(crate) mod batches;
mod client;
mod failure;
pub(crate) mod query;
pub(crate) mod retry;

pub(crate) use client::{Call, get, set_base_url, static_file};
pub(crate) use failure::{Failure, FailureKind};
pub(crate) use query::query;
