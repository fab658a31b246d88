//! Lists saved as CSV files, made in the browser from the backend's pages. No cell can be read as a formula.

use api_types::{List, ProblemCode};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use roster::CsvWriter;

use super::all_pages::{AllPages, Progress, Report};
use crate::api::Failure;
use crate::platform::downloads;
use crate::t;
use crate::ui::{Button, ProgressBar, Tone, notify};

/// The file that a screen is saving, if any.
#[derive(Clone, Copy)]
pub(crate) struct Export(AllPages);

impl Export {
    pub(crate) fn new() -> Self {
        Self(AllPages::new())
    }

    /// Why another export cannot start; reactive.
    pub(crate) fn disabled_reason(self) -> Option<String> {
        self.0.is_running().then(|| t!("export.running"))
    }
}

/// A table as a file: its name, its header, and the cells of an item.
pub(crate) struct Table<T> {
    pub(crate) file_name: String,
    pub(crate) header: Vec<String>,
    pub(crate) cells: fn(&T) -> Vec<String>,
}

/// The name of a file about a file that was sent: `people.csv` and `results` give `people-results.csv`.
pub(crate) fn named_after(source: Option<&str>, without: &str, what: &str) -> String {
    let name = source.unwrap_or(without);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}-{what}.csv")
}

/// Reads all pages and saves the file. `page` returns the page for a cursor, `None` being the first.
///
/// Ends early when the user stops it meanwhile, or its screen is gone.
pub(crate) async fn save<T>(
    export: Export,
    table: Table<T>,
    page: impl AsyncFn(Option<String>) -> Result<List<T>, Failure>,
) {
    if untrack(|| export.0.is_running()) {
        return;
    }
    let mut writer = CsvWriter::default();
    record(&mut writer, &table.header);
    let read = export.0.read(page, |items| {
        for item in &items {
            record(&mut writer, &(table.cells)(item));
        }
    });
    let read = read.await;
    let file = read.map(|is_whole| is_whole.then(|| Array::of1(&Uint8Array::from(writer.take().as_slice()))));
    end(&table.file_name, "text/csv", file);
}

/// A file that the server makes: it is asked for, and says how far it is; `None` where it was stopped.
pub(crate) async fn save_made(
    export: Export,
    (file_name, kind): (&str, &str),
    made: impl AsyncFnOnce(Report) -> Result<Option<Array>, Failure>,
) {
    if untrack(|| export.0.is_running()) {
        return;
    }
    end(file_name, kind, export.0.work(made).await.map(Option::flatten));
}

/// Saves a file unless it was stopped, or says why there is none.
fn end(file_name: &str, kind: &str, file: Result<Option<Array>, Failure>) {
    match file {
        Ok(Some(pieces)) => downloads::save_pieces(file_name, kind, &pieces),
        Ok(None) => {}
        // The person has decided against it.
        Err(failure) if failure.code() == Some(ProblemCode::ProofNeeded) => {}
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
}

fn record(writer: &mut CsvWriter, cells: &[String]) {
    for cell in cells {
        writer.cell(cell);
    }
    writer.end_record();
}

/// The progress of the file, with a button to stop.
#[component]
pub(crate) fn ExportProgress(export: Export, #[prop(into)] label: String) -> impl IntoView {
    let pages = export.0;
    let at = Memo::new(move |_| pages.progress().unwrap_or_default());
    let reading = Memo::new(move |_| pages.is_running());
    view! {
        <Show when=move || reading.get()>
            <div class="bulk">
                <div class="grow">
                    <ProgressBar
                        label=label.clone()
                        done=Signal::derive(move || at.get().done as f64)
                        total=Signal::derive(move || at.get().total as f64)
                        text=Signal::derive(move || match at.get() {
                            Progress { done, total: 0 } => t!("export.read", count = done),
                            Progress { done, total } => t!("export.progress", done = done, total = total),
                        })
                    />
                </div>
                <Button on_press=Callback::new(move |()| pages.stop())>{t!("export.stop")}</Button>
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_no_cell_is_a_formula() {
        let mut writer = CsvWriter::default();
        record(&mut writer, &["7", "=cmd|' /C calc'!A0", "+1", "x;@SUM(1)"].map(str::to_owned));
        let text = String::from_utf8(writer.take()).unwrap();
        let cells: Vec<&str> = text.trim_start_matches('\u{feff}').trim_end().split(',').collect();
        assert_eq!(cells, ["7", "'=cmd|'' /C calc'!A0", "'+1", "\"x;'@SUM(1)\""]);
    }

    #[test]
    fn a_file_about_a_file_is_named_after_it() {
        assert_eq!(named_after(Some("people.2026.csv"), "invitations", "results"), "people.2026-results.csv");
        assert_eq!(named_after(None, "members", "changes"), "members-changes.csv");
    }
}
