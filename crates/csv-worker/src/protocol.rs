//! The messages between the page and the Worker.
//!
//! Every message is one plain object `{message, attachment?}`: `message` ([`MESSAGE`]) is a [`ToWorker`] or a
//! [`FromWorker`] as JSON text, `attachment` ([`ATTACHMENT`]) the `File` or `Blob` that the message says travels
//! beside it.
//!
//! * The Worker says [`Response::Ready`] first, once; messages sent before it may be lost, so the page queues until
//!   then, and reloads itself when [`VERSION`] or the build differ from its own.
//! * Every request has a job id chosen by the page, growing. Every answer carries the id of its request; the last
//!   answer to a request is never [`Response::Progress`].
//! * [`Request::Open`], [`Request::Check`], [`Request::Search`], [`Request::Edit`], [`Request::Fix`],
//!   [`Request::Undo`] and [`Request::ProblemsCsv`] read the file and end any such job that still runs; the ended job
//!   answers [`Response::Cancelled`]. The others are answered while a job runs, from the last finished check.
//! * Rows are known by their 1-based record number everywhere.

pub use roster::ReportLabels;
use roster::{
    ColumnInfo, Dialect, Field, Filter, Fix, Invitee, Known, Mapping, Overrides, ProblemCode, Refusal,
    RowView, Standing, Summary,
};
use serde::{Deserialize, Serialize};

/// The version of this protocol.
pub const VERSION: u32 = 2;

/// The property of a message object that holds the JSON text.
pub const MESSAGE: &str = "message";

/// The property of a message object that holds the `File` or `Blob`.
pub const ATTACHMENT: &str = "attachment";

/// The id of a job; chosen by the page, growing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u32);

/// A message from the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToWorker {
    pub job: JobId,
    pub request: Request,
}

/// A message from the Worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FromWorker {
    /// The job it belongs to; `None` only for [`Response::Ready`], [`Response::Panicked`] and for a message that was
    /// not understood.
    pub job: Option<JobId>,
    pub response: Response,
}

/// A request of the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Look at the head of a file: `attachment` is the `File`; without one, the file of the last `Open` is looked at
    /// again, with other overrides. Forgets everything about an earlier file, or, without attachment, its check.
    /// Answer: `Opened` or `Refused`.
    Open { overrides: Overrides },
    /// Read and check the whole file. Edits and fixes made so far stay in force. `attachment` is a `Blob` of the
    /// account's address keys ([`roster::AddressKeys`]); without one, no address counts as a member's or as invited.
    /// Answer: `Progress` now and then, then `Checked` or `Refused`.
    Check { dialect: Dialect, mapping: Mapping, known: Known },
    /// Rows `from..from + count` of those that the filter lets through (`from` counts from 0; at most 1,000 at once).
    /// With `search`, only rows among the results of the last [`Request::Search`].
    /// Answer: `Rows`.
    Rows { filter: Filter, search: bool, from: u64, count: u32 },
    /// Find the rows in which any shown value contains the text, in any letter case. An empty text forgets the search.
    /// Answer: `Progress` now and then, then `Found`.
    Search { text: String },
    /// The next row after `after_row` that is not ready, going round at the end. Answer: `NextProblem`.
    NextProblem { after_row: u64 },
    /// Set one value of one row. Answer: `Edited`.
    Edit { row: u64, field: Field, value: String },
    /// Apply a change to every row it fits. Answer: `Checked`.
    Fix { fix: Fix },
    /// Undo the last edit or fix. Answer: `Checked`; if there is nothing to undo, with the summary as it is.
    Undo,
    /// Up to `max` rows that are ready or warnings, from `from_row` on, with final values: what a chunk is made of.
    /// Answer: `Invitable`.
    Invitable { from_row: u64, max: u32 },
    /// The rows that are not ready, with their original cells, the reasons behind, as a formula-safe CSV file.
    /// Answer: `Progress` now and then, then `File`.
    ProblemsCsv { labels: ReportLabels },
    /// An empty table with those headers, as a formula-safe CSV file. Answer: `File`.
    Template { headers: Vec<String> },
    /// Check what a person typed or pasted. `attachment`: as for `Check`. Answer: `Addresses`.
    Addresses { text: String, own_domains: Vec<String> },
    /// End the job, if it still runs: it answers `Cancelled`. This request itself has no answer.
    Cancel { job: JobId },
}

/// An answer of the Worker.
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::large_enum_variant, reason = "one at a time, made to be written out")
)]
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// The Worker is ready for messages.
    Ready {
        version: u32,
        build: String,
    },
    Opened {
        dialect: Dialect,
        columns: Vec<ColumnInfo>,
        mapping: Mapping,
        /// Equal for files of the same header, to remember a mapping by.
        signature: String,
        /// The first records, titles and header included, at most 20.
        head: Vec<Vec<String>>,
        /// The size of the file in bytes.
        size: u64,
    },
    Refused {
        refusal: Refusal,
    },
    Progress {
        bytes: u64,
        total: u64,
        rows: u64,
    },
    Checked {
        summary: Summary,
        /// A later part of the file contradicted the encoding guessed from its head; the summary's dialect is the one
        /// it was read with in the end.
        reread: bool,
    },
    Edited {
        row: RowView,
        summary: Summary,
    },
    Rows {
        total: u64,
        rows: Vec<RowView>,
    },
    Found {
        rows: u64,
    },
    NextProblem {
        row: Option<u64>,
        /// Its position in the unfiltered list, from 0.
        position: Option<u64>,
    },
    Invitable {
        rows: Vec<Invitee>,
        /// Where the next chunk begins; `None` after the last row.
        next_row: Option<u64>,
    },
    /// `attachment` is a `Blob` of type `text/csv`.
    File {
        rows: u64,
    },
    Addresses {
        entries: Vec<AddressEntry>,
    },
    Cancelled,
    /// The job failed; the Worker is still usable.
    Failed {
        failure: Failure,
    },
    /// The Worker is no longer usable and has to be started again.
    Panicked {
        message: String,
    },
}

/// Why a job failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The browser could not read the file: it changed, moved or was taken away since it was chosen.
    FileUnreadable,
    /// The request needs an `Open` or a `Check` before it.
    NothingOpen,
    /// The row is not in the file.
    NoSuchRow,
    /// The message, or what came with it, was not understood.
    BadMessage,
}

/// One address that a person typed or pasted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressEntry {
    /// The display name of `Name <address>`.
    pub name: Option<String>,
    /// The text in the place of the address.
    pub address: String,
    /// The key by which members, invitations and duplicates are compared; `None` when the address is not valid.
    pub key: Option<String>,
    /// The person's standing in the account; `None` for an unknown person, and without the account's address keys.
    pub standing: Option<Standing>,
    /// What is wrong with it, or what deserves a look.
    pub code: Option<ProblemCode>,
    /// The whole address as it was probably meant.
    pub suggestion: Option<String>,
    /// The domain in its other form (A-labels or Unicode), where it is an internationalised one.
    pub other_domain: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{FromWorker, JobId, Overrides, Request, Response, ToWorker, VERSION};

    #[test]
    fn messages_are_plain_json() {
        let message = ToWorker { job: JobId(7), request: Request::Open { overrides: Overrides::default() } };
        let overrides =
            json!({"encoding": null, "delimiter": null, "header_row": null, "quotes_as_text": false});
        assert_eq!(
            serde_json::to_value(&message).unwrap(),
            json!({"job": 7, "request": {"open": {"overrides": overrides}}})
        );
        let message =
            FromWorker { job: None, response: Response::Ready { version: VERSION, build: "b".into() } };
        assert_eq!(
            serde_json::to_value(&message).unwrap(),
            json!({"job": null, "response": {"ready": {"version": 2, "build": "b"}}})
        );
    }

    #[test]
    fn a_request_may_leave_out_what_has_a_default() {
        let text = r#"{"job": 1, "request": {"open": {"overrides": {"delimiter": ";"}}}}"#;
        let message: ToWorker = serde_json::from_str(text).unwrap();
        assert!(matches!(message.request, Request::Open { overrides } if overrides.delimiter.is_some()));
        assert!(
            serde_json::from_str::<ToWorker>(
                r#"{"job": 1, "request": {"open": {"overrides": {"delimiter": ";;"}}}}"#
            )
            .is_err()
        );
    }
}
