//! Receiving files, and answering with their sheets.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use js_sys::{Array, Uint8Array};
use sheet_worker::messages::{FILES, FromWorker};
use sheets::{LARGEST, Refusal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, MessageEvent};

/// Starts listening.
pub(crate) fn start() {
    std::panic::set_hook(Box::new(|_| post(&FromWorker::Panicked, None)));
    let waiting = Rc::new(RefCell::new(Waiting::default()));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Ok(file) = event.data().dyn_into::<Blob>() else { return };
        waiting.borrow_mut().files.push_back(file);
        if !std::mem::replace(&mut waiting.borrow_mut().is_reading, true) {
            let waiting = waiting.clone();
            spawn_local(async move { read_in_turn(&waiting).await });
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let build = wire::property(&js_sys::global(), wire::BUILD).as_string().unwrap_or_default();
    post(&FromWorker::Ready { build }, None);
}

/// The files that came while another one was read.
#[derive(Default)]
struct Waiting {
    files: VecDeque<Blob>,
    is_reading: bool,
}

/// Reads one file after another: the page knows answers by their order.
async fn read_in_turn(waiting: &RefCell<Waiting>) {
    loop {
        let next = waiting.borrow_mut().files.pop_front();
        match next {
            Some(file) => answer(file).await,
            None => break,
        }
    }
    waiting.borrow_mut().is_reading = false;
}

async fn answer(file: Blob) {
    if file.size() > LARGEST as f64 {
        return post(&FromWorker::Refused { refusal: Refusal::TooLarge }, None);
    }
    let Ok(buffer) = JsFuture::from(file.array_buffer()).await else {
        return post(&FromWorker::Unreadable, None);
    };
    let bytes = Uint8Array::new(&buffer).to_vec();
    drop(buffer);
    let (mut sheets, files) = (Vec::new(), Array::new());
    let read = sheets::read(&bytes, |sheet, csv| {
        sheets.push(sheet);
        files.push(&blob(&csv));
    });
    match read {
        Ok(()) => post(&FromWorker::Read { sheets }, Some(&files)),
        Err(refusal) => post(&FromWorker::Refused { refusal }, None),
    }
}

/// A CSV file. It is outside of the Worker's memory, which never shrinks.
fn blob(csv: &[u8]) -> JsValue {
    let options = BlobPropertyBag::new();
    options.set_type("text/csv");
    let parts = Array::of1(&Uint8Array::from(csv));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_or(JsValue::NULL, JsValue::from)
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(message: &FromWorker, files: Option<&Array>) {
    let beside = files.map(|files| (FILES, files.as_ref()));
    // Bytes and Blobs can always be cloned.
    let _ = scope().post_message(&wire::object(message, beside.as_slice()));
}
