//! What applies to all people invited together: role, teams, workspace, and the mail they get.

mod form;
mod from_file;
mod mail;
mod markup;
mod sheet;
mod state;
mod summary;
mod test_mail;

pub(crate) use form::InvitationOptions;
pub(crate) use from_file::{FromFile, People};
pub(crate) use state::{OptionsState, TypedOptions};
pub(crate) use summary::OptionsSummary;
