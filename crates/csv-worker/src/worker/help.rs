//! Reading parts of large files for another Worker.

use std::{cell::Cell, rc::Rc};

use csv_worker::protocol::{ATTACHMENT, PORT};
use js_sys::{Array, Uint8Array};
use roster::{Check, Part};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessageEvent, MessagePort};

use super::{
    decoders::BrowserDecoders,
    helpers::{PartOrder, ROWS, advance},
};

/// Takes orders from the Worker behind the port; a later message ends the order before it.
pub(super) fn listen(port: MessagePort) {
    let newest = Rc::new(Cell::new(0_u32));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        newest.set(newest.get() + 1);
        let data = event.data();
        let (Some(order), Ok(file), Ok(port)) = (
            wire::message::<PartOrder>(&data),
            wire::property(&data, ATTACHMENT).dyn_into::<Blob>(),
            wire::property(&data, PORT).dyn_into::<MessagePort>(),
        ) else {
            return;
        };
        let (newest, number) = (newest.clone(), newest.get());
        spawn_local(async move {
            answer(&port, read(&order, &file, &|| newest.get() == number).await);
        });
    });
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

async fn read(order: &PartOrder, file: &Blob, is_wanted: &dyn Fn() -> bool) -> Option<Part> {
    let PartOrder { dialect, mapping, known, seed, strict, range } = order;
    let at = (*seed, range.start);
    let mut check = Check::of_part(dialect, mapping, known, &BrowserDecoders, *strict, at);
    advance(file, &mut check, range.clone(), is_wanted, &mut |_, _| ()).await.ok()??.ok()?;
    check.into_part(range.start, range.end == file.size() as u64).ok()?
}

/// What was found; nothing if the part does not count.
fn answer(port: &MessagePort, part: Option<Part>) {
    let Some(mut part) = part else { return drop(port.post_message(&JsValue::NULL)) };
    let rows = Uint8Array::from(part.take_rows().as_slice());
    let message = wire::object(&part, &[(ROWS, &rows)]);
    // Bytes can always be posted.
    let _ = port.post_message_with_transferable(&message, &Array::of1(&rows.buffer()));
}
