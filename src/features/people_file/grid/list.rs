//! The list of rows, of which the visible ones are loaded.

use csv_worker::protocol::answer;
use leptos::prelude::*;
use roster::{Field, RowView};

use super::columns::{column_to_enter, fields};
use super::focus::Focus;
use super::rows::{Rows, is_another_list, request};
use crate::domain::roster::worker::{self, JobError};
use crate::features::people_file::labels;
use crate::features::people_file::remedy::FIRST_FIELD;
use crate::features::people_file::row::{CellPosition, GRID, is_among_the_cells};
use crate::features::people_file::seek::{View, Way};
use crate::features::people_file::state::Flow;
use crate::platform::{dom, spawn};

#[derive(Clone, Copy)]
pub(super) struct List {
    pub(super) fields: StoredValue<Vec<Field>>,
    pub(super) view: Signal<View>,
    pub(super) total: RwSignal<u64>,
    pub(super) rows: RwSignal<Rows>,
    pub(super) focus: Focus,
    /// Set while the keyboard focus is in the grid although its cell is being rendered again.
    pub(super) returning: StoredValue<bool>,
    /// Set to a position in the list to move the focus there; cleared once it is.
    go_to_row: RwSignal<Option<u64>>,
    /// From where the wanted row is come to: that decides which of its cells is the first.
    coming: StoredValue<Way>,
    /// The numbers of the last question, and of the last one that was answered.
    asked: StoredValue<u64>,
    answered: StoredValue<u64>,
    /// An answer that came while a cell was being edited: rendering it would discard the text.
    postponed: RwSignal<bool>,
}

impl List {
    pub(super) fn new(flow: Flow, view: Signal<View>, go_to_row: RwSignal<Option<u64>>) -> Self {
        Self {
            fields: StoredValue::new(fields(flow)),
            view,
            total: RwSignal::new(0),
            rows: RwSignal::new(Rows::Loading),
            // The focus when the step was left.
            focus: Focus::new(flow.position.get_untracked()),
            returning: StoredValue::new(false),
            go_to_row,
            coming: StoredValue::new(Way::On),
            asked: StoredValue::new(0),
            answered: StoredValue::new(0),
            postponed: RwSignal::new(false),
        }
    }

    /// What is said of the row at a position, if it is loaded.
    pub(super) fn of_row<T>(self, position: u64, say: impl FnOnce(&RowView) -> T) -> Option<T> {
        self.rows.with_untracked(|rows| rows.at(position).map(say))
    }

    /// The current row, and whether it is left out.
    pub(super) fn current_row(self) -> Option<(u64, bool)> {
        self.of_row(self.focus.active.get_untracked().position, |row| (row.row, row.left_out))
    }

    /// Whether nothing is loaded, and nothing is on its way.
    pub(super) fn has_no_rows(self) -> bool {
        self.rows.with_untracked(|rows| match rows {
            Rows::Loading => false,
            Rows::Loaded { rows, .. } => rows.is_empty(),
            Rows::Failed(_) => true,
        })
    }

    /// Whether the focus is on its way to a row.
    pub(super) fn is_coming(self) -> bool {
        self.go_to_row.with_untracked(Option::is_some)
    }

    /// Moves the focus to a row that need not be loaded.
    pub(super) fn come_to(self, position: u64, way: Way) {
        if self.coming.try_update_value(|coming| *coming = way).is_some() {
            self.go_to_row.set(Some(position));
        }
    }

    /// Requests the visible rows whenever they or the filter change, and moves the focus to wanted rows.
    pub(super) fn follow(self) {
        let Self { focus, postponed, .. } = self;
        let settled = Memo::new(move |_| postponed.get() && focus.editing.get().is_none());
        Effect::new(move |_| {
            if self.go_to_row.get().is_some() {
                self.arrive();
            }
        });
        Effect::new(move |previous: Option<View>| {
            let (window, view) = (focus.window.get(), self.view.get());
            if settled.get() {
                postponed.set(false);
            }
            if previous.is_some_and(|previous| is_another_list(previous, view)) {
                self.rows.set(Rows::Loading);
                focus.jump_to.set(Some(0));
            }
            self.asked.update_value(|asked| *asked += 1);
            let question = self.asked.get_value();
            spawn(async move {
                let answer = worker::ask(request(view, window)).await;
                // Late answers to older requests are dropped.
                if self.asked.try_get_value() == Some(question) {
                    self.answered.set_value(question);
                    self.take(window.from, answer);
                }
            });
            view
        });
    }

    /// Takes the answer about the rows from a position on.
    fn take(self, from: u64, answer: Result<answer::Rows, JobError>) {
        match answer {
            Ok(_) if self.focus.editing.get_untracked().is_some() => self.postponed.set(true),
            Ok(answer) => self.show(answer.total, Rows::Loaded { from, rows: answer.rows }),
            Err(JobError::Cancelled | JobError::Died) => {}
            Err(error) => {
                self.go_to_row.set(None);
                self.rows.set(Rows::Failed(labels::job_error(error)));
            }
        }
    }

    fn show(self, total: u64, loaded: Rows) {
        let Self { focus, returning, .. } = self;
        // The focus stays where the user has moved it meanwhile.
        let keyboard_here = returning.get_value() && dom::is_focus_lost() || is_among_the_cells();
        returning.set_value(false);
        if keyboard_here {
            // A key that is pressed before there are cells again is not to lead out of the grid.
            dom::focus_where_it_is(GRID);
        }
        self.total.set(total);
        // The current row stays so where others before it have left the list.
        if let Some(position) = self.current_row().and_then(|(row, _)| loaded.position_of(row)) {
            focus.active.update(|active| active.position = position);
        }
        self.rows.set(loaded);
        focus.keep_within(total);
        if keyboard_here {
            focus.return_to_cell();
        }
        self.arrive();
    }

    /// Moves the focus to the wanted row: at once if it is drawn, otherwise when its answer is here.
    fn arrive(self) {
        let Self { focus, go_to_row, coming, .. } = self;
        let Some(position) = go_to_row.get_untracked() else { return };
        if self.answered.get_value() == 0 || self.asked.get_value() != self.answered.get_value() {
            return;
        }
        let column = self.of_row(position, |row| {
            self.fields.with_value(|fields| column_to_enter(row, fields, coming.get_value()))
        });
        match column {
            Some(column) => {
                go_to_row.set(None);
                coming.set_value(Way::On);
                focus.active.set(CellPosition { position, column });
                focus.return_to_cell();
            }
            None if position >= self.total.get_untracked() => {
                // Otherwise no row could be reached by keyboard.
                focus.active.set(CellPosition { position: 0, column: FIRST_FIELD });
                return go_to_row.set(None);
            }
            None => {}
        }
        // By then the list has the height of its rows.
        dom::after_paint(move || {
            focus.jump_to.try_set(Some(position));
        });
    }
}
