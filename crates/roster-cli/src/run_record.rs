//! A sending that has begun, kept beside its file until it is done: to go on with after an interruption. It has no
//! address, only numbers of rows.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use api_types::{BatchId, NewBatch};
use roster::Verdict;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunRecord {
    /// Where it is sent.
    pub api: String,
    /// A hash of the file's content.
    pub content: String,
    pub batch: NewBatch,
    /// By which the batch is created once.
    pub create_key: String,
    pub id: Option<BatchId>,
    /// The rows to be sent, as ranges with both ends.
    pub rows: Vec<(u64, u64)>,
    /// The rows that are not, by the verdict of the first run: later ones do not compare with the account.
    #[serde(default)]
    pub left: Vec<(Verdict, Vec<(u64, u64)>)>,
    /// The options that decide what is sent.
    #[serde(default)]
    pub options: Vec<(String, String)>,
}

impl RunRecord {
    /// The file beside the one that is sent.
    pub(crate) fn place(file: &Path) -> PathBuf {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(".sending.json");
        file.with_file_name(name)
    }

    /// What was begun, also to another address or with other content; anything else that stands there is none.
    pub(crate) fn find(place: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(place).ok()?).ok()
    }

    pub(crate) fn keep(&self, place: &Path) -> Result<(), Failure> {
        let named = |error| Failure::Io(place.display().to_string(), error);
        let text = serde_json::to_vec(self).map_err(|error| named(io::Error::other(error)))?;
        // Whole or not at all, wherever it is interrupted.
        let draft = place.with_extension("json.part");
        fs::write(&draft, text).map_err(named)?;
        fs::rename(&draft, place).map_err(named)
    }

    pub(crate) fn forget(place: &Path) {
        // Where it cannot be removed, the next run finds a batch that is done.
        let _ = fs::remove_file(place);
    }

    pub(crate) fn numbers(&self) -> Vec<u64> {
        numbers(&self.rows)
    }

    /// Why nothing is sent to another address, in words.
    pub(crate) fn other_address(&self, place: &Path) -> Failure {
        Failure::Api(format!(
            "a sending of this file to {} was begun and is not complete: run it with that address again to go on, or, to \
             begin anew, cancel the batch in that console and delete {}",
            self.api,
            place.display()
        ))
    }

    /// Why other content is not sent, in words.
    pub(crate) fn other_content() -> Failure {
        let message = "a sending of this file was begun before the file changed, and is not complete: put the file back and \
                       run it again to go on, or, to begin anew, cancel the batch in the console";
        Failure::Api(message.to_owned())
    }

    /// Fails where the options are not those of the first run, in words that name them.
    pub(crate) fn check_options(&self, now: &[(String, String)], place: &Path) -> Result<(), Failure> {
        let differ = differences(&self.options, now);
        if differ.is_empty() {
            return Ok(());
        }
        Err(Failure::Api(format!(
            "this file was begun with other options ({differ}): give those again to go on, or, to begin anew, cancel the \
             batch in the console and delete {}",
            place.display()
        )))
    }
}

/// Which options differ, and how.
fn differences(begun: &[(String, String)], now: &[(String, String)]) -> String {
    let said = |value: &str| if value.is_empty() { "not given".to_owned() } else { value.to_owned() };
    let differ = begun.iter().filter_map(|(option, before)| {
        let (_, now) = now.iter().find(|(other, _)| other == option)?;
        (before != now).then(|| format!("{option}: {} then, {} now", said(before), said(now)))
    });
    differ.collect::<Vec<_>>().join("; ")
}

pub(crate) fn numbers(ranges: &[(u64, u64)]) -> Vec<u64> {
    ranges.iter().flat_map(|&(from, to)| from..=to).collect()
}

/// Ascending numbers as ranges.
pub(crate) fn ranges(numbers: &[u64]) -> Vec<(u64, u64)> {
    numbers.chunk_by(|a, b| a + 1 == *b).filter_map(|run| Some((*run.first()?, *run.last()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::{differences, numbers, ranges};

    #[test]
    fn numbers_in_a_row_are_a_range() {
        assert_eq!(ranges(&[2, 3, 4, 7, 9, 10]), [(2, 4), (7, 7), (9, 10)]);
        assert_eq!(ranges(&[]), []);
        assert_eq!(numbers(&[(2, 4), (7, 7)]), [2, 3, 4, 7]);
    }

    #[test]
    fn options_other_than_those_of_the_first_run_are_named() {
        let options = |role: &str, team: &str| {
            vec![("--role".to_owned(), role.to_owned()), ("--team".to_owned(), team.to_owned())]
        };
        let begun = options("user", "");
        assert_eq!(differences(&begun, &options("user", "")), "");
        let said = differences(&begun, &options("admin", "EMEA"));
        assert_eq!(said, "--role: user then, admin now; --team: not given then, EMEA now");
        assert_eq!(differences(&[], &begun), "", "of an earlier version of this program");
    }
}
