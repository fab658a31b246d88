//! The channel between the tabs of this browser.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::platform::address::base_path;
use crate::platform::lifetime;

/// What the other tabs are told by a sign-out that they cannot ask the backend about. Else they are told who is signed in, by
/// id, or that nobody is.
pub(super) const UNHEARD: &str = "signed out";

/// What the other tabs are told once the person has added a second factor. Their id alone does not say so: every page sends
/// it as it opens, also while a tab still shows the recovery codes of a new factor.
pub(super) const FACTOR_ADDED: &str = "factor added";

#[derive(Default)]
struct Channel(RefCell<Option<BroadcastChannel>>);

/// Opens the channel; `hear` gets what other tabs say, as long as the page lives.
pub(super) fn open(hear: impl Fn(String) + 'static) {
    let Ok(channel) = BroadcastChannel::new(&format!("msi-session{}", base_path())) else { return };
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(said) = event.data().as_string() {
            hear(said);
        }
    });
    channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    lifetime::shared::<Channel>().0.replace(Some(channel));
}

pub(super) fn tell(text: &str) {
    if let Some(channel) = &*lifetime::shared::<Channel>().0.borrow() {
        let _ = channel.post_message(&JsValue::from_str(text));
    }
}
