//! The rows of the file with their verdicts: any number of them, edited in place, by mouse, touch or keyboard.

use csv_worker::protocol::request;
use leptos::html;
use leptos::prelude::*;
use roster::{Field, Filter, ProblemCode, RowView};

use super::cell_note::{CellNote, Said};
use super::labels;
use super::remedy::{FIRST_FIELD, columns_to_see};
use super::row::{CellPosition, GridRow, Shared, cell_class, is_in_a_cell};
use super::seek::{At, View, Way, problem_near};
use super::state::Flow;
use super::step::Change;
use crate::domain::roster::worker;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Tone, VirtualList, Window, announce, notify};

const ROW_HEIGHT: f64 = 40.0;

/// From so many rows on, their numbers may have five digits and more, which need a wider column.
const MANY_ROWS: u64 = 9_000;

/// The id of the text that says how the grid is used.
pub(super) const GRID_HINT: &str = "grid-hint";

/// The ids of the controls before and behind the grid, to which its keys lead.
pub(super) const BEFORE_GRID: &str = "row-search";
pub(super) const BEHIND_GRID: &str = "review-next";

/// The loaded rows of the grid.
#[derive(Clone, Debug, PartialEq)]
enum Rows {
    Loading,
    Loaded { from: u64, rows: Vec<RowView> },
    Failed(String),
}

impl Rows {
    /// The row at a position in the list, if it is loaded.
    fn at(&self, position: u64) -> Option<&RowView> {
        match self {
            Self::Loaded { from, rows } => rows.get(usize::try_from(position.checked_sub(*from)?).ok()?),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// Whether there are none beyond the loaded ones, on that way.
    fn reach_the_end(&self, total: u64, way: Way) -> bool {
        match (self, way) {
            (Self::Loaded { from, rows }, Way::On) => from + rows.len() as u64 >= total,
            (Self::Loaded { from, .. }, Way::Back) => *from == 0,
            _ => false,
        }
    }

    /// The nearest loaded cell on that way that a person should look at.
    fn cell_to_see(&self, fields: &[Field], at: CellPosition, way: Way) -> Option<CellPosition> {
        let Self::Loaded { from, rows } = self else { return None };
        let mut cells = rows.iter().enumerate().flat_map(|(offset, row)| {
            let position = from + offset as u64;
            columns_to_see(row, fields).into_iter().map(move |column| CellPosition { position, column })
        });
        let order = |cell: &CellPosition| (cell.position, cell.column);
        match way {
            Way::On => cells.find(|cell| order(cell) > order(&at)),
            Way::Back => cells.take_while(|cell| order(cell) < order(&at)).last(),
        }
    }
}

/// The fields with columns: those of the file, and those with a value for everyone.
pub(super) fn fields(flow: Flow) -> Vec<Field> {
    let mapping = flow.step.with_untracked(|step| step.opened().map(|opened| opened.mapping.clone()));
    let Some(mapping) = mapping.map(|mapping| untrack(|| flow.narrowed(&mapping))) else {
        return vec![Field::Email];
    };
    let full_name = mapping.column(roster::Target::FullName).is_some();
    // Names can also come from the address column, as in `Name <address>`.
    let beside_address = flow.step.with_untracked(|step| {
        let codes = step.checked().map(|checked| checked.summary.codes.as_slice()).unwrap_or_default();
        codes.iter().any(|count| count.code == ProblemCode::AddressExtracted)
    });
    Field::ALL
        .into_iter()
        .filter(|field| {
            mapping.column((*field).into()).is_some()
                || !mapping.default_of(*field).is_empty()
                || ((full_name || beside_address) && matches!(field, Field::FirstName | Field::LastName))
        })
        .collect()
}

#[component]
pub(super) fn Grid(
    flow: Flow,
    #[prop(into)] view: Signal<View>,
    /// Set to a position in the list to move the focus there; cleared once it is.
    go_to_row: RwSignal<Option<u64>>,
    /// The number of the row that had the focus last; 0 before any had it.
    at_row: RwSignal<u64>,
    /// Called after a change of a row.
    on_changed: Callback<()>,
) -> impl IntoView {
    let fields = StoredValue::new(fields(flow));
    let columns = FIRST_FIELD + fields.with_value(Vec::len);
    let total = RwSignal::new(0_u64);
    let window = RwSignal::new(Window { from: 0, count: 30 });
    let rows = RwSignal::new(Rows::Loading);
    // The focus when the step was left.
    let active = RwSignal::new(CellPosition { position: flow.position.get_untracked(), column: FIRST_FIELD });
    Effect::new(move |_| {
        let position = active.get().position;
        // In search results, the position belongs to another row.
        if !view.with_untracked(|view| view.search) {
            flow.position.set(position);
        }
    });
    let editing = RwSignal::new(None::<CellPosition>);
    let jump_to = RwSignal::new(None::<u64>);

    // New rows are new cells: the focus goes to the cell that replaces the focused one.
    let focus_active = move || {
        dom::after_paint(move || {
            let Some(place) = active.try_get_untracked() else { return };
            dom::focus(&place.id());
        });
    };
    // Set while the keyboard focus is in the grid although its cell is being rendered again.
    let returning = StoredValue::new(false);
    // An answer that came while a cell was being edited: rendering it would discard the text.
    let postponed = RwSignal::new(false);
    let settled = Memo::new(move |_| postponed.get() && editing.get().is_none());

    // Request the visible rows whenever they or the filter change; late answers to older requests are dropped.
    let asked = StoredValue::new(0_u64);
    let answered = StoredValue::new(0_u64);
    // From where the wanted row is come to: that decides which of its cells is the first.
    let coming = StoredValue::new(Way::On);
    // Moves the focus to the wanted row: at once if it is drawn, otherwise when its answer is here.
    let arrive = move || {
        let Some(position) = go_to_row.get_untracked() else { return };
        if answered.get_value() == 0 || asked.get_value() != answered.get_value() {
            return;
        }
        let column_of = |row: &RowView| {
            let columns = fields.with_value(|fields| columns_to_see(row, fields));
            let column = match coming.get_value() {
                Way::On => columns.first(),
                Way::Back => columns.last(),
            };
            column.copied().unwrap_or(FIRST_FIELD)
        };
        match rows.with_untracked(|rows| rows.at(position).map(column_of)) {
            Some(column) => {
                go_to_row.set(None);
                coming.set_value(Way::On);
                active.set(CellPosition { position, column });
                focus_active();
            }
            None if position >= total.get_untracked() => {
                // Otherwise no row could be reached by keyboard.
                active.set(CellPosition { position: 0, column: FIRST_FIELD });
                return go_to_row.set(None);
            }
            None => {}
        }
        // By then the list has the height of its rows.
        dom::after_paint(move || {
            jump_to.try_set(Some(position));
        });
    };
    Effect::new(move |_| {
        if go_to_row.get().is_some() {
            arrive();
        }
    });
    Effect::new(move |previous: Option<View>| {
        let (wanted, view) = (window.get(), view.get());
        if settled.get() {
            postponed.set(false);
        }
        if previous.is_some_and(|previous| previous.filter != view.filter || previous.search != view.search) {
            rows.set(Rows::Loading);
            jump_to.set(Some(0));
        }
        asked.update_value(|asked| *asked += 1);
        let question = asked.get_value();
        let request = request::Rows {
            filter: view.filter,
            search: view.search,
            from: wanted.from,
            count: wanted.count.clamp(30, 200) as u32,
        };
        spawn(async move {
            let answer = worker::ask(request).await;
            if asked.try_get_value() != Some(question) {
                return;
            }
            answered.set_value(question);
            match answer {
                Ok(_) if editing.get_untracked().is_some() => postponed.set(true),
                Ok(answer) => {
                    // Whoever has gone on to another control meanwhile stays there.
                    let keyboard_here = returning.get_value() && dom::is_focus_lost() || is_in_a_cell();
                    returning.set_value(false);
                    total.set(answer.total);
                    // The current row stays so where others before it have left the list.
                    let current = rows
                        .with_untracked(|rows| rows.at(active.get_untracked().position).map(|row| row.row));
                    if let Some(offset) =
                        current.and_then(|current| answer.rows.iter().position(|row| row.row == current))
                    {
                        active.update(|active| active.position = wanted.from + offset as u64);
                    }
                    rows.set(Rows::Loaded { from: wanted.from, rows: answer.rows });
                    keep_within(active, answer.total);
                    if keyboard_here {
                        focus_active();
                    }
                    arrive();
                }
                Err(worker::JobError::Cancelled | worker::JobError::Died) => {}
                Err(error) => rows.set(Rows::Failed(labels::job_error(error))),
            }
        });
        view
    });

    let go_to = move |place: CellPosition| {
        active.set(place);
        let seen = window.get_untracked();
        if place.position < seen.from + 2 || place.position + 8 > seen.from + seen.count {
            jump_to.set(Some(place.position));
        }
        focus_active();
    };
    let change = move |change: Change| {
        returning.set_value(true);
        editing.set(None);
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
    };
    let leave_out = Callback::new(move |(row, out): (u64, bool)| {
        change(Change::LeaveOut { filter: Filter::All, row: Some(row), out });
    });
    let shared = Shared {
        fields,
        active,
        at_row,
        editing,
        was_current: StoredValue::new(false),
        save: Callback::new(move |(row, field, value)| change(Change::Edit { row, field, value })),
        leave_out,
        left_as_is: Callback::new(move |()| {
            editing.set(None);
            focus_active();
        }),
    };

    let said = Memo::new(move |_| {
        let place = active.get();
        let of = |row: &RowView| {
            fields.with_value(|fields| flow.known.with(|known| Said::of(row, fields, place, known)))
        };
        rows.with(|rows| rows.at(place.position).and_then(of))
    });
    let accept = move || {
        let remedy =
            said.with_untracked(|said| said.as_ref().and_then(|said| Some((said.row, said.remedy.clone()?))));
        let is_any = remedy.is_some();
        if let Some((row, remedy)) = remedy {
            change(Change::Edit { row, field: remedy.field, value: remedy.value });
        }
        is_any
    };
    let edit = move || editing.set(Some(active.get_untracked()).filter(|place| place.column >= FIRST_FIELD));
    // The current row, and whether it is left out.
    let current_row = move || {
        let position = active.get_untracked().position;
        rows.with_untracked(|rows| rows.at(position).map(|row| (row.row, row.left_out)))
    };
    let clear = move || {
        let CellPosition { position, column } = active.get_untracked();
        let field = fields.with_value(|fields| fields.get(column - FIRST_FIELD).copied());
        let filled = |row: &RowView| {
            let field = field.filter(|field| !row.values.get(*field).is_empty())?;
            Some(Change::Edit { row: row.row, field, value: String::new() })
        };
        if let Some(cleared) = rows.with_untracked(|rows| rows.at(position).and_then(filled)) {
            change(cleared);
        }
    };
    // Looks for the next problem beyond the loaded rows; at the end it leaves the grid.
    let seek = move |way: Way| {
        let Some((row, _)) = current_row() else { return };
        let Some(turn) = flow.jumps.begin() else { return };
        let at = At { row, position: active.get_untracked().position };
        let (view, total) = (view.get_untracked(), total.get_untracked());
        spawn(async move {
            let found = problem_near(view, at, total, way).await;
            // The person has gone on meanwhile.
            if !turn.counts() || active.try_get_untracked().is_none_or(|now| now.position != at.position) {
                return;
            }
            match found {
                Ok(Some(position)) => {
                    if coming.try_update_value(|coming| *coming = way).is_some() {
                        go_to_row.set(Some(position));
                    }
                }
                Ok(None) => dom::focus(match way {
                    Way::On => BEHIND_GRID,
                    Way::Back => BEFORE_GRID,
                }),
                Err(_) => {}
            }
        });
    };
    // From problem to problem. `false` where there is none: then Tab leaves the grid, as it leaves other controls.
    let to_problem = move |way: Way| {
        let at = active.get_untracked();
        let near = rows.with_untracked(|rows| fields.with_value(|fields| rows.cell_to_see(fields, at, way)));
        match near {
            Some(place) => {
                // What is being typed is saved when its field loses the focus.
                dom::focus(&at.id());
                go_to(place);
            }
            None if rows.with_untracked(|rows| rows.reach_the_end(total.get_untracked(), way)) => {
                return false;
            }
            None => {
                dom::focus(&at.id());
                seek(way);
            }
        }
        true
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let is_editing = editing.get_untracked().is_some();
        let pressed = event.key();
        let with_command = event.ctrl_key() || event.meta_key() || event.alt_key();
        let is_handled = match pressed.as_str() {
            "Tab" if is_editing || is_in_a_cell() => {
                !with_command && to_problem(if event.shift_key() { Way::Back } else { Way::On })
            }
            _ if is_editing => false,
            "F6" | "Escape" => {
                dom::focus(if event.shift_key() { BEFORE_GRID } else { BEHIND_GRID });
                true
            }
            // The buttons in the cells have keys of their own.
            _ if !is_in_a_cell() => false,
            "Enter" if !with_command => {
                if !accept() {
                    edit();
                }
                true
            }
            "F2" => {
                edit();
                true
            }
            "Delete" | "Backspace" if !with_command => {
                match active.get_untracked().column < FIRST_FIELD {
                    true => current_row().into_iter().for_each(|(row, is_out)| leave_out.run((row, !is_out))),
                    false => clear(),
                }
                true
            }
            key => {
                if let Some(place) =
                    moved_by(key, &event, active.get_untracked(), total.get_untracked(), columns)
                {
                    go_to(place);
                    true
                } else {
                    // The field gets the focus before the browser enters the character, or an input method begins with it.
                    let is_text = key == "Process" || (key.chars().count() == 1 && key != " ");
                    if is_text && (!with_command || event.get_modifier_state("AltGraph")) {
                        edit();
                    }
                    false
                }
            }
        };
        if is_handled {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let header = move || {
        view! {
            <div role="row" class="grid-row grid-head" aria-rowindex="1">
                <span role="columnheader" class="grid-number">{t!("invite_csv.row")}</span>
                <span role="columnheader" class="grid-verdict"><span class="hidden-below-480">{t!("invite_csv.verdict")}</span></span>
                {fields.with_value(|fields| fields.iter().map(|field| {
                    let label = labels::field(*field);
                    view! { <span role="columnheader" class=cell_class(*field) title=label.clone()><bdi>{label.clone()}</bdi></span> }
                }).collect_view())}
            </div>
        }
        .into_any()
    };
    let has_many = Memo::new(move |_| {
        flow.step.with(|step| step.checked().is_some_and(|checked| checked.summary.records >= MANY_ROWS))
    });
    let frame = NodeRef::<html::Div>::new();
    let moved = RwSignal::new(0_u32);
    let on_move = Callback::new(move |()| moved.update(|moved| *moved = moved.wrapping_add(1)));
    view! {
        <div class="grid" class:grid-many=move || has_many.get() node_ref=frame>
            <div class="grid-rows" on:keydown=key>
                <VirtualList label=t!("invite_csv.rows_label") described_by=GRID_HINT total columns row_height=ROW_HEIGHT window jump_to on_move header=ViewFn::from(header)>
                    {move || match rows.get() {
                        Rows::Loading => view! { <p class="grid-message" role="row"><span role="gridcell">{t!("common.loading")}</span></p> }.into_any(),
                        Rows::Failed(message) => view! { <p class="grid-message" role="row"><span role="gridcell">{message}</span></p> }.into_any(),
                        Rows::Loaded { from, rows } if rows.is_empty() && from == 0 => {
                            view! { <p class="grid-message" role="row"><span role="gridcell">{t!("invite_csv.no_rows")}</span></p> }.into_any()
                        }
                        Rows::Loaded { from, rows } => rows.into_iter().enumerate().map(|(offset, row)| {
                            view! { <GridRow row position=from + offset as u64 shared /> }
                        }).collect_view().into_any(),
                    }}
                </VirtualList>
            </div>
            <CellNote
                said moved frame
                on_accept=Callback::new(move |()| {
                    accept();
                })
                on_edit=Callback::new(move |()| edit())
                on_leave_out=Callback::new(move |row| leave_out.run((row, true)))
            />
        </div>
    }
}

/// Rows may be gone: then the last one is the current one.
fn keep_within(active: RwSignal<CellPosition>, total: u64) {
    let last = total.saturating_sub(1);
    if active.with_untracked(|active| active.position > last) && total > 0 {
        active.update(|active| active.position = last);
    }
}

/// The cell to which a key leads.
fn moved_by(
    key: &str,
    event: &leptos::ev::KeyboardEvent,
    at: CellPosition,
    total: u64,
    columns: usize,
) -> Option<CellPosition> {
    let last = total.saturating_sub(1);
    let CellPosition { position, column } = at;
    let is_far = event.ctrl_key() || event.meta_key();
    Some(match key {
        "ArrowDown" => CellPosition { position: (position + 1).min(last), column },
        "ArrowUp" => CellPosition { position: position.saturating_sub(1), column },
        "ArrowRight" => CellPosition { position, column: (column + 1).min(columns - 1) },
        "ArrowLeft" => CellPosition { position, column: column.saturating_sub(1) },
        "PageDown" => CellPosition { position: (position + 10).min(last), column },
        "PageUp" => CellPosition { position: position.saturating_sub(10), column },
        "Home" if is_far => CellPosition { position: 0, column: 0 },
        "End" if is_far => CellPosition { position: last, column: columns - 1 },
        "Home" => CellPosition { position, column: 0 },
        "End" => CellPosition { position, column: columns - 1 },
        _ => return None,
    })
}
