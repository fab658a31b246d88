//! General: how people sign in, who must have a second factor, seats and limits.

mod factor_rule;
mod limits;
mod login_management;
mod page;
mod state;

pub(crate) use page::General;
