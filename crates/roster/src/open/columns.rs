//! Guessing the fields of columns.

use crate::{ColumnInfo, Confidence, Mapping, Target, text};
use headings::Column;
use values::{content::content, table::commonest_width};

/// The columns and the proposed mapping.
pub(super) fn propose(records: &[Vec<String>], header: Option<usize>) -> (Vec<ColumnInfo>, Mapping) {
    let people = &records[header.map_or(0, |index| index + 1)..];
    let headers: &[String] = header.map_or(&[], |index| &records[index]);
    // Cells beyond the header have no name, and may be values in the wrong columns.
    let width = match header {
        Some(_) => headers.len(),
        None => commonest_width(people, 0).0,
    };
    let mut columns = Vec::with_capacity(width);
    let mut contents = Vec::with_capacity(width);
    for index in 0..width {
        let values: Vec<&str> = people
            .iter()
            .filter_map(|record| record.get(index))
            .map(|cell| text::trimmed(cell))
            .filter(|value| !value.is_empty())
            .collect();
        let content = content(&values);
        columns.push(ColumnInfo {
            index: index as u32,
            header: headers.get(index).map(|cell| text::trimmed(cell).to_owned()).unwrap_or_default(),
            target: Target::Ignore,
            confidence: Confidence::None,
            kind: content.kind(),
        });
        contents.push(content);
    }
    let mut proposed: Vec<Column> =
        columns.iter().zip(&contents).map(|(column, content)| Column::new(&column.header, content)).collect();
    headings::assign(&mut proposed, header.is_some());
    let proposed: Vec<_> = proposed.iter().map(|column| (column.target, column.confidence)).collect();
    for (column, (target, confidence)) in columns.iter_mut().zip(proposed) {
        (column.target, column.confidence) = (target, confidence);
    }
    let targets = columns.iter().map(|column| column.target).collect();
    (columns, Mapping { targets, ..Mapping::default() })
}
