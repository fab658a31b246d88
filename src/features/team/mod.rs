//! One team: who is in it. The team of everybody is where people are chosen for the others.

mod page;
mod state;

pub(crate) use page::TeamDetail;
