//! Reading the file: pieces of a stream, and ranges.

use std::ops::Range;

use csv_worker::protocol::Failure;
use js_sys::{Array, ArrayBuffer, BigUint64Array, Promise, Reflect, Uint8Array};
use roster::AddressKeys;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, MessageChannel, ReadableStreamDefaultReader};

/// The bytes of a range, fewer where the file ends.
pub(super) async fn range(file: &Blob, start: u64, end: u64) -> Result<Vec<u8>, Failure> {
    let slice = file.slice_with_f64_and_f64(start as f64, end as f64).map_err(|_| Failure::FileUnreadable)?;
    let buffer = JsFuture::from(slice.array_buffer()).await.map_err(|_| Failure::FileUnreadable)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The account's address keys. Wherever WebAssembly runs, the lowest byte of a word comes first.
pub(super) async fn address_keys(blob: &Blob) -> Result<AddressKeys, Failure> {
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|_| Failure::BadMessage)?;
    let buffer: ArrayBuffer = buffer.unchecked_into();
    if !buffer.byte_length().is_multiple_of(8) {
        return Err(Failure::BadMessage);
    }
    AddressKeys::from_words(BigUint64Array::new(&buffer).to_vec()).ok_or(Failure::BadMessage)
}

/// A range of the file, piece by piece.
pub(super) struct Pieces {
    reader: ReadableStreamDefaultReader,
}

impl Pieces {
    pub(super) fn new(file: &Blob, range: &Range<u64>) -> Result<Self, Failure> {
        let (start, end) = (range.start as f64, range.end as f64);
        let part = file.slice_with_f64_and_f64(start, end).map_err(|_| Failure::FileUnreadable)?;
        let reader = part.stream().get_reader().unchecked_into();
        Ok(Self { reader })
    }

    /// The next piece; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Uint8Array>, Failure> {
        let read = JsFuture::from(self.reader.read()).await.map_err(|_| Failure::FileUnreadable)?;
        let property = |name| Reflect::get(&read, &JsValue::from_str(name)).unwrap_or_default();
        if property("done").is_truthy() {
            return Ok(None);
        }
        property("value").dyn_into().map(Some).map_err(|_| Failure::FileUnreadable)
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        // A caller that stops early needs no more of the stream; cancelling a stream that is at its end does no harm.
        let cancelled = JsFuture::from(self.reader.cancel());
        wasm_bindgen_futures::spawn_local(async move {
            let _ = cancelled.await;
        });
    }
}

/// Yields to messages of the page: reading from memory would never wait otherwise.
pub(super) async fn yield_to_messages() {
    let waited = Promise::new(&mut |resolve, _| {
        let Ok(channel) = MessageChannel::new() else {
            // Without channels there is nothing to wait for.
            let _ = resolve.call0(&JsValue::UNDEFINED);
            return;
        };
        channel.port1().set_onmessage(Some(&resolve));
        let _ = channel.port2().post_message(&JsValue::NULL);
    });
    let _ = JsFuture::from(waited).await;
}

/// Bytes of those parts.
pub(super) fn blob(parts: &Array) -> Result<Blob, Failure> {
    Blob::new_with_u8_array_sequence(parts).map_err(|_| Failure::FileUnreadable)
}

/// A CSV file of those parts.
pub(super) fn csv_blob(parts: &Array) -> Result<Blob, Failure> {
    let options = BlobPropertyBag::new();
    options.set_type("text/csv");
    Blob::new_with_u8_array_sequence_and_options(parts, &options).map_err(|_| Failure::FileUnreadable)
}
