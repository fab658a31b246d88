//! What files change about members: compared, applied, undone.

mod action;
mod counts;
mod export;
mod labels;
mod list;
mod page;
mod rows;
mod update;

pub(crate) use list::MemberChanges;
pub(crate) use page::MemberChangeDetail;
