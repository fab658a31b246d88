//! Lets only one tab of a browser do something at a time, by Web Locks.
//! <https://w3c.github.io/web-locks/>

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::dom;
use super::tasks::spawn;

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        callback: &Function,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn query(this: &LockManager) -> Result<Promise, JsValue>;
}

/// A lock that is held until this is dropped or the page dies.
///
/// In browsers without locks it holds nothing: the idempotency keys still keep two tabs from inviting twice, and the tab that is
/// first may end the work of the other.
pub(crate) struct Lock {
    _release: Option<oneshot::Sender<()>>,
}

/// The browser has no locks, or denies them like storage, as to frames of other sites.
struct Denied;

/// Waits until no other tab holds the lock.
pub(crate) async fn acquire(name: &str) -> Lock {
    request(name, false).await.ok().flatten().unwrap_or(Lock { _release: None })
}

/// Takes the lock if it is free.
pub(crate) async fn try_acquire(name: &str) -> Option<Lock> {
    request(name, true).await.unwrap_or(Some(Lock { _release: None }))
}

/// Whether some tab holds a lock whose name begins so.
pub(crate) async fn is_any_held(beginning: &str) -> bool {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    let Some(Ok(asked)) = manager().map(|manager| manager.query()) else { return false };
    let known = wasm_bindgen_futures::JsFuture::from(asked).await.ok();
    let held = known.and_then(|known| get(&known, "held")).and_then(|held| held.dyn_into::<Array>().ok());
    let name = |lock: JsValue| get(&lock, "name").and_then(|name| name.as_string());
    held.is_some_and(|held| held.iter().filter_map(name).any(|name| name.starts_with(beginning)))
}

fn manager() -> Option<LockManager> {
    let navigator = dom::window().navigator();
    let locks = Reflect::get(&navigator, &JsValue::from_str("locks")).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

/// `None` if another tab holds the lock.
async fn request(name: &str, if_available: bool) -> Result<Option<Lock>, Denied> {
    let manager = manager().ok_or(Denied)?;
    let (granted, answer) = oneshot::channel::<Option<Lock>>();
    let granted = Rc::new(RefCell::new(Some(granted)));
    let refused = granted.clone();
    // The lock is held until the promise that this returns is resolved.
    let callback = Closure::once_into_js(move |lock: JsValue| -> Promise {
        let (release, released) = oneshot::channel::<()>();
        let held = !lock.is_null();
        if let Some(granted) = granted.borrow_mut().take() {
            // If the receiver is gone, the answer is dropped and the lock with it.
            let _ = granted.send(held.then_some(Lock { _release: Some(release) }));
        }
        wasm_bindgen_futures::future_to_promise(async move {
            if held {
                let _ = released.await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("ifAvailable"), &JsValue::from_bool(if_available))
        .map_err(|_| Denied)?;
    let promise = manager.request(name, &options, callback.unchecked_ref()).map_err(|_| Denied)?;
    spawn(async move {
        // Where it is rejected, the callback is not called.
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        refused.take();
    });
    answer.await.map_err(|_| Denied)
}
