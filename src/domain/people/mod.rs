//! People of the account: their labels, personas and teams, and notifications that they have changed.

mod add_to_teams;
mod changes;
mod labels;
pub(crate) mod personas;

pub(crate) use add_to_teams::{AddToTeams, AddToTeamsDialog, say_changed};
pub(crate) use changes::{have_changed, on_change};
pub(crate) use labels::{named_teams, protection_reason, role, status, status_look, teams, workspace};
