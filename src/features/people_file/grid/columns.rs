//! The columns of the grid.

use leptos::prelude::*;
use roster::{Field, Mapping, RowView};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::features::people_file::remedy::{FIRST_FIELD, columns_to_see};
use crate::features::people_file::seek::Way;
use crate::features::people_file::state::Flow;
use crate::features::people_file::step::{Checked, Opened, Step};

/// For which fields there are columns beside those of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::features::people_file) enum Columns {
    OfFile,
    /// People have names for which the file has none.
    OfNames,
    /// A row was added.
    All,
}

impl Columns {
    pub(in crate::features::people_file) fn of(step: &Step) -> Self {
        let has_names = |checked: &Checked| !checked.summary.without_column.is_empty();
        match step.opened().is_some_and(Opened::has_added_row) {
            true => Self::All,
            false if step.checked().is_some_and(has_names) => Self::OfNames,
            false => Self::OfFile,
        }
    }
}

/// The fields with columns: those of the file, those with a value for everyone, and those of a row that was added.
pub(in crate::features::people_file) fn fields(flow: Flow) -> Vec<Field> {
    let mapping = flow.step.with_untracked(|step| step.opened().map(|opened| opened.mapping.clone()));
    let Some(mapping) = mapping.map(|mapping| untrack(|| flow.narrowed(&mapping))) else {
        return vec![Field::Email];
    };
    // Names can also stand in one cell, or beside the address, as in `Name <address>`.
    let without_column = flow.step.with_untracked(|step| {
        step.checked().map(|checked| checked.summary.without_column.clone()).unwrap_or_default()
    });
    let is_filled_in = |field: Field| {
        let fills = |opened: &Opened| opened.has_added_row() || opened.has_edit_of(field);
        untrack(|| flow.takes(field.into()))
            && flow.step.with_untracked(|step| step.opened().is_some_and(fills))
    };
    Field::ALL
        .into_iter()
        .filter(|field| {
            is_filled_in(*field)
                || mapping.column((*field).into()).is_some()
                || !mapping.default_of(*field).is_empty()
                || without_column.contains(field)
        })
        .collect()
}

/// The column in which a row is entered that is come to on that way.
pub(super) fn column_to_enter(row: &RowView, fields: &[Field], way: Way) -> usize {
    let columns = columns_to_see(row, fields);
    let column = match way {
        Way::On => columns.first(),
        Way::Back => columns.last(),
    };
    column.copied().unwrap_or(FIRST_FIELD)
}

/// How wide the columns of the fields are, for the style sheet: at least so wide that six of them stand side by side at 1280
/// pixels, and where there is more room, as their values need it.
pub(super) struct Widths {
    /// The tracks.
    pub(super) columns: String,
    /// The least width of all of them.
    pub(super) least: String,
}

impl Widths {
    pub(super) fn of(flow: Flow, fields: &[Field]) -> Self {
        let longest = |field: Field| {
            flow.step.with_untracked(|step| {
                step.opened().map_or(0, |opened| longest(&opened.head, &opened.mapping, field))
            })
        };
        let widths: Vec<Width> = fields.iter().map(|field| Width::of(*field, longest(*field))).collect();
        let columns: Vec<String> = widths
            .iter()
            .map(|Width { least, needed }| format!("minmax({}, {})", rem(*least), rem(*needed)))
            .collect();
        Self { columns: columns.join(" "), least: rem(widths.iter().map(|width| width.least).sum()) }
    }
}

/// The length of the longest value among the first records, in letters of the Latin script.
fn longest(head: &[Vec<String>], mapping: &Mapping, field: Field) -> usize {
    let columns = mapping.targets.iter().enumerate().filter(|(_, target)| **target == field.into());
    let values = columns.flat_map(|(column, _)| head.iter().filter_map(move |row| row.get(column)));
    values
        .map(|value| value.chars().map(|letter| if letter < '\u{1100}' { 1 } else { 2 }).sum())
        .max()
        .unwrap_or(0)
}

/// In tenths of the root's font size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Width {
    least: u32,
    /// What the values need, up to twice what the column is given where there is little room.
    needed: u32,
}

impl Width {
    fn of(field: Field, letters: usize) -> Self {
        let (least, most) = match field {
            Field::Email => (130, 206),
            Field::FirstName | Field::LastName => (48, 60),
            Field::Role => (40, 44),
            Field::Teams => (48, 64),
            Field::Workspace | Field::Language => (42, 50),
        };
        // The padding, and half a letter's height for each letter.
        let needed = (letters as u32).saturating_mul(5).saturating_add(14).clamp(least, 2 * most);
        Self { least: needed.min(most), needed }
    }
}

fn rem(tenths: u32) -> String {
    format!("{}.{}rem", tenths / 10, tenths % 10)
}

/// How many columns can be seen, from the first on. Those at the left stay in sight.
pub(super) fn columns_in_sight(frame: &Element) -> usize {
    const SEEN: f64 = 24.0;
    let edge = frame.get_bounding_client_rect().right() - SEEN;
    let Ok(heads) = frame.query_selector_all(".grid-head > *") else { return usize::MAX };
    let is_seen = |index: &u32| {
        let head = heads.get(*index).and_then(|head| head.dyn_into::<Element>().ok());
        head.is_some_and(|head| head.get_bounding_client_rect().left() <= edge)
    };
    (0..heads.length()).take_while(is_seen).count()
}

#[cfg(test)]
mod tests {
    use roster::Target;

    use super::*;

    fn rows(values: &[&str]) -> Vec<Vec<String>> {
        values.iter().map(|value| vec![String::new(), (*value).to_owned()]).collect()
    }

    #[test]
    fn a_column_is_as_wide_as_its_values_need_it_between_its_limits() {
        let mapping = Mapping { targets: vec![Target::Ignore, Target::Email], ..Mapping::default() };
        let of = |values: &[&str], field| longest(&rows(values), &mapping, field);
        assert_eq!(of(&["ana@x.example", "bo"], Field::Email), 13);
        assert_eq!(of(&["김민준"], Field::Email), 6, "wide letters count twice");
        assert_eq!(of(&["ana"], Field::Role), 0, "no column of the file");
        let width = |letters| Width::of(Field::Email, letters);
        assert_eq!(width(0), Width { least: 130, needed: 130 });
        assert_eq!(width(30), Width { least: 164, needed: 164 });
        assert_eq!(width(300), Width { least: 206, needed: 412 });
        assert_eq!((rem(164), rem(50)), ("16.4rem".to_owned(), "5.0rem".to_owned()));
    }

    #[test]
    fn u5_six_columns_stand_side_by_side_beside_the_panel_at_1280_pixels() {
        let most: u32 = Field::ALL
            .into_iter()
            .filter(|field| *field != Field::Language)
            .map(|field| Width::of(field, 300).least)
            .sum();
        // 1280 less the folded rail, the paddings, the panel, the row's number and its verdict.
        assert!(most * 16 / 10 <= 1280 - 56 - 2 * 32 - 264 - 68 - 32, "{most}");
    }
}
