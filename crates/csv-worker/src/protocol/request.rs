//! What the page may ask, one type for each request.

use roster::{Dialect, Field, FieldLabels, Filter, Known, Mapping, Overrides, ReportLabels, RowRuns, Rules};
use serde::{Deserialize, Serialize};

/// Look at the head of a file: `attachment` is the `File`; without one, the file of the last `Open` is looked at
/// again, with other overrides. Forgets everything about an earlier file, or, without attachment, its check.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Open {
    pub overrides: Overrides,
}

/// Make one file of several, beside this message ([`super::FILES`]), with their names: columns are joined by what they hold,
/// and a last column, of that name, says where a row is from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Join {
    pub names: Vec<String>,
    pub origin: String,
}

/// Read and check the whole file. Edits and fixes made so far stay in force. `attachment` is a `Blob` of the
/// account's address keys ([`roster::AddressKeys`]); without one, no address counts as a member's or as invited.
/// Reports progress.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Check {
    pub dialect: Dialect,
    pub mapping: Mapping,
    pub known: Known,
}

/// Rows `from..from + count` of those that the filter lets through; `from` counts from 0, and `count` is at most
/// [`super::ROWS_AT_ONCE`]. With `search`, only rows among the results of the last [`Search`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rows {
    pub filter: Filter,
    pub search: bool,
    pub from: u64,
    pub count: u32,
}

/// Find the rows in which any shown value contains the text, in any letter case, also among those that were left out. How
/// many of them the filter lets through is answered. An empty text finds none. What is found stays found whatever is changed:
/// search again after a change. Reports progress.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Search {
    pub text: String,
    pub filter: Filter,
}

/// The next row after `after_row` that is not ready, going round at the end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NextProblem {
    pub after_row: u64,
}

/// Set one value of one row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Edit {
    pub row: u64,
    pub field: Field,
    pub value: String,
}

/// Apply a change to every row it fits, or to that row alone: of rows that contradict each other, decide about its person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fix {
    pub fix: roster::Fix,
    pub row: Option<u64>,
}

/// Leave rows out, as if the file did not have them, or take them in again: that row, or, without one, every row that the
/// filter lets through now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LeaveOut {
    pub filter: Filter,
    pub row: Option<u64>,
    /// `false` takes them in again.
    pub out: bool,
}

/// The same of the rows that were left out, or taken in again, by an earlier request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LeaveOutRows {
    pub rows: RowRuns,
    pub out: bool,
}

/// Undo the last edit, fix or leaving out. If there is nothing to undo, the answer has the summary as it is.
#[derive(Clone, Debug)]
pub struct Undo;

/// Make the change again that was undone last. If there is none, or another change was made since, the answer has the
/// summary as it is.
#[derive(Clone, Debug)]
pub struct Redo;

/// Rows that are ready or warnings, from `from_row` on, with final values: what a chunk is made of. At most `max`, and
/// [`super::ROWS_AT_ONCE`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invitable {
    pub from_row: u64,
    pub max: u32,
}

/// The rows that are not ready, with their original cells, the reasons behind, as a formula-safe CSV file. Reports
/// progress.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProblemsCsv {
    pub labels: ReportLabels,
}

/// Every person of the file with the final values, in the file's own columns, as a formula-safe CSV file. Reports
/// progress.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CorrectedCsv {
    pub fields: FieldLabels,
}

/// Check the rules of a profile: its people come as address keys in a `Blob` beside the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Profile {
    pub rules: Rules,
}

/// An empty table with those headers, as a formula-safe CSV file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Template {
    pub headers: Vec<String>,
}

/// Check what a person typed or pasted. `attachment`: as for [`Check`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Addresses {
    pub text: String,
    pub own_domains: Vec<String>,
}
