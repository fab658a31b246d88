use std::sync::Arc;

use leptos::prelude::*;

use crate::term;
use crate::ui::Term;

/// What a column's cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    /// The heads of their rows.
    RowHead,
    /// They end in line.
    Number,
    /// What can be done with the row; only screen readers have a head for it.
    Actions,
}

/// What the table knows of a column without its rows.
pub(super) struct Head {
    pub(super) label: Term,
    pub(super) kind: Kind,
    /// The class of its cells.
    pub(super) class: Option<&'static str>,
    /// Its name in the order of the list, if it can be sorted by this column.
    pub(super) sort: Option<&'static str>,
}

/// Draws the content of a row's cell.
pub(super) type Cell<R> = Box<dyn Fn(&R) -> AnyView + Send + Sync>;

/// A column of a table of `R`.
pub(crate) struct Column<R> {
    pub(super) head: Head,
    pub(super) cell: Cell<R>,
}

impl<R: 'static> Column<R> {
    pub(crate) fn new<V: IntoView>(
        label: impl Into<Term>,
        cell: impl Fn(&R) -> V + Send + Sync + 'static,
    ) -> Self {
        Self::of(Kind::Plain, label.into(), draws(cell))
    }

    /// Names the rows: its cells are their heads.
    pub(crate) fn row_head<V: IntoView>(
        label: impl Into<Term>,
        cell: impl Fn(&R) -> V + Send + Sync + 'static,
    ) -> Self {
        Self::of(Kind::RowHead, label.into(), draws(cell))
    }

    pub(crate) fn number<V: IntoView>(
        label: impl Into<Term>,
        cell: impl Fn(&R) -> V + Send + Sync + 'static,
    ) -> Self {
        Self::of(Kind::Number, label.into(), draws(cell)).class("number")
    }

    /// What can be done with a row; its label is for screen readers only.
    pub(crate) fn actions<V: IntoView>(cell: impl Fn(&R) -> V + Send + Sync + 'static) -> Self {
        Self::of(Kind::Actions, term!("table.actions"), draws(cell)).class("row-actions")
    }

    fn of(kind: Kind, label: Term, cell: Cell<R>) -> Self {
        Self { head: Head { label, kind, class: None, sort: None }, cell }
    }

    pub(crate) fn class(mut self, class: &'static str) -> Self {
        self.head.class = Some(class);
        self
    }

    /// Says that the list can be sorted by it, under this name.
    pub(crate) fn sortable(mut self, name: &'static str) -> Self {
        self.head.sort = Some(name);
        self
    }
}

fn draws<R, V: IntoView>(cell: impl Fn(&R) -> V + Send + Sync + 'static) -> Cell<R> {
    Box::new(move |row| cell(row).into_any())
}

/// A cell of a row that changes while it is shown, drawn again when it does. Elements stay, but not the state of
/// components: a cell with a menu takes the memo itself.
pub(crate) fn live<R, V>(
    cell: impl Fn(&R) -> V + Send + Sync + 'static,
) -> impl Fn(&Memo<R>) -> AnyView + Send + Sync + 'static
where
    R: Send + Sync + 'static,
    V: IntoView,
{
    let cell = Arc::new(draws(cell));
    move |row: &Memo<R>| {
        let (row, cell) = (*row, Arc::clone(&cell));
        (move || row.with(|row| cell(row))).into_any()
    }
}
