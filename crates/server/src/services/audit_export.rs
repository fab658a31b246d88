//! The audit log as a file of any size: it is read and sent in portions, so that it is never held as a whole.

use api_types::{
    AuditAction, AuditChange, AuditEvent, AuditExportEnd, AuditField, AuditFormat, AuditIntegrity, AuditQuery,
};
use futures_util::stream::{self, Stream};
use roster::CsvWriter;
use serde_json::json;

use crate::db::{self, DbResult};
use crate::error::ApiResult;
use crate::services::audit::{self, Subject};
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::state::App;

/// How many events are read at once.
const PORTION: u32 = 500;
/// How many changed events are named at the end.
const NAMED: usize = 100;

/// The heads of columns, for programs: they are the names of the API.
const HEAD: [&str; 15] = [
    "number",
    "at",
    "actor_kind",
    "actor",
    "actor_id",
    "key_id",
    "key_name",
    "action",
    "subject",
    "person_id",
    "address",
    "changes",
    "request_id",
    "integrity",
    "erased",
];

/// Begins an export: notes it, and returns the pieces of the file. The note is the last event of a file without filters.
pub(crate) async fn begin(
    app: App,
    caller: &Caller,
    query: AuditQuery,
    format: AuditFormat,
) -> ApiResult<impl Stream<Item = DbResult<Vec<u8>>> + use<>> {
    // Refused before anything is sent.
    audit::filter(&query)?;
    let mut tx = callers::write(&app, caller).await?;
    let changes = [audit::change(AuditField::Format, None, Some(format.as_str()))];
    let subject = filters(&query);
    let subject = Subject::from(&subject).changing(&changes);
    audit::by_caller(&app, &mut tx, caller, AuditAction::AuditLogExported, subject).await?;
    let to = db::audit::last_place(&mut tx, &app.account_id).await?;
    tx.commit().await?;
    let mut csv = CsvWriter::default();
    record(&mut csv, HEAD);
    let file = File {
        app,
        query,
        format,
        to,
        after: -1,
        csv,
        has_ended: false,
        events: 0,
        changed: Vec::new(),
        changed_total: 0,
        key_missing: 0,
    };
    Ok(stream::try_unfold(file, |mut file| async { Ok(file.next().await?.map(|piece| (piece, file))) }))
}

/// The filters of a query, for people.
fn filters(query: &AuditQuery) -> String {
    let filters = AuditQuery { cursor: None, limit: None, ..query.clone() };
    let filters = serde_json::to_value(filters).unwrap_or_default();
    let said = filters.as_object().into_iter().flatten();
    let said = said.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()));
    said.collect::<Vec<_>>().join(" ")
}

struct File {
    app: App,
    query: AuditQuery,
    format: AuditFormat,
    /// The position of the last event that it has.
    to: i64,
    /// The position of the last event that was sent.
    after: i64,
    /// What is written of CSV and not sent.
    csv: CsvWriter,
    has_ended: bool,
    events: u64,
    changed: Vec<u64>,
    changed_total: u64,
    key_missing: u64,
}

impl File {
    /// The next events, and after the last of them the end.
    async fn next(&mut self) -> DbResult<Option<Vec<u8>>> {
        if self.has_ended {
            return Ok(None);
        }
        let mut piece = Vec::new();
        let app = &self.app;
        let mut conn = app.db.read().await?;
        // It was read once already.
        let filter = audit::filter(&self.query).unwrap_or_default();
        let places = (self.after, self.to);
        let events =
            db::audit::portion(&mut conn, &app.keyring, &app.account_id, &filter, places, PORTION).await?;
        let is_last = events.len() < PORTION as usize;
        for (place, event) in &events {
            self.after = *place;
            self.events += 1;
            match event.integrity {
                AuditIntegrity::Unchanged | AuditIntegrity::NoCode => {}
                AuditIntegrity::KeyMissing => self.key_missing += 1,
                AuditIntegrity::Changed => {
                    self.changed_total += 1;
                    if self.changed.len() < NAMED {
                        self.changed.push(event.number);
                    }
                }
            }
            match self.format {
                AuditFormat::JsonLines => line(&mut piece, event)?,
                AuditFormat::Csv => record(&mut self.csv, cells(event)),
            }
        }
        if is_last {
            self.has_ended = true;
            let numbering =
                db::audit_trail::numbering(&mut conn, &self.app.keyring, &self.app.account_id).await?;
            let changed = std::mem::take(&mut self.changed);
            let (events, changed_total, key_missing) = (self.events, self.changed_total, self.key_missing);
            let end = AuditExportEnd { events, changed, changed_total, key_missing, numbering };
            match self.format {
                AuditFormat::JsonLines => line(&mut piece, &json!({ "end": end }))?,
                AuditFormat::Csv => record(&mut self.csv, end_cells(&end)),
            }
        }
        if self.format == AuditFormat::Csv {
            piece = self.csv.take();
        }
        Ok(Some(piece))
    }
}

fn line(piece: &mut Vec<u8>, of: &impl serde::Serialize) -> DbResult<()> {
    serde_json::to_writer(&mut *piece, of).map_err(|error| sqlx::Error::Encode(error.into()))?;
    piece.push(b'\n');
    Ok(())
}

fn record<T: AsRef<str>>(writer: &mut CsvWriter, cells: impl IntoIterator<Item = T>) {
    for cell in cells {
        writer.cell(cell.as_ref());
    }
    writer.end_record();
}

fn cells(event: &AuditEvent) -> [String; 15] {
    let id = |id: Option<&str>| id.unwrap_or_default().to_owned();
    [
        event.number.to_string(),
        event.at.0.clone(),
        event.actor_kind.as_str().to_owned(),
        event.actor.clone(),
        id(event.actor_id.as_ref().map(|id| id.0.as_str())),
        id(event.key_id.as_ref().map(|id| id.0.as_str())),
        id(event.key_name.as_deref()),
        event.action.as_str().to_owned(),
        event.subject.clone(),
        id(event.person_id.as_ref().map(|id| id.0.as_str())),
        id(event.address.as_deref()),
        event.changes.iter().map(changed).collect::<Vec<_>>().join("; "),
        event.request_id.clone(),
        event.integrity.as_str().to_owned(),
        event.erased.to_string(),
    ]
}

fn changed(change: &AuditChange) -> String {
    let value = |value: Option<&String>| value.map_or_else(String::new, Clone::clone);
    format!(
        "{}: {} \u{2192} {}",
        change.field.as_str(),
        value(change.from.as_ref()),
        value(change.to.as_ref())
    )
}

/// The last record: how many events there are, and what is wrong with them.
fn end_cells(end: &AuditExportEnd) -> Vec<String> {
    let mut cells = vec!["end".to_owned(), format!("{} events", end.events)];
    let numbering = &end.numbering;
    let mut say = |what: &str, numbers: String| cells.push(format!("{what}: {numbers}"));
    let runs = |runs: &[api_types::AuditNumbers]| {
        runs.iter().map(|run| format!("{}-{}", run.first, run.last)).collect::<Vec<_>>().join(" ")
    };
    if !numbering.deleted.is_empty() {
        say("deleted for their age", runs(&numbering.deleted));
    }
    if !numbering.unproven.is_empty() {
        say("said to be deleted for their age, without a proof", runs(&numbering.unproven));
    }
    if numbering.missing_total > 0 {
        say("missing", format!("{} ({})", numbering.missing_total, runs(&numbering.missing)));
    }
    if end.changed_total > 0 {
        let numbers: Vec<_> = end.changed.iter().map(ToString::to_string).collect();
        say("changed outside of the server", format!("{} ({})", end.changed_total, numbers.join(" ")));
    }
    if end.key_missing > 0 {
        say("not checked, as the key is missing", end.key_missing.to_string());
    }
    match numbering.count {
        AuditIntegrity::Unchanged | AuditIntegrity::NoCode => {}
        AuditIntegrity::Changed => say("count", "changed outside of the server".to_owned()),
        AuditIntegrity::KeyMissing => say("count", "not checked, as the key is missing".to_owned()),
    }
    cells
}
