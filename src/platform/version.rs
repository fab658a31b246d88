//! Whether another version of the app is ready to take over. `offline.js` notices it and makes the change.

use js_sys::{Function, Object, Reflect, global};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};

use super::{dom, lifetime};

struct Ready(RwSignal<bool>);

impl Default for Ready {
    fn default() -> Self {
        let is_ready = RwSignal::new(found().is_some());
        // It listens as long as the page lives.
        window_event_listener_untyped("newversion", move |_| is_ready.set(true));
        Self(is_ready)
    }
}

/// What `offline.js` has left here.
fn found() -> Option<Object> {
    Reflect::get(&global(), &JsValue::from_str("newVersion")).ok()?.dyn_into().ok()
}

/// Whether this browser keeps the version of this page, so that it opens without a network.
pub(crate) fn is_kept() -> bool {
    keeper().is_some()
}

/// The service worker of this page.
pub(crate) fn keeper() -> Option<JsValue> {
    Reflect::get(&dom::window().navigator(), &JsValue::from_str("serviceWorker"))
        .and_then(|workers| Reflect::get(&workers, &JsValue::from_str("controller")))
        .ok()
        .filter(JsValue::is_object)
}

/// Whether another version is ready; reactive.
pub(crate) fn is_ready() -> bool {
    lifetime::shared::<Ready>().0.get()
}

/// Lets it take over, which reloads this page; other tabs stay as they are.
pub(crate) fn take_over() {
    let Some(found) = found() else { return };
    let take_over =
        Reflect::get(&found, &JsValue::from_str("use")).ok().and_then(|f| f.dyn_into::<Function>().ok());
    if let Some(take_over) = take_over {
        let _ = take_over.call0(&found);
    }
}
