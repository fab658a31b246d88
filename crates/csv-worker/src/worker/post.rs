//! Messages to the page.

use csv_worker::protocol::{ATTACHMENT, FromWorker, JobId, Response};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope};

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
    let beside = attachment.map(|file| (ATTACHMENT, file.as_ref()));
    // Bytes and Blobs can always be cloned.
    let _ = scope().post_message(&wire::object(&Borrowed { job, response }, beside.as_slice()));
}
