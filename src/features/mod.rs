//! One folder per screen: page.rs is the screen, state.rs what its parts share and its transitions, labels.rs its codes
//! as texts. A feature never imports another; what two share is in `domain` or `ui`.

pub(crate) mod actions_config;
pub(crate) mod background_work;
pub(crate) mod batch;
pub(crate) mod batches;
pub(crate) mod diagnostics;
pub(crate) mod general;
pub(crate) mod invite;
pub(crate) mod invite_salesforce;
pub(crate) mod marketo;
pub(crate) mod member_changes;
pub(crate) mod people_file;
pub(crate) mod places;
pub(crate) mod profile;
pub(crate) mod quick;
pub(crate) mod salesforce;
pub(crate) mod salesforce_setup;
pub(crate) mod second_factor;
pub(crate) mod security;
pub(crate) mod setup_guide;
pub(crate) mod sign_in;
pub(crate) mod team;
pub(crate) mod teams;
pub(crate) mod user;
pub(crate) mod users;
