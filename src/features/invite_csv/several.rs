//! Several chosen files as one: each has its own encoding, delimiter, header and sheet.

use csv_worker::protocol::request;
use js_sys::Array;
use web_sys::{Blob, File, FilePropertyBag};

use super::chosen::Chosen;
use super::content::Content;
use super::step::Trouble;
use crate::domain::roster::worker::{self, JobError};
use crate::t;

/// Puts the files in the order of their names, so that the same ones make the same file again, and names them together.
pub(super) fn named(chosen: &mut [Chosen]) -> String {
    chosen.sort_by_key(|chosen| chosen.file.name());
    let first = chosen.first().map(|chosen| chosen.file.name()).unwrap_or_default();
    format!("{first} + {}", chosen.len().saturating_sub(1))
}

/// The files as one of that name.
pub(super) async fn join(chosen: &[Chosen], name: &str) -> Result<File, Trouble> {
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
    let request = request::Join { names, origin: t!("invite_csv.origin") };
    let joined = match worker::join_files(request, &tables).await.map_err(Trouble::Job)? {
        Ok(joined) => joined,
        Err((place, refusal)) => {
            let file_name = chosen.get(place as usize).map(|chosen| chosen.file.name()).unwrap_or_default();
            return Err(Trouble::Refused { file_name, refusal });
        }
    };
    let options = FilePropertyBag::new();
    options.set_type("text/csv");
    File::new_with_blob_sequence_and_options(&Array::of1(&joined), name, &options)
        .map_err(|_| Trouble::Job(JobError::Died))
}
