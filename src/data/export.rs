//! Lists saved as CSV files, made in the browser from the backend's pages. No cell can be read as a formula.

use api_types::List;
use leptos::prelude::*;
use roster::CsvWriter;

use super::latest::{Latest, Turn};
use crate::api::Failure;
use crate::platform::downloads;
use crate::t;
use crate::ui::{Button, ProgressBar, Tone, notify};

/// The progress of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Progress {
    done: u64,
    /// As of the last page; 0 where the server does not count the total.
    total: u64,
}

/// The file that a screen is saving, if any.
#[derive(Clone, Copy)]
pub(crate) struct Export {
    progress: RwSignal<Option<Progress>>,
    /// Distinguishes the present file from a stopped one that may still wait for a page.
    runs: Latest,
}

impl Export {
    pub(crate) fn new() -> Self {
        Self { progress: RwSignal::new(None), runs: Latest::new() }
    }

    fn is_running(self) -> bool {
        self.progress.with(Option::is_some)
    }

    /// Why another export cannot start; reactive.
    pub(crate) fn disabled_reason(self) -> Option<String> {
        self.is_running().then(|| t!("export.running"))
    }

    fn begin(self) -> Option<Turn> {
        self.progress.set(Some(Progress::default()));
        self.runs.begin()
    }

    fn stop(self) {
        self.runs.end();
        self.progress.set(None);
    }
}

/// A table as a file: its name, its header, and the cells of an item.
pub(crate) struct Table<T> {
    pub(crate) file_name: String,
    pub(crate) header: Vec<String>,
    pub(crate) cells: fn(&T) -> Vec<String>,
}

/// Reads all pages and saves the file. `page` returns the page for a cursor, `None` being the first.
///
/// Ends early when the user stops it meanwhile, or its screen is gone.
pub(crate) async fn save<T>(
    export: Export,
    table: Table<T>,
    page: impl AsyncFn(Option<String>) -> Result<List<T>, Failure>,
) {
    if untrack(|| export.is_running()) {
        return;
    }
    let Some(turn) = export.begin() else { return };
    match read(export, turn, &table, page).await {
        Ok(Some(file)) => {
            let content = js_sys::Uint8Array::from(file.as_slice());
            downloads::save(&table.file_name, "text/csv", &content);
        }
        Ok(None) => return,
        Err(_) if !turn.counts() => return,
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    export.progress.try_set(None);
}

async fn read<T>(
    export: Export,
    turn: Turn,
    table: &Table<T>,
    page: impl AsyncFn(Option<String>) -> Result<List<T>, Failure>,
) -> Result<Option<Vec<u8>>, Failure> {
    let mut writer = CsvWriter::default();
    record(&mut writer, &table.header);
    let (mut cursor, mut done) = (None, 0);
    loop {
        let list = page(cursor).await?;
        for item in &list.items {
            record(&mut writer, &(table.cells)(item));
        }
        done += list.items.len() as u64;
        if !turn.counts() {
            return Ok(None);
        }
        let total = if list.meta.at_least { 0 } else { list.meta.total };
        export.progress.try_set(Some(Progress { done, total }));
        cursor = list.meta.next_cursor;
        if cursor.is_none() {
            return Ok(Some(writer.take()));
        }
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
    let at = Memo::new(move |_| export.progress.get().unwrap_or_default());
    let reading = Memo::new(move |_| export.is_running());
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
                <Button on_press=Callback::new(move |()| export.stop())>{t!("export.stop")}</Button>
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use api_types::ListMeta;
    use futures_channel::oneshot;

    use super::*;

    #[test]
    fn a_file_that_was_stopped_does_not_go_on_when_another_is_begun() {
        let _owner = Owner::new_root(None);
        let mut context = Context::from_waker(Waker::noop());
        let export = Export::new();
        let turn = export.begin().expect("a screen");
        let table = Table { file_name: String::new(), header: Vec::new(), cells: |_: &u32| Vec::new() };
        let (answer, asked) = oneshot::channel();
        let asked = std::cell::RefCell::new(Some(asked));
        let mut first = pin!(read(export, turn, &table, async |_| {
            let asked = asked.take().expect("one page");
            Ok(asked.await.expect("an answer"))
        }));
        assert!(first.as_mut().poll(&mut context).is_pending());
        export.stop();
        export.begin();
        answer.send(List { items: vec![7], meta: ListMeta::exact(Some("b".into()), 2) }).unwrap();
        assert!(matches!(first.as_mut().poll(&mut context), Poll::Ready(Ok(None))));
        assert_eq!(export.progress.get_untracked(), Some(Progress::default()));
    }

    #[test]
    fn s1_no_cell_is_a_formula() {
        let mut writer = CsvWriter::default();
        record(&mut writer, &["7", "=cmd|' /C calc'!A0", "+1", "x;@SUM(1)"].map(str::to_owned));
        let text = String::from_utf8(writer.take()).unwrap();
        let cells: Vec<&str> = text.trim_start_matches('\u{feff}').trim_end().split(',').collect();
        assert_eq!(cells, ["7", "'=cmd|'' /C calc'!A0", "'+1", "\"x;'@SUM(1)\""]);
    }
}
