//! The backend as the app sees it: one way to call it, one error funnel, one file per resource. No other module makes
//! calls.

pub(crate) mod account;
pub(crate) mod activations;
pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod background_work;
pub(crate) mod batches;
mod bearer;
mod caller;
pub(crate) mod chunker;
mod client;
pub(crate) mod connection_failure;
pub(crate) mod diagnostics;
pub(crate) mod factors;
mod failure;
pub(crate) mod field_sync;
pub(crate) mod flows;
pub(crate) mod host_tokens;
pub(crate) mod integration;
pub(crate) mod invitations;
pub(crate) mod mails;
pub(crate) mod marketo;
pub(crate) mod marketo_admins;
pub(crate) mod member_changes;
pub(crate) mod open_sessions;
mod pace;
pub(crate) mod password_resets;
pub(crate) mod profile;
pub(crate) mod query;
mod renewal;
pub(crate) mod retry;
pub(crate) mod salesforce;
pub(crate) mod salesforce_setup;
pub(crate) mod session;
pub(crate) mod setup_guide;
pub(crate) mod teams;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod webhooks;

pub(crate) use bearer::forget_tokens;
pub(crate) use caller::{Caller, call_as};
pub(crate) use client::{Asked, Edition, look_for_server, may_be_elsewhere, set_base_url};
pub(crate) use failure::{Failure, FailureKind};
pub(crate) use pace::Pace;
pub(crate) use query::query;

use client::{Call, get};
