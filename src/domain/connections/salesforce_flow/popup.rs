//! The window that shows Salesforce.

use api_types::{FlowId, FlowStarted};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Url, Window};

use crate::platform::{dom, random};

const WIDTH: i32 = 560;
const HEIGHT: i32 = 720;

/// An open window, closed on drop.
pub(super) struct Popup {
    window: Window,
    listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Popup {
    /// Opens a flow's first page; `None` where the browser blocks windows. `heard` runs when the window's last page
    /// reports the end of the flow.
    pub(super) fn open(started: &FlowStarted, asks_who: bool, heard: Callback<FlowId>) -> Option<Self> {
        // A new window, under a name that tells Salesforce nothing.
        let name = random::uuid();
        let prompt = if asks_who { "&prompt=login" } else { "" };
        let address = format!("{}?display=popup{prompt}", started.start_url);
        let opened = dom::window().open_with_url_and_target_and_features(&address, &name, &features());
        let window = opened.ok().flatten().filter(|window| !window.closed().unwrap_or(true))?;
        let (source, origin, id) = (window.clone(), origin(&started.start_url), started.flow.id.clone());
        let listener = Closure::new(move |event: MessageEvent| {
            let from_window =
                event.source().is_some_and(|sender| JsValue::from(sender) == JsValue::from(source.clone()));
            if from_window
                && Some(event.origin()) == origin
                && flow_of(&event.data()).as_deref() == Some(&id.0)
            {
                heard.try_run(id.clone());
            }
        });
        let function = listener.as_ref().unchecked_ref();
        let _ = dom::window().add_event_listener_with_callback("message", function);
        Some(Self { window, listener })
    }

    /// Whether the window is unreachable: closed, or cut off from this page.
    pub(super) fn is_closed(&self) -> bool {
        self.window.closed().unwrap_or(true)
    }
}

impl Drop for Popup {
    fn drop(&mut self) {
        let function = self.listener.as_ref().unchecked_ref();
        let _ = dom::window().remove_event_listener_with_callback("message", function);
        let _ = self.window.close();
    }
}

/// The id of the flow in a message.
fn flow_of(message: &JsValue) -> Option<String> {
    js_sys::Reflect::get(message, &JsValue::from_str("flow")).ok()?.as_string()
}

fn origin(address: &str) -> Option<String> {
    let here = dom::window().location().href().ok()?;
    Url::new_with_base(address, &here).ok().map(|url| url.origin())
}

/// Centred over this window.
fn features() -> String {
    let window = dom::window();
    let pixels = |value: Result<JsValue, JsValue>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or_default() as i32
    };
    let left = pixels(window.screen_x()) + (pixels(window.outer_width()) - WIDTH) / 2;
    let top = pixels(window.screen_y()) + (pixels(window.outer_height()) - HEIGHT) / 2;
    format!("popup,width={WIDTH},height={HEIGHT},left={},top={}", left.max(0), top.max(0))
}
