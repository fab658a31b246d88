//! The table of every list.
//!
//! A table has a caption and columns. A [`Column`] is a head and a function from a row to the content of its cell; what
//! else a column or a table can do is added where it is needed, so that a plain table is its columns and its rows:
//!
//! - [`Table::rows`] draws rows once. [`Table::portioned`] is for long lists that are already there: it draws a part, with
//!   a button for more. [`Table::kept`] follows a list that changes: a row whose key stays keeps its elements, and with
//!   them the focus; its cells read the row from a memo, most of them by [`live`].
//! - [`Table::sort`] turns the heads of [`Column::sortable`] columns into buttons.
//! - [`Table::select`] adds boxes to select rows, and one in the head for all rows of the page. A [`Selection`] is a set of
//!   keys and knows nothing of pages: a screen decides what ends it.
//! - Rows are one line of 44 pixels where their content allows it. A column that is not essential says by [`Column::from`]
//!   how much room it needs. In a narrow window a row becomes a card, in which each cell is labelled with its column's head
//!   (`style/ui/table.css`).
//! - [`Table::view`] follows a [`View`]: the columns and the density that the person has chosen in its menu, kept in the
//!   browser.
//!
//! A list that is loaded has its states from `data`: `loaded_list` and `standing_list` have its skeleton, its failure with
//! a retry, and what is shown in place of an empty list; `kept_table` joins a loader with [`Table::kept`]. Its pages are
//! turned by a `Pager`.
//!
//! A new column is one more [`Column`] in the screen's list of columns: everything about it except its cells is plain data
//! in `Head`, and one function draws all tables from it.

mod column;
mod drawing;
mod parts;
mod selection;
mod sort;
mod view;

pub(crate) use column::{Column, Room, live};
pub(crate) use drawing::Table;
pub(crate) use parts::Frame;
pub(crate) use selection::Selection;
pub(crate) use sort::Sort;
pub(crate) use view::{View, ViewMenu};
