//! One person: what they may do, their teams and connections, their invitations, what they did and what was done to
//! them, and all actions of an administrator on them.

mod access;
mod factors;
mod history;
mod invitations;
mod page;
mod state;

pub(crate) use page::UserDetail;
