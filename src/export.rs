//! Lists saved as CSV files, made in the browser from the pages that the backend lists. No cell of them is a formula.

use api_types::List;
use leptos::prelude::*;
use roster::CsvWriter;

use crate::api::Failure;
use crate::t;
use crate::ui::{Button, ProgressBar, Tone, dom, notify};

/// How far the file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Export {
    #[default]
    Idle,
    Reading {
        done: u64,
        /// As the first page said; 0 before.
        total: u64,
    },
}

impl Export {
    /// Why another one cannot begin.
    pub(crate) fn obstacle(self) -> Option<String> {
        (self != Self::Idle).then(|| t!("export.running"))
    }
}

/// A table as a file: its name, its header, and the cells of an item.
pub(crate) struct Table<T> {
    pub(crate) file_name: String,
    pub(crate) header: Vec<String>,
    pub(crate) cells: fn(&T) -> Vec<String>,
}

/// Reads all pages and hands the person the file. `page` gives the page that a cursor names, `None` the first.
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
    export.set(Export::Reading { done: 0, total: 0 });
    match read(export, &table, page).await {
        Ok(Some(file)) => {
            let content = js_sys::Uint8Array::from(file.as_slice());
            dom::download(&table.file_name, "text/csv", &content);
        }
        Ok(None) => return,
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    export.try_set(Export::Idle);
}

async fn read<T>(
    export: RwSignal<Export>,
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
        if !matches!(export.try_get_untracked(), Some(Export::Reading { .. })) {
            return Ok(None);
        }
        export.try_set(Export::Reading { done, total: list.meta.total });
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

/// How far the file is, with a way to stop.
#[component]
pub(crate) fn ExportProgress(export: RwSignal<Export>, #[prop(into)] label: String) -> impl IntoView {
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
                        label=label.clone()
                        done=Signal::derive(move || at.get().0 as f64)
                        total=Signal::derive(move || at.get().1 as f64)
                        text=Signal::derive(move || { let (done, total) = at.get(); t!("export.progress", done = done, total = total) })
                    />
                </div>
                <Button on_press=Callback::new(move |()| export.set(Export::Idle))>{t!("export.stop")}</Button>
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
        record(&mut writer, &["7", "=cmd|' /C calc'!A0", "+1", "@SUM(1)"].map(str::to_owned));
        let text = String::from_utf8(writer.take()).unwrap();
        let cells: Vec<&str> = text.trim_start_matches('\u{feff}').trim_end().split(',').collect();
        assert_eq!(cells, ["7", "'=cmd|' /C calc'!A0", "'+1", "'@SUM(1)"]);
    }
}
