//! What is changed in single rows, from the grid and from the note at its current cell.

use leptos::prelude::*;
use roster::{Filter, RowView};

use super::list::List;
use crate::features::people_file::cell_note::Said;
use crate::features::people_file::labels;
use crate::features::people_file::remedy::FIRST_FIELD;
use crate::features::people_file::row::CellPosition;
use crate::features::people_file::state::Flow;
use crate::features::people_file::step::Change;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Tone, announce, notify};

#[derive(Clone, Copy)]
pub(super) struct Changes {
    pub(super) flow: Flow,
    pub(super) list: List,
    /// What is wrong with the current cell.
    pub(super) said: Memo<Option<Said>>,
    /// Called after a change of a row.
    pub(super) on_changed: Callback<()>,
}

impl Changes {
    pub(super) fn new(flow: Flow, list: List, on_changed: Callback<()>) -> Self {
        let said = Memo::new(move |_| {
            let place = list.focus.active.get();
            let of = |row: &RowView| {
                list.fields.with_value(|fields| flow.known.with(|known| Said::of(row, fields, place, known)))
            };
            list.rows.with(|rows| rows.at(place.position).and_then(of))
        });
        Self { flow, list, said, on_changed }
    }

    pub(super) fn make(self, change: Change) {
        let Self { flow, list, on_changed, .. } = self;
        list.returning.set_value(true);
        list.focus.editing.set(None);
        spawn(async move {
            match flow.change(change.clone()).await {
                Ok(()) => {
                    if let Change::LeaveOut { row: Some(row), out, .. } = change {
                        announce(match out {
                            true => t!("invite_csv.row_left_out", row = row),
                            false => t!("invite_csv.row_taken_in", row = row),
                        });
                    }
                    on_changed.try_run(());
                }
                Err(error) => notify(Tone::Failure, labels::job_error(error)),
            }
        });
    }

    /// Leaves a row out, or takes it in again.
    pub(super) fn leave_out(self, row: u64, out: bool) {
        self.make(Change::LeaveOut { filter: Filter::All, row: Some(row), out });
    }

    /// Sets the value that mends the current cell. `false` where there is none.
    pub(super) fn accept(self) -> bool {
        let remedy = self
            .said
            .with_untracked(|said| said.as_ref().and_then(|said| Some((said.row, said.remedy.clone()?))));
        let is_any = remedy.is_some();
        if let Some((row, remedy)) = remedy {
            self.make(remedy.change(row));
        }
        is_any
    }

    /// Empties the current cell, or leaves its row out where it is none of a field, or takes it in again.
    pub(super) fn remove(self) {
        let CellPosition { position, column } = self.list.focus.active.get_untracked();
        let Some(index) = column.checked_sub(FIRST_FIELD) else {
            return self
                .list
                .current_row()
                .into_iter()
                .for_each(|(row, is_out)| self.leave_out(row, !is_out));
        };
        let field = self.list.fields.with_value(|fields| fields.get(index).copied());
        let filled = |row: &RowView| {
            let field = field.filter(|field| !row.values.get(*field).is_empty())?;
            Some(Change::Edit { row: row.row, field, value: String::new() })
        };
        if let Some(emptied) = self.list.of_row(position, filled).flatten() {
            self.make(emptied);
        }
    }
}
