//! What several screens share, by subject. A subject may use the subjects below it, and no screen.

pub(crate) mod account;
pub(crate) mod appearance;
pub(crate) mod audit;
pub(crate) mod background_work;
pub(crate) mod connections;
pub(crate) mod errors;
pub(crate) mod field_sync;
pub(crate) mod invitations;
pub(crate) mod local_data;
pub(crate) mod navigation;
pub(crate) mod people;
pub(crate) mod roster;
pub(crate) mod second_factors;
pub(crate) mod session;
pub(crate) mod setup;
