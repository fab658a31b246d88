//! The audit log as a file, made by the server: all events that match the filters.

use api_types::AuditFormat;
use leptos::prelude::*;

use super::asked::Asked;
use crate::api;
use crate::data::Progress;
use crate::data::export::{Export, save_made};
use crate::domain::audit;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, ButtonKind, Dialog, RadioOption};

/// Asks in which format to export, and does.
#[component]
pub(super) fn ExportDialog(open: RwSignal<bool>, asked: Memo<Asked>, export: Export) -> impl IntoView {
    let format = RwSignal::new(AuditFormat::Csv);
    let close = Callback::new(move |()| open.set(false));
    let begin = Callback::new(move |()| {
        open.set(false);
        spawn(download(asked.get_untracked(), format.get_untracked(), export));
    });
    let option = move |id: &'static str, of: AuditFormat, hint: String| {
        view! {
            <RadioOption group="export-format" id label=audit::format(of) hint
                checked=Signal::derive(move || format.get() == of)
                on_choose=Callback::new(move |()| format.set(of)) />
        }
    };
    view! {
        <Dialog open title=t!("security.export") on_close=close>
            <p>{move || match asked.with(Asked::is_filtered) {
                true => t!("security.export_filtered"),
                false => t!("security.export_all"),
            }}</p>
            <fieldset class="stack">
                <legend>{t!("security.export_format")}</legend>
                {option("export-csv", AuditFormat::Csv, t!("security.format_csv_hint"))}
                {option("export-json-lines", AuditFormat::JsonLines, t!("security.format_json_lines_hint"))}
            </fieldset>
            <div class="dialog-actions">
                <Button on_press=close>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary on_press=begin>{t!("security.export_begin")}</Button>
            </div>
        </Dialog>
    }
}

async fn download(asked: Asked, format: AuditFormat, export: Export) {
    let name = match format {
        AuditFormat::Csv => "audit-log.csv",
        AuditFormat::JsonLines => "audit-log.jsonl",
    };
    let query = asked.query();
    save_made(export, (name, api::audit::kind(format)), async |report| {
        let read = |done| report.at(Progress { done, total: 0 });
        api::audit::export(&query, format, read).await
    })
    .await;
}
