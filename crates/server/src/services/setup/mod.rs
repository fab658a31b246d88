//! The set-up guide: where each of the seven steps stands, and their order.

mod guide;
pub(crate) mod order;
