//! What is wrong with the current cell, in full below it, with what can be done about it.

use leptos::html;
use leptos::prelude::*;
use roster::{Field, Known, ProblemCode, Role, RowView};

use super::labels;
use super::remedy::{FIRST_FIELD, Remedy, problems_at, remedy};
use super::row::{CellPosition, further_reasons};
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, ButtonKind, IconName, Status, Tone, px};

/// What is said of the current cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) place: CellPosition,
    pub(super) row: u64,
    pub(super) reasons: Vec<(Tone, IconName, String, String)>,
    pub(super) remedy: Option<Remedy>,
}

impl Said {
    /// `None` where nothing is wrong.
    pub(super) fn of(row: &RowView, fields: &[Field], place: CellPosition, known: &Known) -> Option<Self> {
        if row.left_out {
            return None;
        }
        let problems: Vec<_> = problems_at(row, fields, place.column).collect();
        let mut reasons: Vec<_> = problems
            .iter()
            .map(|problem| {
                let (tone, icon, word) = labels::severity(problem.code.severity());
                (tone, icon, word, labels::reason(problem))
            })
            .collect();
        let is_address = fields.get(place.column.wrapping_sub(FIRST_FIELD)) == Some(&Field::Email);
        if place.column < FIRST_FIELD || is_address {
            let (tone, icon) = labels::verdict_look(row.verdict);
            let word = labels::verdict(row.verdict);
            reasons.extend(further_reasons(row).map(|text| (tone, icon, word.clone(), text)));
        }
        let remedy = problems.into_iter().find_map(|problem| remedy(problem, row, known));
        (!reasons.is_empty()).then_some(Self { place, row: row.row, reasons, remedy })
    }
}

/// What the remedy does, on its button.
fn label(remedy: &Remedy) -> String {
    match (remedy.code, remedy.value.as_str()) {
        (ProblemCode::UnknownTeam | ProblemCode::PlaceholderName, "") => t!("invite_csv.fix_remove"),
        (ProblemCode::AddressInName, "") => t!("invite_csv.fix_remove_address"),
        (_, "") => t!("invite_csv.fix_use_default"),
        (ProblemCode::UnknownRole, value) if value == Role::Admin.as_str() => {
            t!("invite_csv.accept", value = t!("role.admin"))
        }
        (ProblemCode::UnknownRole, _) => t!("invite_csv.accept", value = t!("role.user")),
        (ProblemCode::SwappedNames, _) => t!("invite_csv.fix_swap_names"),
        (ProblemCode::SwappedAddress, _) => t!("invite_csv.fix_swap_cells"),
        (ProblemCode::NameInOneCell, _) => t!("invite_csv.fix_split_names"),
        (_, value) => t!("invite_csv.accept", value = value),
    }
}

/// Where the note is, from the corner of the grid's frame, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spot {
    left: f64,
    top: f64,
}

/// Between the cell and its note, and between the note and the edges.
const GAP: f64 = 4.0;

/// Below the cell, or above it where there is more room; `None` while the cell is out of sight.
fn spot(cell: [f64; 4], note: (f64, f64), list: [f64; 4], head: f64) -> Option<Spot> {
    let [cell_left, cell_top, _, cell_bottom] = cell;
    let [left, top, right, bottom] = list;
    if cell_bottom <= top + head + GAP || cell_top >= bottom - GAP {
        return None;
    }
    let (width, height) = note;
    let x = (cell_left - left).min(right - left - width - GAP).max(GAP);
    let (room_below, room_above) = (bottom - cell_bottom, cell_top - top);
    let is_below = room_below >= height + GAP || room_below >= room_above;
    let y = if is_below { cell_bottom - top + GAP / 2.0 } else { cell_top - top - height - GAP / 2.0 };
    Some(Spot { left: x, top: y })
}

fn edges(element: &web_sys::Element) -> [f64; 4] {
    let rect = element.get_bounding_client_rect();
    [rect.left(), rect.top(), rect.right(), rect.bottom()]
}

#[component]
pub(super) fn CellNote(
    said: Memo<Option<Said>>,
    /// Changes when the rows have moved below it.
    moved: RwSignal<u32>,
    frame: NodeRef<html::Div>,
    on_accept: Callback<()>,
    on_edit: Callback<()>,
    on_leave_out: Callback<u64>,
) -> impl IntoView {
    let note = NodeRef::<html::Div>::new();
    let at = RwSignal::new(None::<Spot>);
    // Also called in the browser's next frame, when the grid may be gone.
    let settle = move || {
        let (Some(Some(note)), Some(Some(frame))) = (note.try_get_untracked(), frame.try_get_untracked())
        else {
            return;
        };
        let Some(Some(place)) = said.try_with_untracked(|said| said.as_ref().map(|said| said.place)) else {
            return;
        };
        let cell = dom::document().get_element_by_id(&place.id());
        let head = frame.query_selector(".grid-head").ok().flatten();
        let head = head.map_or(0.0, |head| head.get_bounding_client_rect().height());
        let [left, top, right, bottom] = edges(&note);
        let size = (right - left, bottom - top);
        at.set(cell.and_then(|cell| spot(edges(&cell), size, edges(&frame), head)));
    };
    Effect::new(move |_| {
        moved.track();
        if said.with(Option::is_some) {
            dom::after_paint(settle);
        }
    });
    let actions = move |said: Said| {
        let row = said.row;
        view! {
            <div class="actions">
                {said.remedy.map(|remedy| view! {
                    <Button on_press=on_accept>
                        <bdi>{label(&remedy)}</bdi>" "<kbd aria-hidden="true">{t!("common.key_enter")}</kbd>
                    </Button>
                })}
                {(said.place.column >= FIRST_FIELD).then(|| view! {
                    <Button kind=ButtonKind::Quiet on_press=on_edit>
                        {t!("invite_csv.edit_cell")}" "<kbd aria-hidden="true">"F2"</kbd>
                    </Button>
                })}
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| on_leave_out.run(row))>
                    {t!("invite_csv.leave_row_out", row = row)}
                </Button>
            </div>
        }
    };
    view! {
        <div
            node_ref=note
            class="cell-note"
            class:cell-note-away=move || at.get().is_none()
            hidden=move || said.with(Option::is_none)
            // The cell keeps the focus, without which the note would be gone before the button is released.
            on:mousedown=|event| event.prevent_default()
            style:left=move || at.get().map(|spot| px(spot.left))
            style:top=move || at.get().map(|spot| px(spot.top))
        >
            {move || said.get().map(|said| view! {
                <ul>
                    {said.reasons.iter().cloned().map(|(tone, icon, word, text)| view! {
                        <li><Status tone icon label=word />" "{text}</li>
                    }).collect_view()}
                </ul>
                {actions(said)}
            })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: [f64; 4] = [100.0, 200.0, 700.0, 600.0];

    fn spot_of(cell_left: f64, cell_top: f64) -> Option<(f64, f64)> {
        let cell = [cell_left, cell_top, cell_left + 120.0, cell_top + 40.0];
        spot(cell, (300.0, 80.0), LIST, 32.0).map(|spot| (spot.left, spot.top))
    }

    #[test]
    fn u5_what_is_wrong_stands_below_its_cell_and_never_beyond_the_grid() {
        assert_eq!(spot_of(200.0, 300.0), Some((100.0, 142.0)));
        assert_eq!(spot_of(650.0, 300.0), Some((296.0, 142.0)), "within the right edge");
        assert_eq!(spot_of(-50.0, 300.0), Some((4.0, 142.0)), "within the left edge");
        assert_eq!(spot_of(200.0, 540.0), Some((100.0, 258.0)), "above the last rows");
        assert_eq!(spot_of(200.0, 180.0), None, "behind the head");
        assert_eq!(spot_of(200.0, 640.0), None, "below the list");
    }
}
