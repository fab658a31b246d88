//! The current cell, and the keyboard focus, which goes where it is.

use leptos::prelude::*;
use web_sys::Element;

use super::rows::is_well_within;
use crate::features::people_file::remedy::FIRST_FIELD;
use crate::features::people_file::row::{CellPosition, GRID};
use crate::platform::dom;
use crate::ui::{Window, is_scaled};

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
        dom::after_paint(move || drop(self.reach_cell()));
    }

    pub(super) fn go_to(self, place: CellPosition) {
        self.active.set(place);
        if !is_well_within(self.window.get_untracked(), place.position) {
            self.jump_to.set(Some(place.position));
        }
        dom::after_paint(move || {
            if self.reach_cell().is_some_and(|(cell, list)| !is_between(&cell, &list)) {
                self.jump_to.try_set(Some(place.position));
            }
        });
    }

    /// Focuses the current cell. The browser scrolls to it only where its pixels are those of the rows; in a list that is too
    /// long for that it would leap over many of them, and the cell be gone. Then it answers with the cell and its list.
    fn reach_cell(self) -> Option<(Element, Element)> {
        let place = self.active.try_get_untracked()?;
        let list = dom::document().get_element_by_id(GRID)?;
        if !is_scaled(&list) {
            dom::focus(&place.id());
            return None;
        }
        dom::focus_where_it_is(&place.id());
        let cell = dom::document().get_element_by_id(&place.id())?;
        scroll_sideways(&cell, &list);
        Some((cell, list))
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

/// Whether a cell is in sight as far as the height goes.
fn is_between(cell: &Element, list: &Element) -> bool {
    let (cell, list) = (cell.get_bounding_client_rect(), list.get_bounding_client_rect());
    // Below the head, which is as high as a row.
    cell.top() >= list.top() + cell.height() && cell.bottom() <= list.bottom()
}

fn scroll_sideways(cell: &Element, list: &Element) {
    let (at, room) = (cell.get_bounding_client_rect(), list.get_bounding_client_rect());
    // The other cells come to stand beside the address, which stays in sight where there is room for it.
    let address = match cell.matches(".grid-number, .grid-verdict, .grid-email") {
        Ok(true) => None,
        _ => list.query_selector(".grid-head > .grid-email").ok().flatten(),
    };
    let left =
        address.map_or(room.left(), |address| address.get_bounding_client_rect().right().max(room.left()));
    let by = if at.right() > room.right() { at.right() - room.right() } else { (at.left() - left).min(0.0) };
    list.set_scroll_left(list.scroll_left() + by as i32);
}
