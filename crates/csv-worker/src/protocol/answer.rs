//! What the Worker answers, one type for each kind of answer.

use roster::{
    ColumnInfo, Dialect, Invitee, Known, Mapping, ProblemCode, ProfileError, Refusal, RowRuns, RowView,
    Standing, Summary, Target,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Opened {
    pub dialect: Dialect,
    pub columns: Vec<ColumnInfo>,
    pub mapping: Mapping,
    /// Equal for files of the same header, to remember a mapping by.
    pub signature: String,
    /// The first records, titles and header included, at most 20.
    pub head: Vec<Vec<String>>,
    /// The size of the file in bytes.
    pub size: u64,
}

/// `attachment` is the `Blob` of the joined file, unless one of the files, by its place from 0 on, cannot be joined.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Joined {
    /// What its columns are for.
    Targets(Vec<Target>),
    Refused(u32, Refusal),
    /// A quote is opened in that row and never closed.
    UnclosedQuote(u32, u64),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Checked {
    pub summary: Summary,
    /// A later part of the file contradicted the encoding guessed from its head; the summary's dialect is the one it
    /// was read with in the end.
    pub reread: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LeftOut {
    pub summary: Summary,
    /// The rows that the filter let through, for [`super::request::LeaveOutRows`].
    pub rows: Option<RowRuns>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Edited {
    pub row: RowView,
    pub summary: Summary,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rows {
    pub total: u64,
    pub rows: Vec<RowView>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    pub rows: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NextProblem {
    pub row: Option<u64>,
    /// Its position in the unfiltered list, from 0.
    pub position: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invitable {
    pub rows: Vec<Invitee>,
    /// Where the next chunk begins; `None` after the last row.
    pub next_row: Option<u64>,
}

/// `attachment` is a `Blob` of type `text/csv`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct File {
    pub rows: u64,
}

/// `attachment` is a `Blob` of the address keys of the profile's people, unless the text is no profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Profile {
    pub profile: Result<(roster::Profile, Known), ProfileError>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Addresses {
    pub entries: Vec<AddressEntry>,
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
