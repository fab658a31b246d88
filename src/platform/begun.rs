//! What `boot.js` has asked while the app was on its way; each answer can be taken once.

use js_sys::{Promise, Reflect, global};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// What can have been asked.
#[derive(Clone, Copy)]
pub(crate) enum Begun {
    Config,
    Session,
}

impl Begun {
    const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Session => "session",
        }
    }

    /// The answer, whatever it says. Where there is none, the app asks itself, and hears why.
    pub(crate) async fn take(self) -> Option<gloo_net::http::Response> {
        let begun = Reflect::get(&global(), &JsValue::from_str("begun")).ok()?;
        let name = JsValue::from_str(self.name());
        let promise: Promise = Reflect::get(&begun, &name).ok()?.dyn_into().ok()?;
        Reflect::set(&begun, &name, &JsValue::UNDEFINED).ok()?;
        let response: Response = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
        Some(response.into())
    }
}
