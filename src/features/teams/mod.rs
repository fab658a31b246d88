//! Team Management: teams and who is in them.

mod listing;
mod members;
mod naming;
mod screen;
mod table;

pub(crate) use members::TeamDetail;
pub(crate) use screen::TeamManagement;
