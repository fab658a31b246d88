//! One folder per screen. A feature knows `ui`, `api` and the shared parts, never another feature.

pub(crate) mod batches;
pub(crate) mod invite;
pub(crate) mod invite_csv;
pub(crate) mod profile;
pub(crate) mod sign_in;
pub(crate) mod users;
