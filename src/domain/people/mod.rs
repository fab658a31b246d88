//! People of the account: their labels, personas and teams, what an administrator can do to
//! them, and notifications that they have changed.

mod acting;
mod action;
mod add_to_teams;
mod changes;
mod labels;
mod link;
mod menu;
pub(crate) mod personas;
mod personas_dialog;
mod rename;
mod role_choice;

pub(crate) use acting::{Acted, Acting, ActingDialog};
pub(crate) use action::{Action, Offer};
pub(crate) use add_to_teams::{AddToTeams, AddToTeamsDialog, say_changed};
pub(crate) use changes::{have_changed, on_change};
pub(crate) use labels::{
    named_teams, protection_reason, role, role_allows, status, status_look, team, teams, workspace,
};
pub(crate) use link::{PersonLink, linked, person_cell};
pub(crate) use menu::{action_items, personas_item};
pub(crate) use personas_dialog::{Personas, PersonasDialog};
pub(crate) use rename::{RenameDialog, typed_name};
pub(crate) use role_choice::RoleChoice;
