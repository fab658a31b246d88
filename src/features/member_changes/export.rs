//! The rows of a batch as a file.

use api_types::{MemberChange, MemberChangeBatch, MemberChangeQuery, MemberChangeState, limits};

use super::labels;
use crate::api::member_changes;
use crate::data::export::{Export, Table, named_after, save};
use crate::t;

pub(super) async fn download(batch: MemberChangeBatch, export: Export) {
    let is_open = batch.state == MemberChangeState::Open;
    let table = Table {
        file_name: named_after(batch.file_name.as_deref(), "members", "changes"),
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
