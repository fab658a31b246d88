//! The rows of the file with their verdicts: any number of them, edited in place, by mouse or keyboard.

use api_types::RowCode;
use csv_worker::protocol::request;
use leptos::prelude::*;
use roster::{Field, Filter, ProblemCode, RowView, Standing};

use super::labels;
use super::state::Flow;
use super::step::Change;
use crate::domain::invitations::labels::row_code;
use crate::domain::roster::worker;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::ui::{InlineEditor, Status, Tone, VirtualList, Window, notify};

const ROW_HEIGHT: f64 = 44.0;

/// The requested rows; when this changes, loaded rows are obsolete.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct View {
    pub(super) filter: Filter,
    /// Only the results of the last search.
    pub(super) search: bool,
    /// Grows with every change of rows.
    pub(super) revision: u64,
}

/// A cell by its position in the displayed list, and its column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct CellPosition {
    position: u64,
    column: usize,
}

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
}

/// The column of a row's first problem; the verdict's column if no cell has one.
fn worst(row: &RowView, fields: &[Field]) -> usize {
    let is_wrong = |field: &Field| row.problems.iter().any(|problem| problem.field == Some(*field));
    fields.iter().position(is_wrong).map_or(1, |index| index + 2)
}

/// The columns: the row's number and verdict, then the fields of the file, and those with a value for everyone.
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
    let columns = 2 + fields.with_value(Vec::len);
    let total = RwSignal::new(0_u64);
    let window = RwSignal::new(Window { from: 0, count: 30 });
    let rows = RwSignal::new(Rows::Loading);
    // The focus when the step was left.
    let active = RwSignal::new(CellPosition { position: flow.position.get_untracked(), column: 2 });
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
            dom::focus(&cell_id(place));
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
    // Moves the focus to the wanted row: at once if it is drawn, otherwise when its answer is here.
    let arrive = move || {
        let Some(position) = go_to_row.get_untracked() else { return };
        if answered.get_value() == 0 || asked.get_value() != answered.get_value() {
            return;
        }
        match rows
            .with_untracked(|rows| rows.at(position).map(|row| fields.with_value(|all| worst(row, all))))
        {
            Some(column) => {
                go_to_row.set(None);
                active.set(CellPosition { position, column });
                focus_active();
            }
            None if position >= total.get_untracked() => {
                // Otherwise no row could be reached by keyboard.
                active.set(CellPosition { position: 0, column: 2 });
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
        leptos::task::spawn_local(async move {
            let answer = worker::ask(request).await;
            if asked.try_get_value() != Some(question) {
                return;
            }
            answered.set_value(question);
            match answer {
                Ok(_) if editing.get_untracked().is_some() => postponed.set(true),
                Ok(answer) => {
                    let keyboard_here = returning.get_value() || is_in_a_cell();
                    returning.set_value(false);
                    total.set(answer.total);
                    rows.set(Rows::Loaded { from: wanted.from, rows: answer.rows });
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
    let save = Callback::new(move |(row, field, value): (u64, Field, String)| {
        returning.set_value(true);
        editing.set(None);
        leptos::task::spawn_local(async move {
            match flow.change(Change::Edit { row, field, value }).await {
                Ok(()) => drop(on_changed.try_run(())),
                Err(error) => notify(Tone::Failure, labels::job_error(error)),
            }
        });
    });
    let key = move |event: leptos::ev::KeyboardEvent| {
        if editing.get_untracked().is_some() {
            return;
        }
        let at = active.get_untracked();
        let last = total.get_untracked().saturating_sub(1);
        let (position, column) = (at.position, at.column);
        let next = match event.key().as_str() {
            "ArrowDown" => CellPosition { position: (position + 1).min(last), column },
            "ArrowUp" => CellPosition { position: position.saturating_sub(1), column },
            "ArrowRight" => CellPosition { position, column: (column + 1).min(columns - 1) },
            "ArrowLeft" => CellPosition { position, column: column.saturating_sub(1) },
            "PageDown" => CellPosition { position: (position + 10).min(last), column },
            "PageUp" => CellPosition { position: position.saturating_sub(10), column },
            "Home" if event.ctrl_key() => CellPosition { position: 0, column: 0 },
            "End" if event.ctrl_key() => CellPosition { position: last, column: columns - 1 },
            "Home" => CellPosition { position, column: 0 },
            "End" => CellPosition { position, column: columns - 1 },
            "Enter" | "F2" if column >= 2 => {
                editing.set(Some(at));
                at
            }
            _ => return,
        };
        event.prevent_default();
        if editing.get_untracked().is_none() {
            go_to(next);
        }
    };
    let header = move || {
        view! {
            <div role="row" class="grid-row grid-head" aria-rowindex="1">
                <span role="columnheader" class="grid-number">{t!("invite_csv.row")}</span>
                <span role="columnheader" class="grid-verdict">{t!("invite_csv.verdict")}</span>
                {fields.with_value(|fields| fields.iter().map(|field| view! {
                    <span role="columnheader" class=cell_class(*field)>{labels::field(*field)}</span>
                }).collect_view())}
            </div>
        }
        .into_any()
    };
    view! {
        <div class="grid" on:keydown=key>
            <VirtualList label=t!("invite_csv.rows_label") total columns row_height=ROW_HEIGHT window jump_to header=ViewFn::from(header)>
                {move || match rows.get() {
                    Rows::Loading => view! { <p class="grid-note" role="row"><span role="gridcell">{t!("common.loading")}</span></p> }.into_any(),
                    Rows::Failed(message) => view! { <p class="grid-note" role="row"><span role="gridcell">{message}</span></p> }.into_any(),
                    Rows::Loaded { from, rows } if rows.is_empty() && from == 0 => {
                        view! { <p class="grid-note" role="row"><span role="gridcell">{t!("invite_csv.no_rows")}</span></p> }.into_any()
                    }
                    Rows::Loaded { from, rows } => rows.into_iter().enumerate().map(|(offset, row)| {
                        let position = from + offset as u64;
                        view! { <GridRow row position fields=fields.get_value() active at_row editing save /> }
                    }).collect_view().into_any(),
                }}
            </VirtualList>
        </div>
    }
}

/// Whether one of the grid's cells has the focus.
fn is_in_a_cell() -> bool {
    dom::document().active_element().is_some_and(|element| element.id().starts_with(CELL))
}

const CELL: &str = "cell-";

fn cell_id(place: CellPosition) -> String {
    format!("{CELL}{}-{}", place.position, place.column)
}

fn cell_class(field: Field) -> &'static str {
    match field {
        Field::Email => "grid-cell grid-wide",
        _ => "grid-cell",
    }
}

#[component]
fn GridRow(
    row: RowView,
    position: u64,
    fields: Vec<Field>,
    active: RwSignal<CellPosition>,
    at_row: RwSignal<u64>,
    editing: RwSignal<Option<CellPosition>>,
    save: Callback<(u64, Field, String)>,
) -> impl IntoView {
    let (tone, icon) = labels::verdict_look(row.verdict);
    let reasons: Vec<String> = row.problems.iter().map(labels::problem).collect();
    let duplicate = row.duplicate_of.map(|first| t!("invite_csv.duplicate_of", row = first));
    let deactivated = (row.standing == Some(Standing::Deactivated)).then(|| row_code(RowCode::Deactivated));
    let reason = reasons.into_iter().chain(duplicate).chain(deactivated).collect::<Vec<_>>().join(" ");
    let hover = reason.clone();
    let tab_index =
        move |column: usize| if active.get() == (CellPosition { position, column }) { "0" } else { "-1" };
    let number = row.row;
    let reason_id = cell_id(CellPosition { position, column: 1 });
    view! {
        <div
            role="row"
            class="grid-row"
            aria-rowindex=(position + 2).to_string()
            on:focusin=move |_| at_row.set(number)
        >
            <span
                role="gridcell"
                class="grid-number"
                id=cell_id(CellPosition { position, column: 0 })
                tabindex=move || tab_index(0)
                on:focus=move |_| active.set(CellPosition { position, column: 0 })
            >{i18n::number(number)}</span>
            <span
                role="gridcell"
                class="grid-verdict"
                id=cell_id(CellPosition { position, column: 1 })
                tabindex=move || tab_index(1)
                title=hover
                on:focus=move |_| active.set(CellPosition { position, column: 1 })
            >
                <Status tone icon label=labels::verdict(row.verdict) />
                <span class="grid-reason">{reason}</span>
            </span>
            {fields.into_iter().enumerate().map(|(index, field)| {
                let place = CellPosition { position, column: index + 2 };
                let value = row.values.get(field).to_owned();
                let wrong = row.problems.iter().any(|problem| problem.field == Some(field));
                let edited = row.edited.contains(&field);
                let other = (field == Field::Email).then(|| row.other_domain.clone()).flatten();
                view! {
                    <span
                        role="gridcell"
                        class=cell_class(field)
                        class:cell-wrong=wrong
                        class:cell-edited=edited
                        aria-invalid=wrong.then_some("true")
                        aria-describedby=wrong.then(|| reason_id.clone())
                        id=cell_id(place)
                        tabindex=move || tab_index(place.column)
                        on:focus=move |_| active.set(place)
                        on:dblclick=move |_| editing.set(Some(place))
                        on:click=move |_| if active.get_untracked() == place && wrong { editing.set(Some(place)) }
                    >
                        {move || if editing.get() == Some(place) {
                            view! { <InlineEditor text=value.clone() label=labels::field(field) class="cell-input"
                                on_save=Callback::new(move |text| save.run((number, field, text)))
                                on_leave=Callback::new(move |()| {
                                    editing.set(None);
                                    dom::after_paint(move || dom::focus(&cell_id(place)));
                                }) /> }.into_any()
                        } else {
                            view! { <bdi>{value.clone()}</bdi>{other.clone().map(|domain| view! { <span class="quiet small">" (" <bdi>{domain}</bdi> ")"</span> })} }.into_any()
                        }}
                    </span>
                }
            }).collect_view()}
        </div>
    }
}
