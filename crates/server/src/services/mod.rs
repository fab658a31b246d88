//! The logic of the server by subject, without HTTP endpoints.

pub(crate) mod activation;
pub(crate) mod address;
pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod batch_rows;
pub(crate) mod embed_sessions;
pub(crate) mod field_sync;
pub(crate) mod guessing;
pub(crate) mod invitations;
pub(crate) mod mail;
pub(crate) mod marketo;
pub(crate) mod member_changes;
pub(crate) mod members;
pub(crate) mod panels;
pub(crate) mod readiness;
pub(crate) mod salesforce;
pub(crate) mod seed;
pub(crate) mod session_tokens;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod teams;
