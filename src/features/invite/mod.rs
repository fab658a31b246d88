//! Inviting people by their addresses: enter, review, send.

mod address_box;
mod chips;
mod entry;
mod judge;
mod labels;
mod page;
mod people;
mod result;
mod review;
mod state;
mod typed;

pub(crate) use page::InviteUsers;
