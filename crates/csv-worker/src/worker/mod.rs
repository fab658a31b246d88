//! Receiving requests, and answering them.

mod decoders;
mod file;
mod help;
mod helpers;
mod idn;
mod job;
mod jobs;
mod join;
mod order;
mod post;
mod session;

use csv_worker::protocol::{ATTACHMENT, FILES, Failure, PORT, Request, Response, ToWorker, WORDS};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessageEvent, MessagePort};
use wire::{BUILD, property};

use helpers::Helper;

/// Starts listening.
pub(crate) fn start() {
    std::panic::set_hook(Box::new(|panic| {
        // The panic's message may hold a cell of the user's file: the place is enough.
        let message = panic.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        post::unprompted(&Response::Panicked { message });
    }));
    roster::email::set_domain_to_ascii(idn::domain_to_ascii);
    roster::set_words(property(&js_sys::global(), WORDS).as_string().unwrap_or_default());
    let session = session::Session::new();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let attachment = property(&data, ATTACHMENT).dyn_into::<Blob>().ok();
        let port = property(&data, PORT).dyn_into::<MessagePort>();
        match wire::message(&data) {
            Some(ToWorker { request: Request::Helper, .. }) => {
                session.helpers().extend(port.map(Helper::new))
            }
            Some(ToWorker { request: Request::Help, .. }) => port.map(help::listen).unwrap_or_default(),
            Some(ToWorker { job, request }) => {
                let files = property(&data, FILES).dyn_into::<Array>().unwrap_or_default();
                let files = files.iter().filter_map(|file| file.dyn_into().ok());
                spawn_local(jobs::run(session.clone(), job, request, attachment, files.collect()))
            }
            // A message of an unknown protocol has no job to answer to.
            None => post::unprompted(&Response::Failed { failure: Failure::BadMessage }),
        }
    });
    post::scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let build = property(&js_sys::global(), BUILD).as_string().unwrap_or_default();
    post::unprompted(&Response::Ready { build });
}
