//! User Management: members and pending invitations, and all actions of an administrator on them.

mod bulk;
mod bulk_bar;
mod cells;
mod export;
mod page;
mod people;
mod state;
mod table;
mod toolbar;

pub(crate) use page::UserManagement;
