//! How the server does, and the report of it for support requests.

use api_types::{CheckState, DatabaseKind, LimitName, LimitUse, SystemBackups, SystemReport};
use leptos::prelude::*;

use crate::api::diagnostics;
use crate::data::{Loader, loaded};
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Button, Column, CopyButton, Frame, IconName, Status, Table, Tone};

const MB: f64 = 1e6;

#[component]
pub(super) fn System() -> impl IntoView {
    let found = Loader::<SystemReport>::new();
    let load = move || spawn(async move { found.load(diagnostics::system()).await });
    load();
    view! {
        <section class="stack" aria-labelledby="system">
            <h2 id="system" tabindex="-1">{t!("system.title")}</h2>
            <p class="reason">{t!("system.text")}</p>
            {loaded(found, 6, load, move |report| view! {
                <div class="actions">
                    <Button busy=found.busy on_press=Callback::new(move |()| load())>{t!("common.refresh")}</Button>
                    <CopyButton
                        text=serde_json::to_string_pretty(&report).unwrap_or_default()
                        label=t!("services_check.copy")
                    />
                </div>
                {parts(&report)}
                {limits(report.limits.clone())}
                {news(report)}
            }.into_any())}
        </section>
    }
}

/// One component of the server: its name, whether it works where that is known, and what there is to say of it.
#[derive(Clone)]
struct Part {
    name: String,
    works: Option<bool>,
    details: Vec<String>,
}

fn parts(report: &SystemReport) -> AnyView {
    let parts = vec![
        Part { name: t!("system.version"), works: None, details: vec![version(report)] },
        database(report),
        disk(report.readiness.disk),
        mails(report),
        jobs(report),
        backups(report),
    ];
    let columns = vec![
        Column::row_head(t!("system.part"), |part: &Part| part.name.clone()),
        Column::new(t!("system.status"), |part: &Part| part.works.map(status)),
        Column::new(t!("system.details"), |part: &Part| i18n::sentences(part.details.clone())),
    ];
    Table::new(t!("system.title"), columns).frame(Frame::Open).rows(parts)
}

fn status(works: bool) -> impl IntoView {
    match works {
        true => {
            view! { <Status tone=Tone::Success icon=IconName::Check label=t!("services_check.passed") /> }
        }
        false => view! { <Status tone=Tone::Failure icon=IconName::Cross label=t!("system.failing") /> },
    }
}

fn version(report: &SystemReport) -> String {
    let version = report.version.as_str();
    match report.commit.as_deref() {
        Some(commit) => t!("system.version_commit", version = version, commit = commit),
        None => version.to_owned(),
    }
}

fn database(report: &SystemReport) -> Part {
    let of = report.database;
    let name = match of.kind {
        DatabaseKind::Sqlite => "SQLite",
        DatabaseKind::Postgresql => "PostgreSQL",
    };
    let size = t!("system.database_size", name = name, size = megabytes(of.bytes));
    let connections = t!("system.connections", used = of.readers_used, total = of.readers);
    Part {
        name: t!("system.database"),
        works: Some([report.readiness.writer, report.readiness.reader] == [CheckState::Ok; 2]),
        details: vec![size, connections],
    }
}

fn disk(state: CheckState) -> Part {
    let has_room = state == CheckState::Ok;
    let said = if has_room { t!("system.disk_enough") } else { t!("system.disk_low") };
    Part { name: t!("system.disk"), works: Some(has_room), details: vec![said] }
}

fn mails(report: &SystemReport) -> Part {
    let of = &report.mails;
    let mut details = vec![t!("system.mails_waiting", count = of.waiting)];
    details.extend(
        of.oldest_waiting
            .as_ref()
            .map(|since| t!("system.mails_oldest", date = i18n::date_time(since.as_str()))),
    );
    if of.unknown > 0 {
        details.push(t!("system.mails_unknown", count = of.unknown));
    }
    Part { name: t!("system.mails"), works: Some(report.readiness.mail == CheckState::Ok), details }
}

fn jobs(report: &SystemReport) -> Part {
    let failing = &report.readiness.jobs_failing;
    let (works, said) = match (failing.is_empty(), report.does_jobs) {
        (false, _) => (Some(false), t!("system.jobs_failing", names = failing.join(", "))),
        (true, true) => (Some(true), t!("system.jobs_running")),
        (true, false) => (None, t!("system.of_another")),
    };
    Part { name: t!("system.jobs"), works, details: vec![said] }
}

fn backups(report: &SystemReport) -> Part {
    let of = &report.backups;
    // Of several servers, one makes them.
    if !report.does_jobs && *of == SystemBackups::default() {
        return Part { name: t!("system.backups"), works: None, details: vec![t!("system.of_another")] };
    }
    let mut details = vec![match &of.last {
        Some(last) => {
            t!("system.backup_last", date = i18n::date_time(last.at.as_str()), size = megabytes(last.bytes),)
        }
        None => t!("system.backup_none"),
    }];
    if let Some(failed) = of.failed_at.as_ref().filter(|_| of.is_failing) {
        details.push(t!("system.backup_failed", date = i18n::date_time(failed.as_str())));
    }
    details.push(match of.every_hours {
        Some(hours) => t!("system.backup_every", count = hours),
        None => t!("system.backup_unscheduled"),
    });
    let tried = of.rehearsal.as_ref();
    details.extend(tried.map(|tried| {
        let date = i18n::date_time(tried.at.as_str());
        if tried.is_passed {
            t!("system.rehearsal_passed", date = date)
        } else {
            t!("system.rehearsal_failed", date = date)
        }
    }));
    let is_bad = of.is_failing || tried.is_some_and(|tried| !tried.is_passed);
    let is_known = is_bad || of.last.is_some();
    Part { name: t!("system.backups"), works: is_known.then_some(!is_bad), details }
}

fn limits(used: Vec<LimitUse>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("system.limit"), |of: &LimitUse| name(of.limit)),
        Column::new(t!("system.used"), |of: &LimitUse| t!("system.used_of", used = of.used, total = of.most)),
    ];
    Table::new(t!("system.limits"), columns).frame(Frame::Open).rows(used)
}

fn name(limit: LimitName) -> AnyView {
    match limit {
        LimitName::Seats => t!("invite.seats").into_any(),
        LimitName::Teams => term!("field.teams").into_render().into_any(),
        LimitName::ApiKeys => t!("api_keys.title").into_any(),
        LimitName::Webhooks => t!("webhooks.title").into_any(),
    }
}

/// The change log is in English.
fn news(report: SystemReport) -> impl IntoView {
    let said = report.changes.into_iter().map(|text| view! { <p>{text}</p> }).collect_view();
    view! {
        <details class="help">
            <summary>{t!("system.whats_new", version = report.version)}</summary>
            <div class="stack" lang="en">{said}</div>
        </details>
    }
}

/// With one digit behind the point.
fn megabytes(bytes: u64) -> f64 {
    (bytes as f64 / MB * 10.0).ceil() / 10.0
}
