use leptos::html;
use leptos::prelude::*;
use roster::Field;

use super::changes::Changes;
use super::columns::{Widths, columns_in_sight};
use super::keys::press;
use super::list::List;
use super::rows::Rows;
use crate::features::people_file::cell_note::{CellNote, GRID_HINT};
use crate::features::people_file::labels;
use crate::features::people_file::remedy::FIRST_FIELD;
use crate::features::people_file::row::{GRID, GridRow, Shared, cell_class};
use crate::features::people_file::seek::View;
use crate::features::people_file::state::Flow;
use crate::features::people_file::step::Change;
use crate::t;
use crate::ui::VirtualList;

const ROW_HEIGHT: f64 = 34.0;

/// From so many rows on, their numbers may have five digits and more, which need a wider column.
const MANY_ROWS: u64 = 9_000;

#[component]
pub(in crate::features::people_file) fn Grid(
    flow: Flow,
    #[prop(into)] view: Signal<View>,
    /// Set to a position in the list to move the focus there; cleared once it is.
    go_to_row: RwSignal<Option<u64>>,
    /// The number of the row that had the focus last; 0 before any had it.
    at_row: RwSignal<u64>,
    /// Called after a change of a row.
    on_changed: Callback<()>,
) -> impl IntoView {
    let list = List::new(flow, view, go_to_row);
    let List { fields, total, rows, focus, .. } = list;
    Effect::new(move |_| {
        let position = focus.active.get().position;
        // In search results, the position belongs to another row.
        if !view.with_untracked(|view| view.search) {
            flow.position.set(position);
        }
    });
    list.follow();
    let changes = Changes::new(flow, list, on_changed);
    let in_sight = RwSignal::new(usize::MAX);
    let shared = Shared {
        fields,
        active: focus.active,
        at_row,
        editing: focus.editing,
        was_current: StoredValue::new(false),
        save: Callback::new(move |(row, field, value)| changes.make(Change::Edit { row, field, value })),
        leave_out: Callback::new(move |(row, out)| changes.leave_out(row, out)),
        left_as_is: Callback::new(move |()| focus.leave_as_is()),
        in_sight,
    };
    let has_many = Memo::new(move |_| {
        flow.step.with(|step| step.checked().is_some_and(|checked| checked.summary.records >= MANY_ROWS))
    });
    let frame = NodeRef::<html::Div>::new();
    let columns = FIRST_FIELD + fields.with_value(Vec::len);
    let on_move = Callback::new(move |()| {
        let Some(Some(frame)) = frame.try_get_untracked() else { return };
        let seen = columns_in_sight(&frame);
        if in_sight.try_get_untracked().is_some_and(|before| before != seen) {
            in_sight.set(seen);
        }
    });
    let drawn_from = Memo::new(move |_| rows.with(Rows::first));
    let widths = fields.with_value(|fields| Widths::of(flow, fields));
    let header = move || fields.with_value(|fields| header(fields));
    view! {
        <div class="grid" class:grid-many=move || has_many.get() style=("--columns", widths.columns) style=("--least", widths.least) node_ref=frame>
            <div class="grid-rows" on:keydown=move |event| press(changes, &event)>
                <VirtualList id=GRID label=t!("invite_csv.rows_label") described_by=GRID_HINT total columns row_height=ROW_HEIGHT window=focus.window drawn_from jump_to=focus.jump_to on_move header=ViewFn::from(header)>
                    {move || drawn(rows.get(), shared)}
                </VirtualList>
            </div>
            <CellNote
                said=changes.said
                on_accept=Callback::new(move |()| {
                    changes.accept();
                })
                on_edit=Callback::new(move |()| focus.edit())
                on_fix=Callback::new(move |(row, fix)| changes.make(Change::FixRow { row, fix }))
                on_leave_out=Callback::new(move |row| changes.leave_out(row, true))
            />
        </div>
    }
}

fn header(fields: &[Field]) -> AnyView {
    view! {
        <div role="row" class="grid-row grid-head" aria-rowindex="1">
            <span role="columnheader" class="grid-number">{t!("invite_csv.row")}</span>
            <span role="columnheader" class="grid-verdict"><span class="visually-hidden">{t!("invite_csv.verdict")}</span></span>
            {fields.iter().map(|field| {
                let label = labels::field(*field);
                view! { <span role="columnheader" class=cell_class(*field) title=label.clone()><bdi>{label.clone()}</bdi></span> }
            }).collect_view()}
        </div>
    }
    .into_any()
}

fn drawn(rows: Rows, shared: Shared) -> AnyView {
    match rows {
        Rows::Loading => message(t!("common.loading")),
        Rows::Failed(why) => message(why),
        Rows::Loaded { from: 0, rows } if rows.is_empty() => message(t!("invite_csv.no_rows")),
        Rows::Loaded { from, rows } => rows
            .into_iter()
            .zip(from..)
            .map(|(row, position)| view! { <GridRow row position shared /> })
            .collect_view()
            .into_any(),
    }
}

/// In place of rows.
fn message(text: String) -> AnyView {
    view! { <p class="grid-message" role="row"><span role="gridcell">{text}</span></p> }.into_any()
}
