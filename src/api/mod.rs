//! The backend as the app sees it: one way to call it, one error funnel, one file per resource.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod batches;
mod client;
pub(crate) mod diagnostics;
mod failure;
pub(crate) mod field_sync;
pub(crate) mod flows;
pub(crate) mod integration;
pub(crate) mod invitations;
mod load;
pub(crate) mod mails;
pub(crate) mod marketo;
pub(crate) mod marketo_admins;
mod pace;
pub(crate) mod profile;
pub(crate) mod query;
pub(crate) mod retry;
pub(crate) mod salesforce;
pub(crate) mod salesforce_setup;
pub(crate) mod setup_guide;
pub(crate) mod teams;
pub(crate) mod users;

pub(crate) use client::{Call, Edition, get, look_for_server, set_base_url};
pub(crate) use failure::{Failure, FailureKind};
pub(crate) use load::{Load, Loader};
pub(crate) use pace::Pace;
pub(crate) use query::query;
