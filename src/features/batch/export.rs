//! The results of a batch as a file.

use api_types::{Batch, BatchRow, RowQuery, limits};

use crate::api::batches;
use crate::data::export::{Export, Table, save};
use crate::domain::invitations::labels;
use crate::t;

pub(super) async fn download(batch: Batch, export: Export) {
    let table = Table {
        file_name: file_name(batch.file_name.as_deref()),
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
    let delivery = row.result.delivery;
    let invitation =
        row.invitation.as_ref().map(|invitation| labels::invitation(invitation.status, delivery));
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

/// The name of the results file, derived from the name of the sent file.
fn file_name(source: Option<&str>) -> String {
    let name = source.unwrap_or("invitations");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}-results.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_are_named_after_the_file() {
        assert_eq!(file_name(Some("people.2026.csv")), "people.2026-results.csv");
        assert_eq!(file_name(None), "invitations-results.csv");
    }
}
