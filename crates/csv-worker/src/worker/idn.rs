//! The browser's own internationalised domains.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = URL)]
    type Url;

    #[wasm_bindgen(constructor, catch, js_class = "URL")]
    fn new(url: &str) -> Result<Url, JsValue>;
}

/// The domain with A-labels, as the browser would look it up.
pub(super) fn domain_to_ascii(domain: &str) -> Option<String> {
    // What means something else in a URL is part of no domain.
    if domain.contains(|c: char| c.is_whitespace() || c.is_control() || "#%/:<>?@[\\]^|`{}".contains(c)) {
        return None;
    }
    let url = Url::new(&format!("http://{domain}/")).ok()?;
    Reflect::get(&url, &"hostname".into()).ok()?.as_string().filter(|host| !host.is_empty())
}
