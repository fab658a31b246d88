//! Team Management: the teams.

mod listing;
mod naming;
mod page;
mod state;
mod table;
mod undo;

pub(crate) use page::TeamManagement;
