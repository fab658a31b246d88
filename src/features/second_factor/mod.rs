//! Adding a second factor where the account asks for one: before, nothing else can be done.

mod banner;
mod page;

pub(crate) use banner::SecondFactorBanner;
pub(crate) use page::SecondFactorDue;
