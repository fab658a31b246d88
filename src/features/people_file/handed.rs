//! Files that the system hands to the installed console: opened with it, or shared to it.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, MessageChannel, MessageEvent};

use super::chosen::{Chosen, function};
use super::state::Flow;
use crate::platform::{dom, spawn, version};

/// Takes the files for which the console was opened, and those that it is opened with from now on. Called once this screen
/// is shown, which is the manifest's `action` for both.
pub(super) fn take(flow: Flow) {
    take_opened(flow);
    spawn(async move {
        if let Some(file) = shared().await {
            flow.choose(vec![file.into()]);
        }
    });
}

/// <https://wicg.github.io/web-app-launch/#launchqueue-interface>
fn take_opened(flow: Flow) {
    let Some(queue) = property(&dom::window(), "launchQueue") else { return };
    let Some(follow) = function(&queue, "setConsumer") else { return };
    let consumer = Closure::<dyn Fn(JsValue)>::new(move |launch: JsValue| {
        let files = property(&launch, "files").map(|files| Array::from(&files)).unwrap_or_default();
        spawn(async move {
            match Chosen::of_handles(&files).await {
                Some(chosen) => flow.choose(chosen),
                None => flow.cannot_read(),
            }
        });
    });
    // The queue keeps it as long as the page lives.
    let _ = follow.call1(&queue, &consumer.into_js_value());
}

/// The file that was shared, which the service worker (`sw.js`) has, once.
async fn shared() -> Option<File> {
    let worker = version::keeper()?;
    let channel = MessageChannel::new().ok()?;
    let answer = Promise::new(&mut |resolve, _| channel.port1().set_onmessage(Some(&resolve)));
    let ask = function(&worker, "postMessage")?;
    ask.call2(&worker, &JsValue::from_str("shared file"), &Array::of1(&channel.port2())).ok()?;
    let answer: MessageEvent = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    channel.port1().close();
    answer.data().dyn_into().ok()
}

fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok().filter(JsValue::is_object)
}
