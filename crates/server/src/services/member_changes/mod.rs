//! Changes of members by a file: compared, applied, undone.

mod apply;
pub(crate) mod batches;
mod compare;
mod judge;

pub(crate) use apply::run;
pub(crate) use compare::receive;
