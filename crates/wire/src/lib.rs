//! The messages between the page and its Workers: plain objects, whose property `message` has the bytes of the message, and
//! other properties the files that travel beside it.
//!
//! The bytes are in the [format of postcard](https://postcard.jamesmunns.com/wire-format): values in the order of their
//! fields, without names. The page and its Workers are of one build, so neither needs names, and the code that reads and
//! writes them as JSON would be a fifth of the CSV Worker.

use js_sys::{Object, Reflect, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

/// The global variable of a Worker in which its loader says the build: browsers check no integrity of a Worker's entry.
pub const BUILD: &str = "build";

/// The property with the bytes, an `Uint8Array`.
const MESSAGE: &str = "message";

/// An object with that message, and what travels beside it by the names of the properties.
#[must_use]
pub fn object<T: Serialize>(message: &T, beside: &[(&str, &JsValue)]) -> Object {
    let object = Object::new();
    let bytes = Uint8Array::from(to_bytes(message).as_slice());
    for (name, value) in std::iter::once(&(MESSAGE, bytes.as_ref())).chain(beside) {
        // Setting a property of an object made here cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

/// The message of an object; `None` if it has none of this build.
#[must_use]
pub fn message<T: DeserializeOwned>(object: &JsValue) -> Option<T> {
    from_bytes(&property(object, MESSAGE).dyn_into::<Uint8Array>().ok()?.to_vec())
}

/// A property of an object; undefined if it has none of that name, or is no object.
#[must_use]
pub fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

/// The bytes of a message.
#[must_use]
pub fn to_bytes<T: Serialize>(message: &T) -> Vec<u8> {
    // Only a sequence of unknown length cannot be written, and messages have none.
    postcard::to_allocvec(message).unwrap_or_default()
}

/// The message of those bytes; `None` if they are none of this build.
#[must_use]
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
