//! The quick ways: finding anything by its name, and the list of keyboard shortcuts. Opened by keys on every screen.

mod finder;
mod labels;
mod offers;
mod opened;
mod page;
mod shortcuts;

pub(crate) use opened::Quick;
pub(crate) use page::QuickWays;
