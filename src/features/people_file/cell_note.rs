//! What is wrong with the current cell, in full below the rows, with what can be done about it.

use leptos::prelude::*;
use roster::{Field, Fix, Known, ProblemCode, Role, RowView};

use super::labels;
use super::remedy::{FIRST_FIELD, Remedy, problems_at, remedy};
use super::row::{CellPosition, further_reasons};
use crate::t;
use crate::ui::{Button, ButtonKind, IconName, Status, Tone};

/// What is said of the current cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) place: CellPosition,
    pub(super) row: u64,
    pub(super) reasons: Vec<(Tone, IconName, String, String)>,
    pub(super) remedy: Option<Remedy>,
    /// What concerns other rows too: the row contradicts an earlier one of the same person, or is of two people.
    pub(super) with_others: Option<Fix>,
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
        let with_others = problems.iter().find_map(|problem| match problem.code {
            ProblemCode::ContradictingRow => Some(Fix::KeepLater),
            ProblemCode::SeveralAddresses => Some(Fix::SplitPeople),
            _ => None,
        });
        let remedy = problems.into_iter().find_map(|problem| remedy(problem, row, known));
        (!reasons.is_empty()).then_some(Self { place, row: row.row, reasons, remedy, with_others })
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

/// The id of the text that says how the grid is used.
pub(super) const GRID_HINT: &str = "grid-hint";

/// Below the rows, so that it covers none of them. Where nothing is wrong, or the keyboard is elsewhere, it says how the grid
/// is used.
#[component]
pub(super) fn CellNote(
    said: Memo<Option<Said>>,
    on_accept: Callback<()>,
    on_edit: Callback<()>,
    /// Called to make a change of a row that concerns others.
    on_fix: Callback<(u64, Fix)>,
    on_leave_out: Callback<u64>,
) -> impl IntoView {
    let actions = move |said: Said| {
        let row = said.row;
        view! {
            <div class="actions">
                {said.remedy.map(|remedy| view! {
                    <Button on_press=on_accept>
                        <bdi>{label(&remedy)}</bdi>" "<kbd aria-hidden="true">{t!("common.key_enter")}</kbd>
                    </Button>
                })}
                {said.with_others.map(|fix| {
                    let label = match fix {
                        Fix::SplitPeople => t!("invite_csv.fix_split_people"),
                        _ => t!("invite_csv.fix_keep_row"),
                    };
                    view! { <Button on_press=Callback::new(move |()| on_fix.run((row, fix.clone())))>{label}</Button> }
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
            class="cell-note"
            class:cell-note-said=move || said.with(Option::is_some)
            // The cell keeps the focus, without which the note would be gone before the button is released.
            on:mousedown=|event| event.prevent_default()
        >
            <p id=GRID_HINT class="quiet">{t!("invite_csv.grid_hint")}</p>
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
