//! Lists saved as CSV files, made in the browser from the backend's pages. No cell can be read as a formula.

use std::cell::Cell;

use api_types::List;
use leptos::prelude::*;
use roster::CsvWriter;

use crate::api::Failure;
use crate::platform::downloads;
use crate::t;
use crate::ui::{Button, ProgressBar, Tone, notify};

thread_local! {
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

/// The progress of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Export {
    #[default]
    Idle,
    Reading {
        /// Distinguishes this export from a stopped one that may still wait for a page.
        run: u32,
        done: u64,
        /// As of the last page; 0 where the server does not count the total.
        total: u64,
    },
}

impl Export {
    /// Why another export cannot start.
    pub(crate) fn disabled_reason(self) -> Option<String> {
        (self != Self::Idle).then(|| t!("export.running"))
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
/// Ends early when `export` is set to idle meanwhile, or its screen is gone.
pub(crate) async fn save<T>(
    export: RwSignal<Export>,
    table: Table<T>,
    page: impl AsyncFn(Option<String>) -> Result<List<T>, Failure>,
) {
    if export.get_untracked() != Export::Idle {
        return;
    }
    let run = RUNS.replace(RUNS.get().wrapping_add(1));
    export.set(Export::Reading { run, done: 0, total: 0 });
    match read(export, run, &table, page).await {
        Ok(Some(file)) => {
            let content = js_sys::Uint8Array::from(file.as_slice());
            downloads::save(&table.file_name, "text/csv", &content);
        }
        Ok(None) => return,
        Err(_) if !is_wanted(export, run) => return,
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    export.try_set(Export::Idle);
}

/// Whether this export is still the one that the user asked for.
fn is_wanted(export: RwSignal<Export>, wanted: u32) -> bool {
    matches!(export.try_get_untracked(), Some(Export::Reading { run, .. }) if run == wanted)
}

async fn read<T>(
    export: RwSignal<Export>,
    run: u32,
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
        if !is_wanted(export, run) {
            return Ok(None);
        }
        let total = if list.meta.at_least { 0 } else { list.meta.total };
        export.try_set(Export::Reading { run, done, total });
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
pub(crate) fn ExportProgress(export: RwSignal<Export>, #[prop(into)] label: String) -> impl IntoView {
    let at = Memo::new(move |_| match export.get() {
        Export::Reading { done, total, .. } => (done, total),
        Export::Idle => (0, 0),
    });
    let reading = Memo::new(move |_| export.get() != Export::Idle);
    view! {
        <Show when=move || reading.get()>
            <div class="bulk">
                <div class="grow">
                    <ProgressBar
                        label=label.clone()
                        done=Signal::derive(move || at.get().0 as f64)
                        total=Signal::derive(move || at.get().1 as f64)
                        text=Signal::derive(move || match at.get() {
                            (done, 0) => t!("export.read", count = done),
                            (done, total) => t!("export.progress", done = done, total = total),
                        })
                    />
                </div>
                <Button on_press=Callback::new(move |()| export.set(Export::Idle))>{t!("export.stop")}</Button>
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
        let export = RwSignal::new(Export::Reading { run: 1, done: 0, total: 0 });
        let table = Table { file_name: String::new(), header: Vec::new(), cells: |_: &u32| Vec::new() };
        let (answer, asked) = oneshot::channel();
        let asked = std::cell::RefCell::new(Some(asked));
        let mut first = pin!(read(export, 1, &table, async |_| {
            let asked = asked.take().expect("one page");
            Ok(asked.await.expect("an answer"))
        }));
        assert!(first.as_mut().poll(&mut context).is_pending());
        export.set(Export::Idle);
        export.set(Export::Reading { run: 2, done: 0, total: 0 });
        answer.send(List { items: vec![7], meta: ListMeta::exact(Some("b".into()), 2) }).unwrap();
        assert!(matches!(first.as_mut().poll(&mut context), Poll::Ready(Ok(None))));
        assert_eq!(export.get_untracked(), Export::Reading { run: 2, done: 0, total: 0 });
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
