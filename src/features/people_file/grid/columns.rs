//! The columns of the grid.

use leptos::prelude::*;
use roster::{CodeCount, Field, ProblemCode, RowView};

use crate::features::people_file::remedy::{FIRST_FIELD, columns_to_see};
use crate::features::people_file::seek::Way;
use crate::features::people_file::state::Flow;

/// The fields with columns: those of the file, and those with a value for everyone.
pub(in crate::features::people_file) fn fields(flow: Flow) -> Vec<Field> {
    let mapping = flow.step.with_untracked(|step| step.opened().map(|opened| opened.mapping.clone()));
    let Some(mapping) = mapping.map(|mapping| untrack(|| flow.narrowed(&mapping))) else {
        return vec![Field::Email];
    };
    let full_name = mapping.column(roster::Target::FullName).is_some();
    // Names can also come from the address column, as in `Name <address>`; where that is in doubt, it is a problem.
    let beside_address = flow.step.with_untracked(|step| {
        let Some(checked) = step.checked() else { return false };
        let column = mapping.column(roster::Target::Email);
        let mut cells = checked.opened.head.iter().filter_map(|row| row.get(column?));
        let is_in_doubt = |count: &CodeCount| count.code == ProblemCode::AddressExtracted;
        cells.any(|cell| cell.contains('<')) || checked.summary.codes.iter().any(is_in_doubt)
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

/// The column in which a row is entered that is come to on that way.
pub(super) fn column_to_enter(row: &RowView, fields: &[Field], way: Way) -> usize {
    let columns = columns_to_see(row, fields);
    let column = match way {
        Way::On => columns.first(),
        Way::Back => columns.last(),
    };
    column.copied().unwrap_or(FIRST_FIELD)
}
