//! What is read of a chosen file: the file itself, one of the sheets of a spreadsheet, or what a gzip file holds.

use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use sheets::{LARGEST_UNPACKED, Refusal, Sheet};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStreamDefaultReader};

use crate::domain::roster::sheets::{self as spreadsheets, SheetFile, Unread};
use crate::domain::roster::worker::JobError;

/// Why nothing of a chosen file can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotRead {
    Spreadsheet(Refusal),
    /// A gzip file holds more than is unpacked.
    UnpacksTooLarge,
    Job(JobError),
}

/// What the Worker reads.
#[derive(Clone, PartialEq)]
pub(super) struct Content {
    plain: Option<Blob>,
    /// The sheets of a spreadsheet, and which of them is read.
    sheets: Rc<Vec<SheetFile>>,
    at: usize,
}

/// How much of a gzip file is unpacked before it is handed to the browser to keep.
const PART: u64 = 16 << 20;

impl Content {
    /// What a file holds. Of a spreadsheet with several sheets the one with the most addresses is read.
    pub(super) async fn of(file: &web_sys::File) -> Result<Self, NotRead> {
        let head = head(file).await.unwrap_or_default();
        if sheets::is_candidate(&head) {
            match spreadsheets::read(file).await {
                Ok(files) => {
                    let facts: Vec<Sheet> = files.iter().map(|file| file.sheet.clone()).collect();
                    let at = sheets::proposed(&facts).unwrap_or(0);
                    return Ok(Self { plain: None, sheets: Rc::new(files), at });
                }
                // Another kind of archive, or a file that cannot be read any more: the Worker says what it is.
                Err(Unread::Refused(Refusal::Other) | Unread::Unreadable) => {}
                Err(Unread::Refused(refusal)) => return Err(NotRead::Spreadsheet(refusal)),
                Err(Unread::Job(error)) => return Err(NotRead::Job(error)),
            }
        }
        let unpacked = if head.starts_with(b"\x1f\x8b") { unpack(file).await } else { Err(Broken) };
        match unpacked {
            Ok(Some(plain)) => Ok(Self::plain(plain)),
            Ok(None) => Err(NotRead::UnpacksTooLarge),
            // What cannot be unpacked is refused as the archive that it is.
            Err(Broken) => Ok(Self::plain(file.clone().unchecked_into())),
        }
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

/// A gzip file that cannot be unpacked, by this browser or at all.
struct Broken;

impl From<JsValue> for Broken {
    fn from(_: JsValue) -> Self {
        Self
    }
}

/// What a gzip file holds; `None` if that is too large.
async fn unpack(file: &Blob) -> Result<Option<Blob>, Broken> {
    let kind: Function =
        Reflect::get(&js_sys::global(), &JsValue::from_str("DecompressionStream"))?.dyn_into()?;
    let unpacking = Reflect::construct(&kind, &Array::of1(&JsValue::from_str("gzip")))?;
    let packed = file.stream();
    let pipe: Function = Reflect::get(&packed, &JsValue::from_str("pipeThrough"))?.dyn_into()?;
    let unpacked: web_sys::ReadableStream = pipe.call1(&packed, &unpacking)?.unchecked_into();
    let reader: ReadableStreamDefaultReader = unpacked.get_reader().unchecked_into();
    let (parts, pieces) = (Array::new(), Array::new());
    let (mut size, mut kept) = (0_u64, 0_u64);
    loop {
        let read: Object = JsFuture::from(reader.read()).await?.unchecked_into();
        if Reflect::get(&read, &JsValue::from_str("done"))?.is_truthy() {
            break;
        }
        let piece: Uint8Array = Reflect::get(&read, &JsValue::from_str("value"))?.dyn_into()?;
        size += u64::from(piece.length());
        if size > LARGEST_UNPACKED {
            let _ = JsFuture::from(reader.cancel()).await;
            return Ok(None);
        }
        pieces.push(&piece);
        if size - kept >= PART {
            kept = size;
            parts.push(Blob::new_with_u8_array_sequence(&pieces)?.as_ref());
            pieces.set_length(0);
        }
    }
    parts.push(Blob::new_with_u8_array_sequence(&pieces)?.as_ref());
    Ok(Some(Blob::new_with_blob_sequence(&parts)?))
}
