//! Several chosen files as one: each has its own encoding, delimiter, header and sheet.

use csv_worker::protocol::{answer, request};
use js_sys::Array;
use web_sys::{Blob, File, FilePropertyBag};

use super::chosen::Chosen;
use super::content::Content;
use super::step::Trouble;
use crate::domain::roster::worker::{self, JobError};

/// The header of the column that says where a row is from, in one language: what was done to the joined file is for the same
/// content only. Screens show it by [`labels::header`](super::labels::header); saved files have it as it is.
pub(super) const ORIGIN: &str = "File and row";

/// Puts the files in the order of their names, so that the same ones make the same file again, and names them together.
pub(super) fn named(chosen: &mut [Chosen]) -> String {
    chosen.sort_by_key(|chosen| (chosen.file.name(), chosen.file.size() as u64));
    let first = chosen.first().map(|chosen| chosen.file.name()).unwrap_or_default();
    format!("{first} + {}", chosen.len().saturating_sub(1))
}

/// The files as one of that name, with what its columns are for: each file tells that best by itself.
pub(super) async fn join(chosen: &[Chosen], name: &str) -> Result<Chosen, Trouble> {
    let (mut names, mut tables) = (Vec::new(), Vec::<Blob>::new());
    for Chosen { file, .. } in chosen {
        let content =
            Content::of(file).await.map_err(|reason| Trouble::NotRead { file_name: file.name(), reason })?;
        names.push(match content.sheet().filter(|_| content.sheets().count() > 1) {
            Some(sheet) => format!("{}, {}", file.name(), sheet.name),
            None => file.name(),
        });
        tables.push(content.table().cloned().unwrap_or_else(|| file.clone().into()));
    }
    let request = request::Join { names, origin: ORIGIN.to_owned() };
    let name_of =
        |place: u32| chosen.get(place as usize).map(|chosen| chosen.file.name()).unwrap_or_default();
    let (targets, joined) = match worker::join_files(request, &tables).await.map_err(Trouble::Job)? {
        (answer::Joined::Targets(targets), Some(joined)) => (targets, joined),
        (answer::Joined::Targets(_), None) => return Err(Trouble::Job(JobError::OtherVersion)),
        (answer::Joined::Refused(place, refusal), _) => {
            return Err(Trouble::Refused { file_name: name_of(place), refusal });
        }
        (answer::Joined::UnclosedQuote(place, row), _) => {
            return Err(Trouble::UnclosedQuote { file_name: name_of(place), row });
        }
    };
    let options = FilePropertyBag::new();
    options.set_type("text/csv");
    let file = File::new_with_blob_sequence_and_options(&Array::of1(&joined), name, &options)
        .map_err(|_| Trouble::Job(JobError::Died))?;
    Ok(Chosen { targets, ..Chosen::from(file) })
}
