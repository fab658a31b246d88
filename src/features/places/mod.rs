//! The screens of places that hold others: the settings with their groups, and the way through Marketo.

mod page;

pub(crate) use page::place;
