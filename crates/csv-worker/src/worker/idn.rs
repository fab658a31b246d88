//! Internationalised domain names by the browser.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = URL)]
    type Url;

    #[wasm_bindgen(constructor, catch, js_class = "URL")]
    fn new(url: &str) -> Result<Url, JsValue>;
}

/// Appended to a domain, as a URL whose host ends in digits is a network address.
const BEHIND: &str = ".x";

/// The domain with A-labels, as the browser would look it up.
pub(super) fn domain_to_ascii(domain: &str) -> Option<String> {
    let url = Url::new(&["http://", domain, BEHIND].concat()).ok()?;
    let mut host = Reflect::get(&url, &"hostname".into()).ok()?.as_string()?;
    host.truncate(host.strip_suffix(BEHIND)?.len());
    (!host.is_empty()).then_some(host)
}
