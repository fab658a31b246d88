//! General: how people sign in, seats and limits.

mod limits;
mod login_management;
mod page;

pub(crate) use page::General;
