//! The screens of places that contain others: the settings with their groups, and the path through Marketo.

mod page;

pub(crate) use page::place;
