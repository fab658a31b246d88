use std::sync::Arc;

use leptos::prelude::*;

use crate::term;
use crate::ui::Term;

/// What a column's cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnKind {
    Plain,
    /// The heads of their rows.
    RowHead,
    /// They end in line.
    Number,
    /// What can be done with the row; only screen readers have a head for it.
    Actions,
}

/// The class of what is left out of cards.
const NOT_ON_CARDS: &str = "not-on-cards";

/// How wide the table has to be to show a column that is not essential. On cards there is room for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    Small,
    Medium,
    Wide,
    Widest,
}

impl Room {
    /// See `style/ui/table.css`.
    const fn class(self) -> &'static str {
        match self {
            Self::Small => "from-small",
            Self::Medium => "from-medium",
            Self::Wide => "from-wide",
            Self::Widest => "from-widest",
        }
    }
}

/// What the table knows of a column without its rows.
pub(super) struct Head {
    pub(super) label: Term,
    pub(super) kind: ColumnKind,
    /// The class of its cells.
    class: Option<&'static str>,
    room: Option<Room>,
    /// Its names in the order of the list, if it can be sorted by this column, and the label of each.
    pub(super) sorts: Vec<(&'static str, Term)>,
    /// Its name in a [`View`](super::View), which can hide it.
    pub(super) choice: Option<&'static str>,
}

impl Head {
    /// The classes of its cells.
    pub(super) fn cell_class(&self) -> Option<String> {
        let classes: Vec<&str> =
            self.class.into_iter().chain(self.room.into_iter().map(Room::class)).collect();
        (!classes.is_empty()).then(|| classes.join(" "))
    }

    /// The classes of its head.
    pub(super) fn head_class(&self) -> Option<String> {
        match self.kind {
            ColumnKind::Number => self.cell_class(),
            _ if self.class == Some(NOT_ON_CARDS) => self.cell_class(),
            _ => self.room.map(|room| room.class().to_owned()),
        }
    }
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
        Self::of(ColumnKind::Plain, label.into(), draws(cell))
    }

    /// Names the rows: its cells are their heads.
    pub(crate) fn row_head<V: IntoView>(
        label: impl Into<Term>,
        cell: impl Fn(&R) -> V + Send + Sync + 'static,
    ) -> Self {
        Self::of(ColumnKind::RowHead, label.into(), draws(cell))
    }

    pub(crate) fn number<V: IntoView>(
        label: impl Into<Term>,
        cell: impl Fn(&R) -> V + Send + Sync + 'static,
    ) -> Self {
        Self::of(ColumnKind::Number, label.into(), draws(cell)).class("number")
    }

    /// What can be done with a row; its label is for screen readers only.
    pub(crate) fn actions<V: IntoView>(cell: impl Fn(&R) -> V + Send + Sync + 'static) -> Self {
        Self::of(ColumnKind::Actions, term!("table.actions"), draws(cell)).class("row-actions")
    }

    fn of(kind: ColumnKind, label: Term, cell: Cell<R>) -> Self {
        let head = Head { label, kind, class: None, room: None, sorts: Vec::new(), choice: None };
        Self { head, cell }
    }

    pub(crate) fn class(mut self, class: &'static str) -> Self {
        self.head.class = Some(class);
        self
    }

    /// Says that its cells need no label on a card: they say by themselves what they are.
    pub(crate) fn bare(self) -> Self {
        self.class("bare")
    }

    /// Leaves it out of cards.
    pub(crate) fn not_on_cards(self) -> Self {
        self.class(NOT_ON_CARDS)
    }

    /// Hides it while the table is narrower.
    pub(crate) fn from(mut self, room: Room) -> Self {
        self.head.room = Some(room);
        self
    }

    /// Says that the list can be sorted by it, under this name.
    pub(crate) fn sortable(self, name: &'static str) -> Self {
        let label = self.head.label.clone();
        self.sortable_by(name, label)
    }

    /// Says that the list can be sorted by something that its cells say besides, under this name.
    pub(crate) fn sortable_by(mut self, name: &'static str, label: impl Into<Term>) -> Self {
        self.head.sorts.push((name, label.into()));
        self
    }

    /// Says that a [`View`](super::View) can hide it, under this name.
    pub(crate) fn choosable(mut self, name: &'static str) -> Self {
        self.head.choice = Some(name);
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
