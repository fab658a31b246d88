//! A table or a list of addresses that the user pastes in place of a file.

use csv_worker::protocol::request;
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{ClipboardEvent, DataTransfer, Element, File, FilePropertyBag};

use super::chosen::Chosen;
use super::state::Flow;
use crate::domain::roster::worker;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Button, FieldState, TextArea, shortcut};

/// The header of a list of addresses as a table, in one language: what was done to it is for the same content only.
const HEADER: &str = "Full name\tEmail\n";

/// Takes what is pasted on this step, unless a field has the focus: a copied file, or text.
pub(super) fn follow(flow: Flow) {
    let handle = window_event_listener_untyped("paste", move |event| {
        let Ok(event) = event.dyn_into::<ClipboardEvent>() else { return };
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| {
            target.matches("input, textarea, select, [contenteditable]").unwrap_or(false)
        }) {
            return;
        }
        // A file that is open has work in it.
        if flow.step.with_untracked(|step| step.opened().is_some()) {
            return;
        }
        let Some(data) = event.clipboard_data() else { return };
        if take(flow, &data) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// A place to paste into, for those who look for one. What is pasted is read at once.
#[component]
pub(super) fn PasteArea(flow: Flow) -> impl IntoView {
    let state = FieldState::new("paste", "");
    let pasted = move |event: ClipboardEvent| {
        // The page takes what is pasted anywhere else.
        event.stop_propagation();
        if let Some(data) = event.clipboard_data()
            && take(flow, &data)
        {
            event.prevent_default();
        }
    };
    let read = Callback::new(move |()| match state.required(|| t!("invite_csv.paste_nothing")) {
        Some(text) => take_text(flow, text),
        None => dom::focus(state.id),
    });
    view! {
        <details class="help">
            <summary>{t!("invite_csv.paste_title")}</summary>
            <div class="stack" on:paste=pasted>
                <TextArea state label=t!("invite_csv.paste_label") hint=t!("invite_csv.paste_hint", keys = shortcut("V")) />
                <div class="actions"><Button on_press=read>{t!("invite_csv.paste_read")}</Button></div>
            </div>
        </details>
    }
}

/// Takes a file or a text of the clipboard; whether there was one.
fn take(flow: Flow, data: &DataTransfer) -> bool {
    let text = data.get_data("text/plain").unwrap_or_default();
    let is_text = !text.trim().is_empty();
    // Spreadsheets offer a picture beside the text of their cells.
    let is_picture_of_text = |file: &File| is_text && file.type_().starts_with("image/");
    let mut chosen = Chosen::all_of(data.files().as_ref());
    chosen.retain(|chosen| !is_picture_of_text(&chosen.file));
    if !chosen.is_empty() {
        flow.choose(chosen);
        return true;
    }
    if is_text {
        take_text(flow, text);
    }
    is_text
}

fn take_text(flow: Flow, text: String) {
    spawn(async move {
        let table = match is_address_list(&text) {
            true => list_as_table(names_first(&text)).await.unwrap_or(text),
            false => text,
        };
        let options = FilePropertyBag::new();
        options.set_type("text/plain");
        let parts = Array::of1(&JsValue::from_str(&table));
        let name = t!("invite_csv.pasted_name");
        if let Ok(file) = File::new_with_str_sequence_and_options(&parts, &name, &options) {
            flow.choose(vec![file.into()]);
        }
    });
}

/// Whether the text is addresses behind one another, as mail programs write them, and no table: several in one line, and
/// nothing between separators that has none.
fn is_address_list(text: &str) -> bool {
    let has_several = text.lines().any(|line| line.matches('@').count() > 1);
    let separator = if text.contains(';') { ';' } else { ',' };
    has_several
        && !text.contains('\t')
        && text
            .split([separator, '\n'])
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .all(|entry| entry.contains('@'))
}

/// A list in which `Ng, Bo <bo@example.com>` is `Bo Ng <bo@example.com>`: mail programs that separate by semicolons do not
/// quote the comma.
fn names_first(text: &str) -> String {
    if !text.contains(';') {
        return text.to_owned();
    }
    let entry = |entry: &str| match entry.split_once('<') {
        Some((name, address)) if !name.contains('"') => match name.split_once(',') {
            Some((last, first)) => format!("{} {} <{address}", first.trim(), last.trim()),
            None => entry.to_owned(),
        },
        _ => entry.to_owned(),
    };
    text.split(';').map(entry).collect::<Vec<_>>().join(";")
}

/// One address a line, with its name.
async fn list_as_table(text: String) -> Option<String> {
    let request = request::Addresses { text, own_domains: Vec::new() };
    let entries = worker::ask(request).await.ok()?.entries;
    let mut table = HEADER.to_owned();
    for entry in entries {
        table.push_str(&format!("{}\t{}\n", entry.name.unwrap_or_default(), entry.address));
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::{is_address_list, names_first};

    #[test]
    fn names_of_lists_by_semicolons_lose_their_comma() {
        assert_eq!(
            names_first("Ng, Bo <bo@example.com>; cy@example.com"),
            "Bo Ng <bo@example.com>; cy@example.com"
        );
        assert_eq!(names_first("\"Smith, Ann\" <ann@example.com>;"), "\"Smith, Ann\" <ann@example.com>;");
        assert_eq!(names_first("a@example.com, b@example.com"), "a@example.com, b@example.com");
    }

    #[test]
    fn addresses_behind_one_another_are_a_list_and_tables_are_not() {
        for list in [
            "ann@example.com, bo@example.com",
            "Ann Smith <ann@example.com>, Bo Ng <bo@example.com>,",
            "\"Smith, Ann\" <ann@example.com>; Ng, Bo <bo@example.com>;\n",
        ] {
            assert!(is_address_list(list), "{list}");
        }
        for table in [
            "Email\tName\nann@example.com\tAnn",
            "ann@example.com\nbo@example.com\n",
            "Email,Manager\nann@example.com,bo@example.com\n",
            "ann@example.com,Ann,bo@example.com\n",
            "ann@example.com\tbo@example.com",
        ] {
            assert!(!is_address_list(table), "{table}");
        }
    }
}
