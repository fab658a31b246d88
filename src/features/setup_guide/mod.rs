//! Setup guide: the prerequisites and the seven steps, each with its instructions and its state.

mod hand_over;
mod home;
mod instructions;
mod page;
mod prerequisites;
mod second_factor;
mod step;

pub(crate) use page::SetupGuide;
