//! User Management: members and pending invitations, and everything an administrator does to them.

mod action;
mod bulk;
mod bulk_bar;
mod export;
mod page;
mod people;
mod personas;
mod row;
mod state;
mod table;
mod toolbar;

pub(crate) use page::UserManagement;
