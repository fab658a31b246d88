//! The results of a batch as a file.

use api_types::{Batch, BatchRow, RowQuery, limits};

use crate::api::batches;
use crate::data::export::{Export, Table, named_after, save};
use crate::domain::invitations::labels;
use crate::t;

pub(super) async fn download(batch: Batch, export: Export) {
    let table = Table {
        file_name: named_after(batch.file_name.as_deref(), "invitations", "results"),
        header: vec![
            t!("batches.row"),
            t!("field.email"),
            t!("field.first_name"),
            t!("field.last_name"),
            t!("batches.verdict"),
            t!("batches.delivery"),
            t!("batches.reason"),
            t!("batches.invitation"),
        ],
        cells,
    };
    save(export, table, async |cursor| {
        let query = RowQuery { cursor, limit: Some(limits::PAGE_MAX), ..RowQuery::default() };
        batches::rows(&batch.id, &query).await
    })
    .await;
}

fn cells(row: &BatchRow) -> Vec<String> {
    let invitation = row.invitation.as_ref().map(|invitation| labels::invitation(invitation.status));
    vec![
        row.result.row.to_string(),
        row.email.clone(),
        row.first_name.clone(),
        row.last_name.clone(),
        labels::verdict(row.result.verdict).1,
        labels::delivery(row.result.delivery).1,
        labels::reason(row).unwrap_or_default(),
        invitation.unwrap_or_default(),
    ]
}
