//! Passkeys, by the browser's Web Authentication API. Requests and answers are the JSON of the server.

use std::cell::RefCell;

use js_sys::{Function, Object, Promise, Reflect};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, DomException};

use super::{dom, lifetime};

/// Whether passkeys can be used on this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Support {
    Usable,
    /// The page is opened at a number in place of a name, for which browsers keep none.
    NoName,
    /// The browser knows none, or an older form of them.
    TooOld,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasskeyError {
    /// By the person, by the browser after a while, or by a later request.
    Cancelled,
    /// The device has a passkey of the person already.
    AlreadyThere,
    /// The page's address is none that the passkey may be used at, or the device cannot make such a one.
    Unsupported,
    Failed,
}

/// How the browser asks for a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// At once, in a dialog.
    AtOnce,
    /// Among what it offers to fill a field with.
    InField,
}

/// The request that the browser is busy with: it has only one at a time.
#[derive(Default)]
struct UnderWay(RefCell<Option<AbortController>>);

pub(crate) fn support() -> Support {
    let host = dom::window().location().hostname().unwrap_or_default();
    // The last part of a name is no number.
    if host.ends_with(|last: char| last.is_ascii_digit() || last == ']') {
        return Support::NoName;
    }
    // Their counterpart, for the answer, came to browsers at the same time.
    match function_of("parseRequestOptionsFromJSON") {
        Some(_) => Support::Usable,
        None => Support::TooOld,
    }
}

/// Whether the browser offers passkeys among what it fills fields with.
pub(crate) async fn fill_fields() -> bool {
    let asked =
        function_of("isConditionalMediationAvailable").and_then(|ask| call(&ask, &JsValue::UNDEFINED).ok());
    match asked.and_then(|asked| asked.dyn_into::<Promise>().ok()) {
        Some(asked) => JsFuture::from(asked).await.is_ok_and(|answer| answer.is_truthy()),
        None => false,
    }
}

/// Makes a passkey, as the server's `options` say.
pub(crate) async fn create(options: &Value) -> Result<Value, PasskeyError> {
    request("create", "parseCreationOptionsFromJSON", options, Asking::AtOnce).await
}

/// Asks for a passkey, as the server's `options` say.
pub(crate) async fn get(options: &Value, asking: Asking) -> Result<Value, PasskeyError> {
    request("get", "parseRequestOptionsFromJSON", options, asking).await
}

/// Ends the request that is under way, if there is one.
pub(crate) fn end() {
    if let Some(controller) = lifetime::shared::<UnderWay>().0.take() {
        controller.abort();
    }
}

async fn request(method: &str, parser: &str, options: &Value, asking: Asking) -> Result<Value, PasskeyError> {
    end();
    let controller = AbortController::new().map_err(|_| PasskeyError::Failed)?;
    lifetime::shared::<UnderWay>().0.replace(Some(controller.clone()));
    let asked = ask(method, parser, options, asking, &controller).map_err(|error| reason(&error))?;
    let answer = JsFuture::from(asked).await.map_err(|error| reason(&error))?;
    read(&answer).ok_or(PasskeyError::Failed)
}

fn ask(
    method: &str,
    parser: &str,
    options: &Value,
    asking: Asking,
    controller: &AbortController,
) -> Result<Promise, JsValue> {
    let options = js_sys::JSON::parse(&options.to_string())?;
    let parser = function_of(parser).ok_or(JsValue::UNDEFINED)?;
    let wanted = Object::new();
    set(&wanted, "publicKey", &call(&parser, &options)?)?;
    set(&wanted, "signal", &controller.signal())?;
    if asking == Asking::InField {
        set(&wanted, "mediation", &JsValue::from_str("conditional"))?;
    }
    let credentials = Reflect::get(&dom::window().navigator(), &JsValue::from_str("credentials"))?;
    let method: Function = Reflect::get(&credentials, &JsValue::from_str(method))?.dyn_into()?;
    method.call1(&credentials, &wanted)?.dyn_into()
}

fn read(answer: &JsValue) -> Option<Value> {
    let to_json: Function = Reflect::get(answer, &JsValue::from_str("toJSON")).ok()?.dyn_into().ok()?;
    let text = js_sys::JSON::stringify(&to_json.call0(answer).ok()?).ok()?;
    serde_json::from_str(&String::from(text)).ok()
}

/// A static function of the API.
fn function_of(name: &str) -> Option<Function> {
    Reflect::get(&api()?, &JsValue::from_str(name)).ok()?.dyn_into().ok()
}

fn api() -> Option<JsValue> {
    let api = Reflect::get(&dom::window(), &JsValue::from_str("PublicKeyCredential")).ok()?;
    api.is_function().then_some(api)
}

fn call(function: &Function, argument: &JsValue) -> Result<JsValue, JsValue> {
    function.call1(&api().unwrap_or_default(), argument)
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), value).map(drop)
}

fn reason(error: &JsValue) -> PasskeyError {
    error.dyn_ref::<DomException>().map_or(PasskeyError::Failed, |error| named(&error.name()))
}

/// By the name of the browser's exception.
fn named(name: &str) -> PasskeyError {
    match name {
        "NotAllowedError" | "AbortError" => PasskeyError::Cancelled,
        "InvalidStateError" => PasskeyError::AlreadyThere,
        "NotSupportedError" | "SecurityError" | "ConstraintError" => PasskeyError::Unsupported,
        _ => PasskeyError::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a22_what_the_browser_throws_is_told_apart() {
        assert_eq!(named("NotAllowedError"), PasskeyError::Cancelled);
        assert_eq!(named("AbortError"), PasskeyError::Cancelled);
        assert_eq!(named("InvalidStateError"), PasskeyError::AlreadyThere);
        assert_eq!(named("SecurityError"), PasskeyError::Unsupported);
        assert_eq!(named("UnknownError"), PasskeyError::Failed);
    }
}
