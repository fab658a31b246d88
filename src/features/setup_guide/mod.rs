//! Setup guide: the prerequisites and the seven steps, each with how it is done and where it stands.

mod hand_over;
mod instructions;
mod page;
mod prerequisites;
mod step;

pub(crate) use page::SetupGuide;
