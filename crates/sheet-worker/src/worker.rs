//! Receiving files, and answering with their sheets, or with what they hold packed. The Worker does nothing else meanwhile:
//! files are read without waiting, so that a file of any size is in memory only piece by piece, until it is a spreadsheet.

use std::{
    io::{self, BufRead, Read},
    time::Duration,
};

use js_sys::{Array, Uint8Array};
use sheet_worker::messages::{FILES, FromWorker};
use sheets::{Budget, LARGEST, Refusal, Unpacked, is_candidate, is_packed};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, FileReaderSync, MessageEvent};

/// How much of a file is read at once, and how much of what is unpacked is handed to the browser to keep.
const PIECE: f64 = (1 << 20) as f64;
const PART: usize = 4 << 20;

/// Smaller spreadsheets are read before anybody could look at their first rows.
const LARGE: f64 = (512 << 10) as f64;

/// Starts listening.
pub(crate) fn start() {
    std::panic::set_hook(Box::new(|_| post(&FromWorker::Panicked, None)));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        let Ok(file) = event.data().dyn_into::<Blob>() else { return };
        let (answer, files) = match answer(&file) {
            Ok((answer, files)) => (answer, Some(files)),
            Err(answer) => (answer, None),
        };
        post(&answer, files.as_ref());
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let build = wire::property(&js_sys::global(), wire::BUILD).as_string().unwrap_or_default();
    post(&FromWorker::Ready { build }, None);
}

/// The answer with files, or the one without.
type Answer = Result<(FromWorker, Array), FromWorker>;

fn answer(file: &Blob) -> Answer {
    if !is_packed(&head(file)?) {
        return read(file);
    }
    let unpacked = unpack(file)?;
    let table = || Ok((FromWorker::Unpacked, Array::of1(&unpacked)));
    if !is_candidate(&head(&unpacked)?) {
        return table();
    }
    match read(&unpacked) {
        // Another kind of archive: the CSV Worker says what it is.
        Err(FromWorker::Refused { refusal: Refusal::Other }) => table(),
        other => other,
    }
}

fn read(file: &Blob) -> Answer {
    let refused = |refusal| FromWorker::Refused { refusal };
    if file.size() > LARGEST as f64 {
        return Err(refused(Refusal::TooLarge));
    }
    let mut bytes = Vec::with_capacity(file.size() as usize);
    Pieces::new(file).read_to_end(&mut bytes).map_err(|_| FromWorker::Unreadable)?;
    let (mut sheets, files) = (Vec::new(), Array::new());
    let show = (file.size() >= LARGE).then_some(|first: Vec<u8>| {
        if let Some(first) = blob(&first) {
            post(&FromWorker::First, Some(&Array::of1(&first)));
        }
    });
    sheets::read_showing(&bytes, &Budget::new(&clock), show, |sheet, csv| {
        sheets.push(sheet);
        files.push(&blob(&csv).map_or(JsValue::NULL, JsValue::from));
    })
    .map_err(refused)?;
    Ok((FromWorker::Read { sheets }, files))
}

/// What a gzip file holds.
fn unpack(file: &Blob) -> Result<Blob, FromWorker> {
    let budget = Budget::new(&clock);
    let mut unpacking = Unpacked::new(Pieces::new(file), file.size() as u64, &budget);
    let (parts, mut part) = (Array::new(), vec![0; PART]);
    let mut is_at_end = false;
    while !is_at_end {
        let mut length = 0;
        while length < PART && !is_at_end {
            let read = unpacking.read(&mut part[length..]).map_err(|error| match Refusal::of(&error) {
                Some(refusal) => FromWorker::NotUnpacked { refusal },
                None => FromWorker::Unreadable,
            })?;
            length += read;
            is_at_end = read == 0;
        }
        let kept = blob(&part[..length]).ok_or(FromWorker::NoRoom)?;
        // A browser without room for it says so only when it is read.
        range(&kept, 0.0, 1.0).map_err(|_| FromWorker::NoRoom)?;
        parts.push(&kept);
    }
    Blob::new_with_blob_sequence(&parts).map_err(|_| FromWorker::NoRoom)
}

fn head(file: &Blob) -> Result<Vec<u8>, FromWorker> {
    Ok(range(file, 0.0, 8.0).map_err(|_| FromWorker::Unreadable)?.to_vec())
}

/// The bytes of a range, fewer where the file ends.
fn range(file: &Blob, from: f64, to: f64) -> Result<Uint8Array, JsValue> {
    let slice = file.slice_with_f64_and_f64(from, to)?;
    let bytes = FileReaderSync::new()?.read_as_array_buffer(&slice)?;
    Ok(Uint8Array::new(&bytes))
}

/// A file, piece by piece.
struct Pieces<'a> {
    file: &'a Blob,
    next: f64,
    piece: Vec<u8>,
    consumed: usize,
}

impl<'a> Pieces<'a> {
    const fn new(file: &'a Blob) -> Self {
        Self { file, next: 0.0, piece: Vec::new(), consumed: 0 }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Pieces<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.consumed == self.piece.len() && self.next < self.file.size() {
            let piece = range(self.file, self.next, self.next + PIECE);
            let piece = piece.map_err(|_| io::Error::from(io::ErrorKind::Other))?;
            self.piece.resize(piece.length() as usize, 0);
            piece.copy_to(&mut self.piece);
            self.next += PIECE;
            self.consumed = 0;
        }
        Ok(&self.piece[self.consumed..])
    }

    fn consume(&mut self, length: usize) {
        self.consumed += length;
    }
}

/// The time since the Worker was started.
fn clock() -> Duration {
    let now = scope().performance().map_or(0.0, |performance| performance.now());
    Duration::from_millis(now as u64)
}

/// A CSV file. It is outside of the Worker's memory, which never shrinks.
fn blob(csv: &[u8]) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type("text/csv");
    let parts = Array::of1(&Uint8Array::from(csv));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(message: &FromWorker, files: Option<&Array>) {
    let beside = files.map(|files| (FILES, files.as_ref()));
    // Bytes and Blobs can always be cloned.
    let _ = scope().post_message(&wire::object(message, beside.as_slice()));
}
