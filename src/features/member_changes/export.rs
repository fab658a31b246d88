//! The rows of a batch as a file.

use api_types::{MemberChange, MemberChangeBatch, MemberChangeQuery, MemberChangeState, limits};

use super::labels;
use crate::api::member_changes;
use crate::data::export::{Export, Table, save};
use crate::t;

pub(super) async fn download(batch: MemberChangeBatch, export: Export) {
    let is_open = batch.state == MemberChangeState::Open;
    let table = Table {
        file_name: file_name(batch.file_name.as_deref()),
        header: vec![
            t!("batches.row"),
            t!("field.email"),
            t!("field.first_name"),
            t!("field.last_name"),
            t!("changes.result"),
            t!("changes.step"),
            t!("batches.reason"),
        ],
        cells: if is_open { planned } else { done },
    };
    save(export, table, async |cursor| {
        let query =
            MemberChangeQuery { cursor, limit: Some(limits::PAGE_MAX), ..MemberChangeQuery::default() };
        member_changes::rows(&batch.id, &query).await
    })
    .await;
}

fn planned(row: &MemberChange) -> Vec<String> {
    cells(row, MemberChangeState::Open)
}

fn done(row: &MemberChange) -> Vec<String> {
    cells(row, MemberChangeState::Applied)
}

fn cells(row: &MemberChange, state: MemberChangeState) -> Vec<String> {
    let (_, result) = row.undo.map_or_else(|| labels::verdict(row.verdict), labels::undo);
    vec![
        row.row.to_string(),
        row.email.clone(),
        row.first_name.clone(),
        row.last_name.clone(),
        result,
        labels::changes(row).join("\n"),
        labels::reason(row, state).unwrap_or_default(),
    ]
}

/// The name of the report, derived from the name of the file.
fn file_name(source: Option<&str>) -> String {
    let name = source.unwrap_or("members");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}-changes.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_is_named_after_the_file() {
        assert_eq!(file_name(Some("people.2026.csv")), "people.2026-changes.csv");
        assert_eq!(file_name(None), "members-changes.csv");
    }
}
