//! Messages to the page.

use csv_worker::protocol::{ATTACHMENT, FromWorker, JobId, Response};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope};
use wire::{MESSAGE, to_bytes};

pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Answers a job.
pub(super) fn answer(job: JobId, response: &Response) {
    send(Some(job), response, None);
}

/// Answers a job with a file.
pub(super) fn answer_with(job: JobId, response: &Response, attachment: &Blob) {
    send(Some(job), response, Some(attachment));
}

/// Sends a message that belongs to no job.
pub(super) fn unprompted(response: &Response) {
    send(None, response, None);
}

fn send(job: Option<JobId>, response: &Response, attachment: Option<&Blob>) {
    #[derive(serde::Serialize)]
    struct Borrowed<'a> {
        job: Option<JobId>,
        response: &'a Response,
    }
    // The shape is that of `FromWorker`, which owns its parts.
    const _: fn(&FromWorker) -> Borrowed<'_> =
        |message| Borrowed { job: message.job, response: &message.response };
    let message = Object::new();
    let set = |name: &str, value: &JsValue| {
        // Setting a property of an object made here cannot fail.
        let _ = Reflect::set(&message, &JsValue::from_str(name), value);
    };
    set(MESSAGE, &Uint8Array::from(to_bytes(&Borrowed { job, response }).as_slice()));
    if let Some(attachment) = attachment {
        set(ATTACHMENT, attachment);
    }
    // Bytes and Blobs can always be cloned.
    let _ = scope().post_message(&message);
}
