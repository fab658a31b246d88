//! The current cell, and the keyboard focus, which goes where it is.

use leptos::prelude::*;

use super::rows::is_well_within;
use crate::features::people_file::remedy::FIRST_FIELD;
use crate::features::people_file::row::CellPosition;
use crate::platform::dom;
use crate::ui::Window;

#[derive(Clone, Copy)]
pub(super) struct Focus {
    /// The current cell.
    pub(super) active: RwSignal<CellPosition>,
    /// The cell that is being edited.
    pub(super) editing: RwSignal<Option<CellPosition>>,
    /// The rows that are drawn.
    pub(super) window: RwSignal<Window>,
    /// Set to a position in the list to scroll there.
    pub(super) jump_to: RwSignal<Option<u64>>,
}

impl Focus {
    pub(super) fn new(position: u64) -> Self {
        Self {
            active: RwSignal::new(CellPosition { position, column: FIRST_FIELD }),
            editing: RwSignal::new(None),
            window: RwSignal::new(Window { from: 0, count: 30 }),
            jump_to: RwSignal::new(None),
        }
    }

    /// New rows are new cells: the focus goes to the cell that replaces the focused one.
    pub(super) fn return_to_cell(self) {
        dom::after_paint(move || {
            let Some(place) = self.active.try_get_untracked() else { return };
            dom::focus(&place.id());
        });
    }

    pub(super) fn go_to(self, place: CellPosition) {
        self.active.set(place);
        if !is_well_within(self.window.get_untracked(), place.position) {
            self.jump_to.set(Some(place.position));
        }
        self.return_to_cell();
    }

    /// Edits the current cell, if it is that of a field.
    pub(super) fn edit(self) {
        self.editing.set(Some(self.active.get_untracked()).filter(|place| place.column >= FIRST_FIELD));
    }

    /// Ends an edit that changes nothing.
    pub(super) fn leave_as_is(self) {
        self.editing.set(None);
        self.return_to_cell();
    }

    /// Rows may be gone: then the last one is the current one.
    pub(super) fn keep_within(self, total: u64) {
        let last = total.saturating_sub(1);
        if self.active.with_untracked(|active| active.position > last) && total > 0 {
            self.active.update(|active| active.position = last);
        }
    }
}
