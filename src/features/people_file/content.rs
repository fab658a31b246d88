//! What is read of a chosen file: the file itself, one of the sheets of a spreadsheet, or what a gzip file holds.

use std::rc::Rc;

use js_sys::Uint8Array;
use sheets::{Refusal, Sheet, is_candidate, is_packed};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::domain::roster::sheets::{self as spreadsheets, Held, SheetFile, Unread};

/// What the Worker reads.
#[derive(Clone, PartialEq)]
pub(super) struct Content {
    plain: Option<Blob>,
    /// The sheets of a spreadsheet, and which of them is read.
    sheets: Rc<Vec<SheetFile>>,
    at: usize,
}

impl Content {
    /// What a file holds. Of a spreadsheet with several sheets the one with the most addresses is read.
    pub(super) async fn of(file: &web_sys::File) -> Result<Self, Unread> {
        Self::of_showing(file, |_| ()).await
    }

    /// The same. Of a large spreadsheet, `first` is given a CSV file of the first rows beforehand.
    pub(super) async fn of_showing(
        file: &web_sys::File,
        first: impl FnOnce(Blob) + 'static,
    ) -> Result<Self, Unread> {
        let head = head(file).await.unwrap_or_default();
        if is_candidate(&head) || is_packed(&head) {
            match spreadsheets::read(file, first).await {
                Ok(Held::Sheets(files)) => {
                    let facts: Vec<Sheet> = files.iter().map(|file| file.sheet.clone()).collect();
                    let at = sheets::proposed(&facts).unwrap_or(0);
                    return Ok(Self { plain: None, sheets: Rc::new(files), at });
                }
                Ok(Held::Unpacked(plain)) => return Ok(Self::plain(plain)),
                // Another kind of archive, or a file that cannot be read any more: the CSV Worker says what it is.
                Err(Unread::Spreadsheet(Refusal::Other) | Unread::Unreadable) => {}
                Err(reason) => return Err(reason),
            }
        }
        Ok(Self::plain(file.clone().unchecked_into()))
    }

    fn plain(file: Blob) -> Self {
        Self { plain: Some(file), sheets: Rc::default(), at: 0 }
    }

    /// The same with this sheet, if there is one of that name.
    pub(super) fn with_sheet(mut self, name: &str) -> Self {
        if let Some(at) = self.sheets.iter().position(|file| file.sheet.name == name) {
            self.at = at;
        }
        self
    }

    /// What the Worker reads.
    pub(super) fn table(&self) -> Option<&Blob> {
        self.plain.as_ref().or_else(|| self.sheets.get(self.at).map(|file| &file.csv))
    }

    /// The sheet that is read.
    pub(super) fn sheet(&self) -> Option<&Sheet> {
        self.sheets.get(self.at).map(|file| &file.sheet)
    }

    pub(super) fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.sheets.iter().map(|file| &file.sheet)
    }
}

async fn head(file: &Blob) -> Option<Vec<u8>> {
    let head = file.slice_with_f64_and_f64(0.0, 8.0).ok()?;
    let head = JsFuture::from(head.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&head).to_vec())
}
