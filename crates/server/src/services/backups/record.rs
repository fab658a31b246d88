//! What became of the last backups, in a file of the data folder: it can be read when the database cannot.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::platform::clock::Millis;
use crate::platform::partial;

const FILE: &str = "backups.json";

/// The last backups of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Those that the server makes by itself. What the command does changes nothing about when the next one is due, or whether they fail.
    #[serde(flatten)]
    pub(crate) schedule: Outcomes,
    /// Those of the command, into any folder.
    #[serde(default)]
    pub(crate) by_command: Outcomes,
    pub(crate) rehearsal: Option<Rehearsal>,
}

/// The last ones that could be made, and could not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcomes {
    pub(crate) success: Option<Success>,
    pub(crate) failure: Option<Failure>,
}

/// A backup that was made, and checked by opening its copy of the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Success {
    /// In milliseconds since 1970, as all times here.
    pub(crate) at: i64,
    pub(crate) file: String,
    pub(crate) bytes: u64,
    pub(crate) rows: i64,
    pub(crate) is_encrypted: bool,
}

/// A backup that could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) at: i64,
    pub(crate) why: String,
}

/// A backup that was restored for trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rehearsal {
    pub(crate) at: i64,
    pub(crate) file: String,
    /// What was wrong, if anything.
    pub(crate) failure: Option<String>,
}

/// The last backups of the server with this data folder.
///
/// # Errors
/// When there is a file of them that cannot be read.
pub(crate) fn last(data: &Path) -> io::Result<Record> {
    match std::fs::read(data.join(FILE)) {
        Ok(text) => Ok(serde_json::from_slice(&text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Record::default()),
        Err(error) => Err(error),
    }
}

/// Notes what has become of one. That it cannot be noted, as on a full disk, changes nothing about it.
pub(crate) fn note(data: &Path, change: impl FnOnce(&mut Record)) {
    let mut record = last(data).unwrap_or_default();
    change(&mut record);
    let written = || -> io::Result<()> {
        let folder = partial::Partial::within(data, "record")?;
        let file = folder.path().join(FILE);
        std::fs::write(&file, serde_json::to_vec_pretty(&record)?)?;
        partial::put(&file, &data.join(FILE))
    };
    if let Err(error) = written() {
        tracing::warn!(%error, "what became of a backup could not be noted");
    }
}

impl Record {
    /// The last one that was made, by whomever.
    pub(crate) fn latest(&self) -> Option<&Success> {
        self.schedule.success.iter().chain(&self.by_command.success).max_by_key(|success| success.at)
    }

    /// Those that tell whether there are backups: those of the schedule, or the command's where there is none.
    pub(crate) fn relied_on(&self, is_scheduled: bool) -> &Outcomes {
        if is_scheduled { &self.schedule } else { &self.by_command }
    }
}

impl Outcomes {
    /// Whether the last one that was to be made could not be.
    pub(crate) fn is_failing(&self) -> bool {
        let made = self.success.as_ref().map_or(Millis::ZERO, Success::at);
        self.failure.as_ref().is_some_and(|failure| failure.at() > made)
    }
}

impl Success {
    pub(crate) fn at(&self) -> Millis {
        Millis(self.at)
    }
}

impl Failure {
    pub(crate) fn at(&self) -> Millis {
        Millis(self.at)
    }
}
