use std::cell::RefCell;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{History, HtmlDialogElement};

use super::announcer::DialogAnnouncer;
use crate::platform::{dom, lifetime};

/// The dialogs that were opened, the topmost last.
#[derive(Default)]
struct Opened(RefCell<Vec<Over>>);

/// A dialog over a page.
struct Over {
    dialog: HtmlDialogElement,
    /// The page's entry of the history.
    address: String,
    state: JsValue,
    on_close: Option<Callback<()>>,
}

impl Opened {
    fn note(&self, dialog: &HtmlDialogElement, on_close: Option<Callback<()>>) {
        let (Ok(address), Ok(history)) = (dom::window().location().href(), dom::window().history()) else {
            return;
        };
        let state = history.state().unwrap_or_default();
        let mut opened = self.0.borrow_mut();
        opened.retain(Over::is_there);
        opened.push(Over { dialog: dialog.clone(), address, state, on_close });
    }
}

impl Over {
    fn is_there(&self) -> bool {
        self.dialog.is_connected() && self.dialog.open()
    }
}

/// For a press of Back: closes the topmost dialog instead, if there is one and it can be closed. The browser has navigated
/// already, so the page below gets its entry of the history again.
pub(super) fn close_topmost(history: &History) -> bool {
    let opened = lifetime::shared::<Opened>();
    let on_close = {
        let mut opened = opened.0.borrow_mut();
        opened.retain(Over::is_there);
        let Some(top) = opened.last() else { return false };
        let _ = history.push_state_with_url(&top.state, "", Some(&top.address));
        top.on_close
    };
    if let Some(on_close) = on_close {
        on_close.try_run(());
    }
    true
}

/// A modal dialog on the browser's own `<dialog>`: focus stays inside and returns afterwards.
#[component]
pub(crate) fn Dialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: Signal<String>,
    /// Called on Escape and on Back; without it only the buttons close the dialog.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    // Told again that it is open, it would be drawn anew, and the focus be lost.
    let open = Signal::from(Memo::new(move |_| open.get()));
    let node = NodeRef::<html::Dialog>::new();
    let heading = NodeRef::<html::H2>::new();
    // A dialog may open over another: for a session that expires meanwhile.
    let heading_id = StoredValue::new(dom::unique_id("dialog-title"));
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
                lifetime::shared::<Opened>().note(&dialog, on_close);
                begin_at_title(&dialog, heading);
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let cancel = move |event: leptos::ev::Event| {
        // The state decides whether it is open, not the browser.
        event.prevent_default();
        if let Some(on_close) = on_close {
            on_close.run(());
        }
    };
    // Some browsers close on a second Escape even if the first was prevented.
    let stay = move |_| {
        if let Some(dialog) = node.get_untracked().filter(|dialog| open.get_untracked() && !dialog.open()) {
            let _ = dialog.show_modal();
        }
    };
    view! {
        <dialog node_ref=node class="dialog" on:cancel=cancel on:close=stay aria-labelledby=heading_id.get_value()>
            {move || open.get().then(|| view! {
                <h2 id=heading_id.get_value() class=dom::DIALOG_TITLE tabindex="-1" node_ref=heading>{move || title.get()}</h2>
                {children()}
            })}
            <DialogAnnouncer open />
        </dialog>
    }
}

/// The browser focuses the first control. In a dialog taller than the window that may be far down, so the dialog starts
/// with the focus on its title instead.
fn begin_at_title(dialog: &HtmlDialogElement, heading: NodeRef<html::H2>) {
    if dialog.scroll_height() > dialog.client_height() {
        if let Some(heading) = heading.get_untracked() {
            let _ = heading.focus();
        }
        dialog.set_scroll_top(0);
    }
}
