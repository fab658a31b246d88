use leptos::html;
use leptos::prelude::*;

use super::{Button, ButtonKind, sentence, why_refused};
use crate::i18n::Message;
use crate::platform::dom;
use crate::t;

/// A modal dialog on the browser's own `<dialog>`: focus stays inside and returns afterwards.
#[component]
pub(crate) fn Dialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: Signal<String>,
    /// Called on Escape; without it only the buttons close the dialog.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = NodeRef::<html::H2>::new();
    // A dialog may open over another: for a session that expires meanwhile.
    let heading_id = StoredValue::new(dom::unique_id("dialog-title"));
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
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
                <h2 id=heading_id.get_value() class=dom::DIALOG_TITLE tabindex="-1" node_ref=heading>{title.get()}</h2>
                {children()}
            })}
        </dialog>
    }
}

/// The browser focuses the first control. In a dialog taller than the window that may be far down, so the dialog starts
/// with the focus on its title instead.
fn begin_at_title(dialog: &web_sys::HtmlDialogElement, heading: NodeRef<html::H2>) {
    if dialog.scroll_height() > dialog.client_height() {
        if let Some(heading) = heading.get_untracked() {
            let _ = heading.focus();
        }
        dialog.set_scroll_top(0);
    }
}

/// Asks before something that cannot be undone, and names the consequences. After the confirmation it stays until the
/// outcome is known.
#[component]
pub(crate) fn ConfirmDialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: Signal<String>,
    /// The consequences.
    #[prop(into)]
    text: Signal<String>,
    /// The label of the confirming button.
    #[prop(into)]
    action: Signal<String>,
    /// The label of the other button, where "Cancel" could be taken for the action.
    #[prop(optional, into)]
    keep: Option<String>,
    #[prop(optional)] danger: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] failure: Signal<Option<Message>>,
    on_confirm: Callback<()>,
    on_close: Callback<()>,
) -> impl IntoView {
    let kind = if danger { ButtonKind::Danger } else { ButtonKind::Primary };
    let keep = StoredValue::new(keep.unwrap_or_else(|| t!("common.cancel")));
    let close = Callback::new(move |()| {
        if !busy.get_untracked() {
            on_close.run(());
        }
    });
    view! {
        <Dialog open title on_close=close>
            <p>{move || text.with(|text| sentence(text))}</p>
            {move || failure.get().map(why_refused)}
            <div class="dialog-actions">
                <Button waiting=busy on_press=close>{keep.get_value()}</Button>
                <Button kind busy on_press=on_confirm>{move || action.get()}</Button>
            </div>
        </Dialog>
    }
}
