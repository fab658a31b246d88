//! The browser's storage beyond the life of the page.

use std::cell::RefCell;

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Storage;

use super::tasks::spawn;
use super::{dom, lifetime};

/// The storage of this tab; denied in the same cases as [`local`].
pub(crate) fn of_tab() -> Option<Storage> {
    dom::window().session_storage().ok().flatten()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "storage"], js_name = persist)]
    fn ask_to_persist() -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "storage"], js_name = estimate)]
    fn ask_for_room() -> Result<Promise, JsValue>;
}

/// Asks the browser not to remove what the app stores when it needs space. It decides by itself, or asks the user.
pub(crate) fn persist() {
    // Some browsers have no such function, and the refusal of others changes nothing.
    if let Ok(asked) = ask_to_persist() {
        spawn(async move {
            let _ = JsFuture::from(asked).await;
        });
    }
}

/// The bytes that the app stores in this browser, and those that it may store.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    pub(crate) used: f64,
    pub(crate) total: f64,
}

/// The browser's estimate; `None` where it gives none.
pub(crate) async fn room() -> Option<Room> {
    let found = JsFuture::from(ask_for_room().ok()?).await.ok()?;
    let number = |name: &str| Reflect::get(&found, &JsValue::from_str(name)).ok()?.as_f64();
    Some(Room { used: number("usage")?, total: number("quota")? })
}

/// Settings that the browser did not store, for as long as the page is open.
#[derive(Default)]
struct Unstored(RefCell<Vec<(String, Option<String>)>>);

/// Keeps a setting in this browser, or removes it. Where the browser stores nothing, it lasts until the page is closed.
pub(crate) fn keep(key: &str, value: Option<&str>) {
    let stored = local().map(|storage| match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    });
    let unstored = lifetime::shared::<Unstored>();
    let mut unstored = unstored.0.borrow_mut();
    unstored.retain(|(other, _)| other != key);
    if !matches!(stored, Some(Ok(()))) {
        unstored.push((key.to_owned(), value.map(str::to_owned)));
    }
}

/// A setting that is kept in this browser.
pub(crate) fn kept(key: &str) -> Option<String> {
    let unstored = lifetime::shared::<Unstored>();
    let unstored = unstored.0.borrow();
    let known = unstored.iter().find(|(other, _)| other == key);
    known.map_or_else(|| item(key), |(_, value)| value.clone())
}

/// The local storage; a private window or a foreign frame may deny it.
pub(crate) fn local() -> Option<Storage> {
    dom::window().local_storage().ok().flatten()
}

/// What the local storage has under a key.
pub(crate) fn item(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

/// Sets that, or removes it, where the browser allows it.
pub(crate) fn set_item(key: &str, value: Option<&str>) {
    if let Some(storage) = local() {
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}
