//! Time.

use js_sys::{Date, Function, Reflect};
use wasm_bindgen::prelude::*;

use super::dom;

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    Date::now() as u64
}

/// Milliseconds from now until an instant in RFC 3339; `None` for other texts.
pub(crate) fn until(instant: &str) -> Option<i64> {
    let at = Date::parse(instant);
    (!at.is_nan()).then(|| (at - Date::now()) as i64)
}

/// Resolves once the page has nothing to do.
pub(crate) async fn idle() {
    const AT_MOST_MS: f64 = 2_000.0;
    let ask = Reflect::get(&dom::window(), &JsValue::from_str("requestIdleCallback"));
    let Some(ask) = ask.ok().and_then(|ask| ask.dyn_into::<Function>().ok()) else {
        return sleep(AT_MOST_MS).await;
    };
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = ask.call1(&dom::window(), &resolve);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Resolves after this many milliseconds.
pub(crate) async fn sleep(milliseconds: f64) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = dom::window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds as i32);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
