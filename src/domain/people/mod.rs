//! People of the account: their labels, personas and teams, what an administrator can do to
//! them, and notifications that they have changed.

mod acting;
mod action;
mod add_to_teams;
mod change;
mod changes;
mod chosen;
mod handing_over;
mod labels;
mod link;
mod menu;
mod open_sessions;
pub(crate) mod personas;
mod personas_dialog;
mod rename;
mod role_choice;
mod team_boxes;
mod undo;

pub(crate) use acting::{Acted, Acting, ActingDialog};
pub(crate) use action::{Offer, UserAction};
pub(crate) use add_to_teams::{AddToTeams, AddToTeamsDialog, Member, say_changed};
pub(crate) use change::{Change, Changed, change_present, moved};
pub(crate) use changes::{have_changed, on_change};
pub(crate) use chosen::{Chosen, ChosenBar, Listed};
pub(crate) use labels::{
    protection_reason, role, role_allows, status, status_look, status_now, team, team_chips, teams, workspace,
};
pub(crate) use link::{PersonLink, in_text, linked, person_cell, with_links};
pub(crate) use menu::{action_items, personas_item};
pub(crate) use open_sessions::{OpenSessions, Whose};
pub(crate) use personas_dialog::{Personas, PersonasDialog};
pub(crate) use rename::{RenameDialog, typed_name};
pub(crate) use role_choice::RoleChoice;
pub(crate) use team_boxes::TeamBoxes;
pub(crate) use undo::{named, names_in_words, say_all_done, say_done};
