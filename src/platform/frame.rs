//! The page around this one, if this is in a frame.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Window};

use super::dom;

/// From now on this page replaces its entry in the history instead of adding some: a frame shares the history with the
/// page around it, whose Back must lead away from that page.
pub(crate) fn keep_one_entry() {
    if let Ok(history) = dom::window().history()
        && let Ok(replace) = Reflect::get(&history, &JsValue::from_str("replaceState"))
    {
        let _ = Reflect::set(&history, &JsValue::from_str("pushState"), &replace);
    }
}

/// The page around this one; `None` where there is none.
pub(crate) fn parent() -> Option<Window> {
    let window = dom::window();
    window.parent().ok().flatten().filter(|parent| *parent != window)
}

/// The origins of all pages around this one, the nearest first; `None` where the browser does not tell.
pub(crate) fn ancestors() -> Option<Vec<String>> {
    let list = Reflect::get(&dom::window().location(), &JsValue::from_str("ancestorOrigins")).ok()?;
    list.is_object().then(|| Array::from(&list).iter().filter_map(|origin| origin.as_string()).collect())
}

/// Whether a message comes from the page around this one.
pub(crate) fn is_from_parent(event: &MessageEvent) -> bool {
    match (event.source(), parent()) {
        (Some(source), Some(parent)) => JsValue::from(source) == JsValue::from(parent),
        _ => false,
    }
}

#[wasm_bindgen]
extern "C" {
    type MessagePort;

    #[wasm_bindgen(method, js_name = postMessage)]
    fn post(this: &MessagePort, text: &str);

    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &MessagePort, heard: Option<&js_sys::Function>);

    #[wasm_bindgen(method)]
    fn close(this: &MessagePort);
}

/// One end of a channel to another page, closed on drop.
pub(crate) struct Port {
    port: MessagePort,
    _heard: Closure<dyn Fn(MessageEvent)>,
}

impl Port {
    /// Takes a port that has come with a message; `heard` gets the text of each message, `None` for one without text.
    pub(crate) fn open(event: &MessageEvent, heard: impl Fn(Option<String>) + 'static) -> Self {
        let port: MessagePort = event.ports().get(0).unchecked_into();
        let heard = Closure::new(move |event: MessageEvent| heard(event.data().as_string()));
        // This also starts the port.
        port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        Self { port, _heard: heard }
    }

    pub(crate) fn send(&self, text: &str) {
        self.port.post(text);
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}
