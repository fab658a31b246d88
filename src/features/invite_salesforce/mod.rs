//! The people who work in the connected org, to choose whom to invite: those chosen go on to the review of a file.
//!
//! They are handed over in memory, as a table, to the flow of a file for the purpose `Salesforce`, which begins with the
//! review, beside a file of other people that may be open. The table has no draft; the choice is kept, and makes it again.

mod cells;
mod choice;
mod page;
mod state;
mod table;
mod toolbar;

pub(crate) use page::InviteUsersFromSalesforce;
