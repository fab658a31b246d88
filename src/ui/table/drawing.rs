use std::sync::Arc;

use leptos::prelude::*;

use super::column::{Cell, Column, Head};
use super::parts::{self, Frame, Look, Selectable};
use super::selection::Selection;
use super::sort::Sort;
use super::view::View;
use crate::platform::dom::{self, Target};
use crate::ui::ShowMore;

/// A table of `R`: columns, and what else it has. Drawn by one of [`rows`](Self::rows), [`portioned`](Self::portioned)
/// and [`kept`](Self::kept).
pub(crate) struct Table<R> {
    look: Look,
    of: Rows<R>,
}

/// How rows are drawn.
struct Rows<R> {
    heads: Vec<Head>,
    cells: Vec<Cell<R>>,
    id: Option<TextOf<R, Target>>,
    select: Option<(Selection, TextOf<R, Signal<String>>)>,
}

/// A text that a row has beside its cells.
type TextOf<R, T> = Box<dyn Fn(&R) -> T + Send + Sync>;

/// Draws the row with a key, unless it is gone by now.
type DrawRow = Box<dyn Fn(String) -> Option<AnyView> + Send + Sync>;

impl<R: 'static> Table<R> {
    pub(crate) fn new(caption: impl Into<String>, columns: Vec<Column<R>>) -> Self {
        let (heads, cells) = columns.into_iter().map(|column| (column.head, column.cell)).unzip();
        let look = Look {
            caption: caption.into(),
            shows_caption: false,
            frame: Frame::default(),
            id: None,
            busy: Signal::stored(false),
            sort: None,
            roomy: Signal::stored(false),
        };
        Self { look, of: Rows { heads, cells, id: None, select: None } }
    }

    pub(crate) fn frame(mut self, frame: Frame) -> Self {
        self.look.frame = frame;
        self
    }

    /// The id under which the table gets the focus.
    pub(crate) fn id(mut self, id: &'static str) -> Self {
        self.look.id = Some(id);
        self
    }

    /// Shows the caption, which otherwise is for screen readers.
    pub(crate) fn shows_caption(mut self) -> Self {
        self.look.shows_caption = true;
        self
    }

    /// Whether its rows are being loaded again.
    pub(crate) fn busy(mut self, busy: impl Into<Signal<bool>>) -> Self {
        self.look.busy = busy.into();
        self
    }

    pub(crate) fn sort(mut self, sort: Sort) -> Self {
        self.look.sort = Some(sort);
        self
    }

    /// Draws it as a person wants to see it; reactive.
    pub(crate) fn view(mut self, view: View) -> Self {
        self.look.roomy = view.roomy();
        let (heads, cells) = std::mem::take(&mut self.of.heads)
            .into_iter()
            .zip(std::mem::take(&mut self.of.cells))
            .filter(|(head, _)| head.choice.is_none_or(|name| view.shows(name)))
            .unzip();
        (self.of.heads, self.of.cells) = (heads, cells);
        self
    }

    /// The ids under which rows get the focus.
    pub(crate) fn row_id(mut self, id: impl Fn(&R) -> Target + Send + Sync + 'static) -> Self {
        self.of.id = Some(Box::new(id));
        self
    }

    /// Draws rows that do not change.
    pub(crate) fn rows(self, rows: Vec<R>) -> AnyView {
        let Self { look, of } = self;
        let drawn: Vec<AnyView> = rows.iter().map(|row| of.draw(row, String::new())).collect();
        parts::table(look, &of.heads, None, drawn.into_any())
    }
}

impl<R: Send + Sync + 'static> Table<R> {
    /// Draws rows that do not change, the first of them and more on request.
    pub(crate) fn portioned(self, rows: Vec<R>) -> AnyView {
        let more = ShowMore::new();
        let total = rows.len();
        let keys = Signal::derive(move || (0..total.min(more.most())).map(|at| at.to_string()).collect());
        let table = self.follow(keys, |of| {
            Box::new(move |key| {
                let row = rows.get(key.parse::<usize>().ok()?)?;
                Some(of.draw(row, key))
            })
        });
        view! { {table}{more.button(Signal::stored(total))} }.into_any()
    }

    /// Draws the rows with these keys.
    fn follow(self, keys: Signal<Vec<String>>, draw: impl FnOnce(Arc<Rows<R>>) -> DrawRow) -> AnyView {
        let Self { look, of } = self;
        let of = Arc::new(of);
        let page = of.select.as_ref().map(|(selection, _)| (*selection, keys));
        parts::table(look, &of.heads, page, keyed(keys, draw(Arc::clone(&of))))
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Table<Memo<T>> {
    /// Adds boxes to select rows; `label` names a row's box.
    pub(crate) fn select(
        mut self,
        selection: Selection,
        label: impl Fn(&T) -> String + Clone + Send + Sync + 'static,
    ) -> Self {
        let label = move |row: &Memo<T>| {
            let (row, label) = (*row, label.clone());
            Signal::derive(move || row.with(|row| label(row)))
        };
        self.of.select = Some((selection, Box::new(label)));
        self
    }

    /// Draws a list that changes, by the keys of its rows, and what each of them is now. The elements of a row stay while
    /// its key does.
    pub(crate) fn kept(
        self,
        keys: impl Fn() -> Vec<String> + Send + Sync + 'static,
        find: impl Fn(&str) -> Option<T> + Clone + Send + Sync + 'static,
    ) -> AnyView {
        let keys = Memo::new(move |_| keys());
        self.follow(keys.into(), |of| {
            Box::new(move |key| {
                let initial = untrack(|| find(&key))?;
                let row = {
                    let (key, find) = (key.clone(), find.clone());
                    Memo::new(move |before: Option<&T>| {
                        find(&key).or_else(|| before.cloned()).unwrap_or_else(|| initial.clone())
                    })
                };
                Some(of.draw(&row, key))
            })
        })
    }
}

impl<R> Rows<R> {
    fn draw(&self, row: &R, key: String) -> AnyView {
        let selectable = self.select.as_ref().map(|(selection, label)| Selectable {
            selection: *selection,
            key,
            label: label(row),
        });
        let id = self.id.as_ref().map(|id| id(row).into());
        parts::row(&self.heads, id, selectable, &mut self.cells.iter().map(|cell| cell(row)))
    }
}

/// One list of rows for all tables, by their keys.
fn keyed(keys: Signal<Vec<String>>, draw: DrawRow) -> AnyView {
    let draw = Arc::new(draw);
    let keys = move || {
        dom::hold_focus();
        keys.get()
    };
    view! { <For each=keys key=String::clone children=move |key| draw(key) /> }.into_any()
}
