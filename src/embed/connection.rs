//! The connection to the host: one for the life of the page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use api_types::embed::PanelFlow;
use api_types::panel::{PanelErrorCode, PanelMessage};
use leptos::prelude::*;
use strum::VariantArray as _;

use crate::platform::frame::Port;
use crate::platform::{dom, lifetime};

/// How far the connection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No page has answered yet.
    #[default]
    Connecting,
    /// A port is there; the host has not said yet how the panel is to look.
    Greeted,
    Connected,
    /// There will be none.
    Refused(PanelErrorCode),
}

#[derive(Default)]
struct Connection {
    phase: RwSignal<Phase>,
    port: RefCell<Option<Port>>,
    host: RefCell<String>,
    /// The flow that the panel's address names.
    flow: Cell<Option<PanelFlow>>,
    /// The path that the host wants opened, until it is.
    wanted: RwSignal<Option<String>>,
    is_ready: Cell<bool>,
    /// Messages of types that this version does not know.
    ignored: Cell<u32>,
}

fn connection() -> Rc<Connection> {
    lifetime::shared()
}

/// How far the connection is; reactive.
pub(crate) fn phase() -> Phase {
    connection().phase.get()
}

pub(super) fn is_at(phase: Phase) -> bool {
    connection().phase.get_untracked() == phase
}

pub(super) fn go_to(phase: Phase) {
    connection().phase.set(phase);
}

/// Ends it, and tells why: on the page, to its scripts, and to the host if there is a port.
pub(crate) fn refuse(code: PanelErrorCode) {
    if let Some(root) = dom::document().document_element() {
        let _ = root.set_attribute("data-panel-error", code.as_str());
    }
    say_error(code, "The panel cannot be shown.", None);
    go_to(Phase::Refused(code));
}

/// The origin of the host's page; empty before there is a port.
pub(crate) fn host() -> String {
    connection().host.borrow().clone()
}

/// Notes the flow that the panel's address names.
pub(super) fn note_flow(path: &str) {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let flow = PanelFlow::VARIANTS.iter().find(|flow| <&str>::from(*flow) == name);
    connection().flow.set(flow.copied());
}

/// Whether a session for that flow may be used at the panel's address.
pub(crate) fn is_for(flow: PanelFlow) -> bool {
    connection().flow.get().is_none_or(|named| named == flow)
}

pub(super) fn open(port: Port, origin: String) {
    let connection = connection();
    connection.host.replace(origin);
    connection.port.replace(Some(port));
    go_to(Phase::Greeted);
}

/// Tells the host something, if there is one.
pub(crate) fn say(message: &PanelMessage) {
    if let Some(port) = &*connection().port.borrow()
        && let Ok(text) = serde_json::to_string(message)
    {
        port.send(&text);
    }
}

/// Tells the host once that the first screen is shown.
pub(crate) fn say_ready(flow: PanelFlow) {
    if !connection().is_ready.replace(true) {
        say(&PanelMessage::Ready { flow });
    }
}

pub(super) fn say_error(code: PanelErrorCode, message: &str, request_id: Option<String>) {
    say(&PanelMessage::Error { code, message: message.to_owned(), request_id });
}

/// The path that the host wants opened, until it is taken.
pub(crate) fn wanted_path() -> RwSignal<Option<String>> {
    connection().wanted
}

pub(super) fn ignore() {
    let connection = connection();
    let ignored = connection.ignored.get().saturating_add(1);
    connection.ignored.set(ignored);
    // For the host's developers.
    if let Some(root) = dom::document().document_element() {
        let _ = root.set_attribute("data-panel-ignored", &ignored.to_string());
    }
}
