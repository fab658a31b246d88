//! The people who work in the connected org, to choose whom to invite: those chosen go on to the review of a file.

mod cells;
mod choice;
mod page;
mod state;
mod table;
mod toolbar;

pub(crate) use page::InviteUsersFromSalesforce;
