//! Windows that this page opens, and what pages say to it.

use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Window};

use super::dom;

const WIDTH: i32 = 560;
const HEIGHT: i32 = 720;

/// A window opened by this page, closed on drop.
pub(crate) struct Popup(Window);

impl Popup {
    /// Opens a window over this one; `None` where the browser blocks windows. Must be called in the handler of a press.
    pub(crate) fn open(address: &str, name: &str) -> Option<Self> {
        let opened = dom::window().open_with_url_and_target_and_features(address, name, &features());
        opened.ok().flatten().filter(|window| !window.closed().unwrap_or(true)).map(Self)
    }

    /// Whether the window is unreachable: closed, or cut off from this page.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.closed().unwrap_or(true)
    }

    /// Whether a message comes from this window, or, as far as the browser tells, may do so: a window that closes after it has
    /// sent a message may be gone when that arrives, which then has no source.
    pub(crate) fn may_have_sent(&self, event: &MessageEvent) -> bool {
        event.source().is_none_or(|sender| JsValue::from(sender) == JsValue::from(self.0.clone()))
    }
}

impl Drop for Popup {
    fn drop(&mut self) {
        let _ = self.0.close();
    }
}

/// Listens to messages of other pages until dropped.
pub(crate) struct Messages(Closure<dyn Fn(MessageEvent)>);

impl Messages {
    pub(crate) fn hear(heard: impl Fn(MessageEvent) + 'static) -> Self {
        let listener = Closure::new(heard);
        let _ = dom::window().add_event_listener_with_callback("message", listener.as_ref().unchecked_ref());
        Self(listener)
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        let _ = dom::window().remove_event_listener_with_callback("message", self.0.as_ref().unchecked_ref());
    }
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
