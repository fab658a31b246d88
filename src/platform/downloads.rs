//! Saving files for the user.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::dom;

/// Saves a file. The browser asks where to, or puts it among the downloads.
pub(crate) fn save(name: &str, mime: &str, content: &JsValue) {
    save_pieces(name, mime, &js_sys::Array::of1(content));
}

/// Saves a file that came in pieces.
pub(crate) fn save_pieces(name: &str, mime: &str, pieces: &js_sys::Array) {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(pieces, &options) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    if let Ok(link) = dom::document()
        .create_element("a")
        .and_then(|e| e.dyn_into::<HtmlAnchorElement>().map_err(Into::into))
    {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&url);
}
