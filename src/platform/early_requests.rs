//! Requests that `boot.js` has made while the app was loading; each answer can be taken once.

use js_sys::{Promise, Reflect, global};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// The requests of `boot.js`.
#[derive(Clone, Copy)]
pub(crate) enum EarlyRequest {
    Config,
    Session,
}

impl EarlyRequest {
    const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Session => "session",
        }
    }

    /// The answer, whatever its status. If there is none, the app makes the request itself, and sees the error.
    pub(crate) async fn take(self) -> Option<gloo_net::http::Response> {
        let begun = Reflect::get(&global(), &JsValue::from_str("begun")).ok()?;
        let name = JsValue::from_str(self.name());
        let promise: Promise = Reflect::get(&begun, &name).ok()?.dyn_into().ok()?;
        Reflect::set(&begun, &name, &JsValue::UNDEFINED).ok()?;
        let response: Response = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
        Some(response.into())
    }
}
