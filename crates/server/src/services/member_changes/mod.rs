//! Changes of members by a file: compared, applied, undone.

mod apply;
mod compare;
mod judge;

pub(crate) use apply::run;
pub(crate) use compare::receive;
