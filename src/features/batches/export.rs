//! The results of a batch as a CSV file, made in the browser from the rows as the backend lists them.

use api_types::{Batch, BatchRow, RowQuery, limits};
use leptos::prelude::*;
use roster::CsvWriter;

use crate::api::{Failure, batches};
use crate::invitations::words;
use crate::t;
use crate::ui::{Button, ProgressBar, Tone, dom, notify};

/// How far the file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Export {
    #[default]
    Idle,
    Reading {
        done: u32,
        total: u32,
    },
}

/// Reads all rows, page by page, and hands the person the file. Ends early when `export` is set to idle meanwhile.
pub(super) async fn download(batch: Batch, export: RwSignal<Export>) {
    if export.get_untracked() != Export::Idle {
        return;
    }
    export.set(Export::Reading { done: 0, total: batch.verdicts.total() });
    match read(&batch, export).await {
        Ok(Some(file)) => {
            let content = js_sys::Uint8Array::from(file.as_slice());
            dom::download(&file_name(batch.file_name.as_deref()), "text/csv", &content);
        }
        Ok(None) => return,
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    export.try_set(Export::Idle);
}

async fn read(batch: &Batch, export: RwSignal<Export>) -> Result<Option<Vec<u8>>, Failure> {
    let mut writer = CsvWriter::default();
    header(&mut writer);
    let mut query = RowQuery { limit: Some(limits::PAGE_MAX), ..RowQuery::default() };
    let mut done = 0;
    loop {
        let page = batches::rows(&batch.id, &query).await?;
        for row in &page.items {
            record(&mut writer, row);
        }
        done += page.items.len() as u32;
        // Stopped, or the screen is gone.
        let Some(Export::Reading { total, .. }) = export.try_get_untracked() else { return Ok(None) };
        export.try_set(Export::Reading { done, total });
        match page.meta.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => return Ok(Some(writer.take())),
        }
    }
}

fn header(writer: &mut CsvWriter) {
    for label in [
        t!("batches.row"),
        t!("field.email"),
        t!("field.first_name"),
        t!("field.last_name"),
        t!("batches.verdict"),
        t!("batches.delivery"),
        t!("batches.reason"),
        t!("batches.invitation"),
    ] {
        writer.cell(&label);
    }
    writer.end_record();
}

fn record(writer: &mut CsvWriter, row: &BatchRow) {
    writer.cell(&row.result.row.to_string());
    writer.cell(&row.email);
    writer.cell(&row.first_name);
    writer.cell(&row.last_name);
    writer.cell(&words::verdict(row.result.verdict).1);
    writer.cell(&words::delivery(row.result.delivery).1);
    writer.cell(&words::reason(row).unwrap_or_default());
    writer.cell(
        &row.invitation.as_ref().map(|invitation| words::invitation(invitation.status)).unwrap_or_default(),
    );
    writer.end_record();
}

/// The name of the file of results, after the file that was sent.
fn file_name(source: Option<&str>) -> String {
    let name = source.unwrap_or("invitations");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}-results.csv")
}

/// How far the file is, with a way to stop.
#[component]
pub(super) fn ExportProgress(export: RwSignal<Export>) -> impl IntoView {
    let at = Memo::new(move |_| match export.get() {
        Export::Reading { done, total } => (done, total),
        Export::Idle => (0, 0),
    });
    let reading = Memo::new(move |_| export.get() != Export::Idle);
    view! {
        <Show when=move || reading.get()>
            <div class="bulk">
                <div class="grow">
                    <ProgressBar
                        label=t!("batches.download")
                        done=Signal::derive(move || f64::from(at.get().0))
                        total=Signal::derive(move || f64::from(at.get().1))
                        text=Signal::derive(move || { let (done, total) = at.get(); t!("batches.progress_rows", done = done, total = total) })
                    />
                </div>
                <Button on_press=Callback::new(move |()| export.set(Export::Idle))>{t!("users.bulk_stop")}</Button>
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use api_types::{DeliveryStatus, RowCode, RowResult, RowVerdict};

    use super::*;

    #[test]
    fn s1_no_cell_of_the_results_is_a_formula() {
        let row = BatchRow {
            result: RowResult {
                row: 7,
                verdict: RowVerdict::Error,
                delivery: DeliveryStatus::Skipped,
                code: Some(RowCode::AddressInvalid),
                detail: None,
            },
            email: "=cmd|' /C calc'!A0".into(),
            first_name: "+1".into(),
            last_name: "@SUM(1)".into(),
            attempts: 0,
            invitation: None,
        };
        let mut writer = CsvWriter::default();
        record(&mut writer, &row);
        let text = String::from_utf8(writer.take()).unwrap();
        let cells: Vec<&str> = text.trim_start_matches('\u{feff}').split(',').collect();
        assert_eq!(&cells[..4], ["7", "'=cmd|' /C calc'!A0", "'+1", "'@SUM(1)"]);
    }

    #[test]
    fn the_results_are_named_after_the_file() {
        assert_eq!(file_name(Some("people.2026.csv")), "people.2026-results.csv");
        assert_eq!(file_name(None), "invitations-results.csv");
    }
}
