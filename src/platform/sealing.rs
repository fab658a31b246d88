//! Sealing: AES-256-GCM of the browser, under a key that scripts can use, but not read. Pages whose origin browsers do not
//! trust have none.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Crypto;

use super::dom;

#[wasm_bindgen]
extern "C" {
    type SubtleCrypto;

    #[wasm_bindgen(method, catch, js_name = importKey)]
    fn import_key(
        this: &SubtleCrypto,
        format: &str,
        key: &Object,
        cipher: &str,
        is_extractable: bool,
        uses: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn encrypt(this: &SubtleCrypto, cipher: &Object, key: &JsValue, bytes: &[u8])
    -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn decrypt(
        this: &SubtleCrypto,
        cipher: &Object,
        key: &JsValue,
        bytes: &Uint8Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn digest(this: &SubtleCrypto, algorithm: &str, bytes: &[u8]) -> Result<Promise, JsValue>;
}

const CIPHER: &str = "AES-GCM";
/// Random, as every page seals for itself.
const NONCE_BYTES: u32 = 12;

/// A key, for as long as it is held.
#[derive(Clone)]
pub(crate) struct SealingKey(JsValue);

fn crypto() -> Option<Crypto> {
    dom::window().crypto().ok()
}

fn subtle() -> Option<SubtleCrypto> {
    let crypto = crypto()?;
    let subtle = Reflect::get(&crypto, &JsValue::from_str("subtle")).ok()?;
    subtle.is_object().then(|| subtle.unchecked_into())
}

async fn bytes(promise: Result<Promise, JsValue>) -> Option<Uint8Array> {
    JsFuture::from(promise.ok()?).await.ok().map(|buffer| Uint8Array::new(&buffer))
}

/// An object of these properties.
fn object<const N: usize>(properties: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        // Nothing refuses the properties of a new object.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &value);
    }
    object
}

fn cipher(nonce: &Uint8Array, context: &str) -> Object {
    let context = Uint8Array::from(context.as_bytes());
    object([("name", CIPHER.into()), ("iv", nonce.into()), ("additionalData", context.into())])
}

impl SealingKey {
    /// Takes a key of 32 bytes in Base64 for URLs.
    pub(crate) async fn import(text: &str) -> Option<Self> {
        let key = object([("kty", "oct".into()), ("alg", "A256GCM".into()), ("k", text.into())]);
        let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
        let imported = subtle()?.import_key("jwk", &key, CIPHER, false, &uses).ok()?;
        JsFuture::from(imported).await.ok().map(Self)
    }

    /// Seals a content, to be opened in the same context only.
    pub(crate) async fn seal(&self, context: &str, content: &[u8]) -> Option<Uint8Array> {
        let nonce = Uint8Array::new_with_length(NONCE_BYTES);
        crypto()?.get_random_values_with_js_u8_array(&nonce).ok()?;
        let sealed = subtle()?.encrypt(&cipher(&nonce, context), &self.0, content);
        let sealed = bytes(sealed).await?;
        let both = Uint8Array::new_with_length(NONCE_BYTES + sealed.length());
        both.set(&nonce, 0);
        both.set(&sealed, NONCE_BYTES);
        Some(both)
    }

    /// Opens what was sealed under the same key and in the same context.
    pub(crate) async fn open(&self, context: &str, sealed: &Uint8Array) -> Option<Vec<u8>> {
        let nonce = sealed.slice(0, NONCE_BYTES);
        let rest = sealed.subarray(NONCE_BYTES, sealed.length());
        let opened = subtle()?.decrypt(&cipher(&nonce, context), &self.0, &rest);
        Some(bytes(opened).await?.to_vec())
    }
}

/// SHA-256 of a text, in hexadecimal digits.
pub(crate) async fn digest(text: &str) -> Option<String> {
    let digest = bytes(subtle()?.digest("SHA-256", text.as_bytes())).await?;
    Some(digest.to_vec().iter().map(|byte| format!("{byte:02x}")).collect())
}
