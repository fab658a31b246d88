//! Time.

use js_sys::Date;

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

/// Resolves after this many milliseconds.
pub(crate) async fn sleep(milliseconds: f64) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = dom::window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds as i32);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
