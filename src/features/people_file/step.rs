//! The steps of the flow, each with the results of the earlier ones.

use roster::{
    ColumnInfo, Dialect, Encoding, Field, Filter, Fix, Mapping, Overrides, ProfileError, Refusal, RowRuns,
    Summary, Target,
};
use serde::{Deserialize, Serialize};

use super::chosen::{Chosen, Traits};
use super::content::Content;
use crate::domain::account::Unknown;
use crate::domain::invitations::sending::SendingId;
use crate::domain::roster::sheets::Unread;
use crate::domain::roster::worker::{JobError, Progress};

/// The id of each step's heading, which gets the focus when the step changes.
pub(super) const STEP_HEADING: &str = "csv-step";

/// A file whose head has been read.
#[derive(Clone, PartialEq)]
pub(super) struct Opened {
    pub(super) chosen: Chosen,
    /// What is read of it.
    pub(super) content: Content,
    /// The traits by which the file is recognised when it is chosen again.
    pub(super) traits: Traits,
    pub(super) overrides: Overrides,
    pub(super) dialect: Dialect,
    pub(super) columns: Vec<ColumnInfo>,
    pub(super) mapping: Mapping,
    pub(super) signature: String,
    /// The first records, including titles and header.
    pub(super) head: Vec<Vec<String>>,
    /// Whether the mapping is the user's own from a file with the same columns.
    pub(super) remembered: bool,
    /// The user's changes in the review, in order. The Worker has them until the file is read with other settings.
    pub(super) changes: Vec<Change>,
    /// Those that were undone since the last change, the last one at the end. Only the Worker that undid them makes them again.
    pub(super) undone: Vec<Change>,
    /// The generation of the Worker that has the file and the changes; another one, or the first one after a draft, must be
    /// given both again.
    pub(super) worker: Option<u32>,
}

impl Opened {
    /// What the columns are for as far as headers and values tell, before the user changes it.
    pub(super) fn proposal(&self) -> Vec<Target> {
        self.columns.iter().map(|column| column.target).collect()
    }

    pub(super) fn head(&self) -> Head<'_> {
        Head { dialect: &self.dialect, columns: self.columns.len(), records: &self.head }
    }

    pub(super) fn has_added_row(&self) -> bool {
        self.changes.contains(&Change::Fix(Fix::AddRow))
    }

    /// Whether a value of the field was typed in any row.
    pub(super) fn has_edit_of(&self, field: Field) -> bool {
        self.changes
            .iter()
            .any(|change| matches!(change, Change::Edit { field: edited, .. } if *edited == field))
    }
}

/// A file that was read to its end.
#[derive(Clone, PartialEq)]
pub(super) struct Checked {
    pub(super) opened: Opened,
    pub(super) summary: Summary,
    /// Whether later bytes contradicted the detected encoding and the file was read again.
    pub(super) reread: bool,
    /// Free seats, if known.
    pub(super) free_seats: Option<u64>,
    /// What the account could not be asked.
    pub(super) unknown: Vec<Unknown>,
    /// Whether something was compared with an earlier answer, as the account could not be asked again.
    pub(super) is_older: bool,
}

impl Checked {
    /// Whether all rows are invited as they are, and nothing about how they were read or compared is to be looked at.
    pub(super) fn is_clear(&self) -> bool {
        self.summary.is_clear() && self.unknown.is_empty() && !self.is_older && self.reading_note().is_none()
    }

    /// What the user should know about the encoding in which the file was read.
    pub(super) fn reading_note(&self) -> Option<ReadingNote> {
        let encoding = self.summary.dialect.encoding;
        let is_legacy = !matches!(encoding, Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be);
        match (self.reread, is_legacy) {
            (true, _) => Some(ReadingNote::Reread(encoding)),
            (false, true) => Some(ReadingNote::Legacy(encoding)),
            (false, false) => None,
        }
    }
}

/// An encoding that was guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadingNote {
    /// Later bytes contradicted the first guess.
    Reread(Encoding),
    /// It is none of Unicode's, which say themselves what they are.
    Legacy(Encoding),
}

/// The user's change of rows in the review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Change {
    Edit {
        row: u64,
        field: Field,
        value: String,
    },
    Fix(Fix),
    FixRow {
        row: u64,
        fix: Fix,
    },
    /// One row, or all that the filter lets through, are left out, or taken in again.
    LeaveOut {
        filter: Filter,
        row: Option<u64>,
        out: bool,
    },
    /// The same of the rows that the filter let through then: once the account says something else, it would be others.
    LeaveOutRows {
        rows: RowRuns,
        out: bool,
    },
}

/// A problem, shown on the step where the user is then.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trouble {
    Refused {
        file_name: String,
        refusal: Refusal,
    },
    /// A spreadsheet or a gzip file that cannot be read.
    NotRead {
        file_name: String,
        reason: Unread,
    },
    /// Of several files this one cannot be joined: a quote is opened in that row and never closed.
    UnclosedQuote {
        file_name: String,
        row: u64,
    },
    Job(JobError),
    /// The rules that were made on the screen cannot be used.
    Rules(ProfileError),
    /// The Worker died and was restarted; the file has been read again.
    Restarted,
    /// The Worker died at a change that was to be made again; that change is left out.
    RestartedAgain,
}

/// A file that is being read.
#[derive(Clone, PartialEq)]
pub(super) struct Reading {
    pub(super) name: String,
    /// Of a large spreadsheet, once they are there.
    pub(super) first: Option<FirstRows>,
}

/// The first rows of a file of which more is being read.
#[derive(Clone, PartialEq)]
pub(super) struct FirstRows {
    pub(super) dialect: Dialect,
    /// How many there are.
    pub(super) columns: usize,
    /// The first records, including titles and header.
    pub(super) head: Vec<Vec<String>>,
}

/// The head of a file: how it is read, how many columns it has, and its first records.
#[derive(Clone, Copy)]
pub(super) struct Head<'a> {
    pub(super) dialect: &'a Dialect,
    pub(super) columns: usize,
    pub(super) records: &'a [Vec<String>],
}

/// The current step. Each step holds the results of the earlier ones, so that going back loses nothing.
#[derive(Clone, PartialEq)]
pub(super) enum Step {
    /// With a `trouble`, `opened` cannot be continued.
    Choosing {
        opened: Option<Box<Opened>>,
        reading: Option<Reading>,
        trouble: Option<Trouble>,
    },
    /// `ahead` is the check with this mapping, where it was made before that was asked for.
    Mapping {
        opened: Opened,
        trouble: Option<Trouble>,
        ahead: Option<Box<Checked>>,
    },
    Checking {
        opened: Opened,
        progress: Progress,
    },
    Reviewing {
        checked: Checked,
        trouble: Option<Trouble>,
    },
    /// `from` is the file, until all its rows are stored for sending.
    Sending {
        id: SendingId,
        from: Option<Box<Opened>>,
    },
    /// The rows are being compared with the account.
    Comparing {
        checked: Checked,
    },
}

/// The steps by name, without their data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Choosing,
    Mapping,
    Checking,
    Reviewing,
    Sending,
    Comparing,
}

impl Stage {
    /// The position in the step indicator, from 0.
    pub(super) fn number(self) -> usize {
        match self {
            Self::Choosing => 0,
            Self::Mapping => 1,
            Self::Checking | Self::Reviewing => 2,
            Self::Sending | Self::Comparing => 3,
        }
    }

    /// After sending, no step is a way back.
    pub(super) fn can_go_back(self) -> bool {
        self != Self::Sending
    }
}

impl Step {
    pub(super) fn start() -> Self {
        Self::Choosing { opened: None, reading: None, trouble: None }
    }

    pub(super) fn reading(name: String) -> Self {
        Self::Choosing { opened: None, reading: Some(Reading { name, first: None }), trouble: None }
    }

    /// Whether a file of that name is being read.
    pub(super) fn is_reading(&self, file: &str) -> bool {
        matches!(self, Self::Choosing { reading: Some(Reading { name, .. }), .. } if name == file)
    }

    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::Choosing { .. } => Stage::Choosing,
            Self::Mapping { .. } => Stage::Mapping,
            Self::Checking { .. } => Stage::Checking,
            Self::Reviewing { .. } => Stage::Reviewing,
            Self::Sending { .. } => Stage::Sending,
            Self::Comparing { .. } => Stage::Comparing,
        }
    }

    pub(super) fn opened(&self) -> Option<&Opened> {
        match self {
            Self::Choosing { opened, .. } => opened.as_deref(),
            Self::Mapping { opened, .. } | Self::Checking { opened, .. } => Some(opened),
            Self::Reviewing { checked, .. } | Self::Comparing { checked } => Some(&checked.opened),
            Self::Sending { .. } => None,
        }
    }

    /// The head of the file, also while more of it is being read.
    pub(super) fn head(&self) -> Option<Head<'_>> {
        match self {
            Self::Choosing { reading: Some(Reading { first: Some(first), .. }), .. } => {
                let FirstRows { dialect, columns, head } = first;
                Some(Head { dialect, columns: *columns, records: head })
            }
            step => step.opened().map(Opened::head),
        }
    }

    pub(super) fn opened_mut(&mut self) -> Option<&mut Opened> {
        match self {
            Self::Choosing { opened, .. } => opened.as_deref_mut(),
            Self::Mapping { opened, .. } | Self::Checking { opened, .. } => Some(opened),
            Self::Reviewing { checked, .. } | Self::Comparing { checked } => Some(&mut checked.opened),
            Self::Sending { .. } => None,
        }
    }

    pub(super) fn checked(&self) -> Option<&Checked> {
        match self {
            Self::Mapping { ahead, .. } => ahead.as_deref(),
            Self::Reviewing { checked, .. } | Self::Comparing { checked } => Some(checked),
            _ => None,
        }
    }

    pub(super) fn checked_mut(&mut self) -> Option<&mut Checked> {
        match self {
            Self::Reviewing { checked, .. } | Self::Comparing { checked } => Some(checked),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_cannot_be_gone_back_from() {
        assert!(Stage::Reviewing.can_go_back());
        assert!(!Stage::Sending.can_go_back());
    }
}
