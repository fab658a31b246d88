//! The account's set-up: its seven steps and its progress.

mod guide;
mod next_step;
mod order;
pub(crate) mod steps;
pub(crate) mod support;

pub(crate) use guide::{follow, guide, refresh, state_of};
pub(crate) use next_step::{AfterInviting, BeforeSetUp, NextStep};
pub(crate) use order::{MissingList, Order, OrderDialog};
