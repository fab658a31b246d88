//! The messages of the Worker as JSON, for a page that is not the app: the benchmarks.

use csv_worker::protocol::{FromWorker, ToWorker};
use wasm_bindgen::prelude::*;

/// The bytes of a message to the Worker.
///
/// # Errors
/// What is wrong with the JSON text.
#[wasm_bindgen]
pub fn to_worker(text: &str) -> Result<Vec<u8>, String> {
    let message: ToWorker = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(wire::to_bytes(&message))
}

/// The JSON text of a message from the Worker.
#[wasm_bindgen]
#[must_use]
pub fn from_worker(bytes: &[u8]) -> Option<String> {
    serde_json::to_string(&wire::from_bytes::<FromWorker>(bytes)?).ok()
}
