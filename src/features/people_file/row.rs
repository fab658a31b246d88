//! One row of the grid, and where its cells are.

use api_types::RowCode;
use leptos::prelude::*;
use roster::{Field, RowView, Severity, Standing, on_one_line};

use super::labels;
use super::remedy::{FIRST_FIELD, NUMBER, VERDICT, severity};
use crate::domain::invitations::labels::row_code;
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::ui::{Icon, IconName, InlineEditor, Tone};

/// A cell by its position in the displayed list, and its column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CellPosition {
    pub(super) position: u64,
    pub(super) column: usize,
}

const CELL: &str = "cell-";

/// The id of what has the rows in it.
pub(super) const GRID: &str = "rows";

impl CellPosition {
    pub(super) fn id(self) -> String {
        format!("{CELL}{}-{}", self.position, self.column)
    }
}

/// Whether one of the grid's cells has the focus.
pub(super) fn is_in_a_cell() -> bool {
    dom::document().active_element().is_some_and(|element| element.id().starts_with(CELL))
}

/// The same, or the grid itself while its cells are made anew.
pub(super) fn is_among_the_cells() -> bool {
    is_in_a_cell() || dom::document().active_element().is_some_and(|element| element.id() == GRID)
}

pub(super) fn cell_class(field: Field) -> &'static str {
    match field {
        Field::Email => "grid-cell grid-email",
        Field::FirstName => "grid-cell grid-first-name",
        Field::LastName => "grid-cell grid-last-name",
        Field::Role => "grid-cell grid-role",
        Field::Teams => "grid-cell grid-teams",
        Field::Workspace => "grid-cell grid-workspace",
        Field::Language => "grid-cell grid-language",
    }
}

/// Why the row has its verdict, beyond the problems of its cells.
pub(super) fn further_reasons(row: &RowView) -> impl Iterator<Item = String> {
    let duplicate = row.duplicate_of.map(|first| match row.differing.as_slice() {
        [] => t!("invite_csv.duplicate_of", row = first),
        differing => {
            let fields = i18n::list(differing.iter().copied().map(labels::field));
            t!("invite_csv.contradicts", row = first, fields = fields)
        }
    });
    let deactivated = (row.standing == Some(Standing::Deactivated)).then(|| row_code(RowCode::Deactivated));
    duplicate.into_iter().chain(deactivated)
}

/// What the rows share.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub(super) fields: StoredValue<Vec<Field>>,
    pub(super) active: RwSignal<CellPosition>,
    /// The number of the row that had the focus last; 0 before any had it.
    pub(super) at_row: RwSignal<u64>,
    pub(super) editing: RwSignal<Option<CellPosition>>,
    /// Whether the cell under the pointer was the current one before it was pressed.
    pub(super) was_current: StoredValue<bool>,
    /// Called with a changed value.
    pub(super) save: Callback<(u64, Field, String)>,
    /// Called to leave a row out (`true`) or take it in.
    pub(super) leave_out: Callback<(u64, bool)>,
    /// Called when an edit ends without a change.
    pub(super) left_as_is: Callback<()>,
    /// How many columns are in sight, from the first on.
    pub(super) in_sight: RwSignal<usize>,
}

#[component]
pub(super) fn GridRow(row: RowView, position: u64, shared: Shared) -> impl IntoView {
    let Shared { active, at_row, leave_out, in_sight, .. } = shared;
    let (number, is_out) = (row.row, row.left_out);
    let (tone, icon) =
        if is_out { (Tone::Quiet, IconName::Close) } else { labels::verdict_look(row.verdict) };
    let words = if is_out { t!("invite_csv.left_out") } else { labels::verdict(row.verdict) };
    let reason = i18n::sentences(row.problems.iter().map(labels::problem).chain(further_reasons(&row)));
    let title = if reason.is_empty() { words.clone() } else { format!("{words}: {reason}") };
    let tab_index =
        move |column: usize| if active.get() == (CellPosition { position, column }) { "0" } else { "-1" };
    let focused =
        move |column| move |_: leptos::ev::FocusEvent| active.set(CellPosition { position, column });
    let is_current = Memo::new(move |_| active.get().position == position);
    let toggle = match is_out {
        true => t!("invite_csv.take_row_in", row = number),
        false => t!("invite_csv.leave_row_out", row = number),
    };
    let fields = shared.fields.get_value();
    // The last wrong cell speaks for those that are scrolled out of sight.
    let wrong = |(index, field): (usize, &Field)| Some((index + FIRST_FIELD, severity(&row, *field)?));
    let last = fields.iter().enumerate().rev().find_map(wrong);
    let beyond = move || last.filter(|(column, _)| *column >= in_sight.get()).map(|(_, severity)| severity);
    view! {
        <div
            role="row"
            class="grid-row"
            class:grid-row-out=is_out
            class:grid-row-error-beyond=move || beyond() == Some(Severity::Error)
            class:grid-row-warning-beyond=move || beyond().is_some_and(|severity| severity != Severity::Error)
            aria-rowindex=(position + 2).to_string()
            aria-current=move || is_current.get().then_some("true")
            on:focusin=move |_| at_row.set(number)
        >
            <span
                role="gridcell"
                class="grid-number"
                id=CellPosition { position, column: NUMBER }.id()
                tabindex=move || tab_index(NUMBER)
                on:focus=focused(NUMBER)
            >
                {i18n::number(number)}
                <button type="button" class="row-toggle" tabindex="-1" aria-label=toggle.clone() title=toggle
                    on:click=move |_| leave_out.run((number, !is_out))>
                    <Icon name=if is_out { IconName::Plus } else { IconName::Close } />
                </button>
            </span>
            <span
                role="gridcell"
                class="grid-verdict"
                id=CellPosition { position, column: VERDICT }.id()
                tabindex=move || tab_index(VERDICT)
                title=title
                on:focus=focused(VERDICT)
            >
                <span class=format!("mark mark-{}", tone.class())><Icon name=icon /><span class="visually-hidden">{words}</span></span>
                <span class="visually-hidden">{reason.clone()}</span>
            </span>
            {fields.into_iter().enumerate().map(|(index, field)| {
                cell(&row, field, CellPosition { position, column: index + FIRST_FIELD }, shared)
            }).collect_view()}
        </div>
    }
}

/// The cell of a field.
fn cell(row: &RowView, field: Field, place: CellPosition, shared: Shared) -> AnyView {
    let Shared { active, editing, was_current, save, left_as_is, .. } = shared;
    let (number, value) = (row.row, row.values.get(field).to_owned());
    let severity = severity(row, field);
    let is_error = severity == Some(Severity::Error);
    let is_warning = severity.is_some() && !is_error;
    let icon = match severity {
        Some(Severity::Error) => Some(IconName::Cross),
        Some(Severity::Warning) => Some(IconName::Alert),
        Some(Severity::Duplicate) => Some(IconName::Twin),
        None => None,
    };
    let edited = row.edited.contains(&field);
    let other = (field == Field::Email).then(|| row.other_domain.clone()).flatten();
    let reason_id = CellPosition { column: VERDICT, ..place }.id();
    let edit = move || {
        if editing.get_untracked() != Some(place) {
            editing.set(Some(place));
        }
    };
    view! {
        <span
            role="gridcell"
            class=cell_class(field)
            class:cell-error=is_error
            class:cell-warning=is_warning
            class:cell-edited=edited
            aria-invalid=is_error.then_some("true")
            aria-describedby=severity.map(|_| reason_id)
            id=place.id()
            tabindex=move || if active.get() == place { "0" } else { "-1" }
            on:focus=move |_| active.set(place)
            on:pointerdown=move |_| was_current.set_value(active.get_untracked() == place && is_in_a_cell())
            on:click=move |_| if was_current.get_value() { edit() }
            on:dblclick=move |_| edit()
        >
            {icon.map(|name| view! { <Icon name /> })}
            {move || if editing.get() == Some(place) {
                view! { <InlineEditor text=on_one_line(field, &value) label=labels::field(field) class="cell-input"
                    on_save=Callback::new(move |text| save.run((number, field, text)))
                    on_leave=left_as_is /> }.into_any()
            } else {
                view! {
                    <bdi>{value.clone()}</bdi>
                    {other.clone().map(|domain| view! { <span class="quiet small">" (" <bdi>{domain}</bdi> ")"</span> })}
                }.into_any()
            }}
        </span>
    }
    .into_any()
}
