//! The set-up guide: the states of the seven steps, and their order.

mod guide;
pub(crate) mod order;
pub(crate) mod view;
