//! One team and its members. The *Everyone* team is where members are chosen for the others.

mod page;
mod state;

pub(crate) use page::TeamDetail;
