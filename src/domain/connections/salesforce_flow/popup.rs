//! The window that shows Salesforce.

use std::rc::Rc;

use api_types::{FlowId, FlowStarted};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::MessageEvent;

use crate::platform::address::origin_of;
use crate::platform::popup::{Messages, Popup};
use crate::platform::random;

/// An open window, closed on drop.
pub(super) struct SalesforceWindow {
    popup: Rc<Popup>,
    _messages: Messages,
}

impl SalesforceWindow {
    /// Opens a flow's first page; `None` where the browser blocks windows. `heard` runs when the window's last page
    /// reports the end of the flow.
    pub(super) fn open(started: &FlowStarted, asks_who: bool, heard: Callback<FlowId>) -> Option<Self> {
        let prompt = if asks_who { "&prompt=login" } else { "" };
        let address = format!("{}?display=popup{prompt}", started.start_url);
        // A new window, under a name that tells Salesforce nothing.
        let popup = Rc::new(Popup::open(&address, &random::uuid())?);
        let (sender, origin, id) = (popup.clone(), origin_of(&started.start_url), started.flow.id.clone());
        let listen = move |event: MessageEvent| {
            if sender.may_have_sent(&event)
                && Some(event.origin()) == origin
                && flow_of(&event.data()).as_deref() == Some(&id.0)
            {
                heard.try_run(id.clone());
            }
        };
        Some(Self { popup, _messages: Messages::hear(listen) })
    }

    /// Whether the window is unreachable: closed, or cut off from this page.
    pub(super) fn is_closed(&self) -> bool {
        self.popup.is_closed()
    }
}

/// The id of the flow in a message.
fn flow_of(message: &JsValue) -> Option<String> {
    js_sys::Reflect::get(message, &JsValue::from_str("flow")).ok()?.as_string()
}
