//! Team Management: the teams.

mod listing;
mod naming;
mod page;
mod state;
mod table;

pub(crate) use page::TeamManagement;
