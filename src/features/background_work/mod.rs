//! Background work in one place: the button of the top bar, and what it opens.

mod button;
mod line;
mod list;
mod recent;
mod summary;

pub(crate) use button::BackgroundButton;
pub(crate) use list::BackgroundList;
