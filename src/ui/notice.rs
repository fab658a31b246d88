//! Transient messages: shown as a notice, and spoken through a live region.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Icon, IconName, Tone};
use crate::platform::{device, dom, lifetime, timers};
use crate::t;

/// How long a notice is shown that is no failure.
const SHOWN_MS: u32 = 6_000;
/// How long a change can be undone.
const UNDOABLE_MS: u32 = 10_000;
/// The interval in which the remaining time is counted down.
const TICK_MS: u32 = 250;

#[derive(Clone)]
struct Notice {
    id: u32,
    tone: Tone,
    text: String,
    undo: Option<Undo>,
}

/// The undo of a notice.
#[derive(Clone)]
struct Undo {
    /// What was changed: a later change of the same thing removes the earlier undo.
    of: String,
    run: Arc<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Channel {
    notices: RwSignal<Vec<Notice>>,
    spoken: RwSignal<String>,
    next_id: Cell<u32>,
}

fn channel() -> Rc<Channel> {
    lifetime::shared()
}

/// Announces a text to screen readers, politely.
pub(crate) fn announce(text: impl Into<String>) {
    let spoken = channel().spoken;
    // Repeating the same text would not be a change, and would not be spoken.
    spoken.set(String::new());
    let text = text.into();
    dom::after_paint(move || spoken.set(text));
}

/// Shows a notice about background work. A failure stays until closed, anything else disappears by itself.
pub(crate) fn notify(tone: Tone, text: impl Into<String>) {
    let text = text.into();
    announce(text.clone());
    let shown_for = (tone != Tone::Failure).then_some(SHOWN_MS);
    show(tone, text, None, shown_for);
}

/// Reports a change, and offers to undo it for a while: by a button, or by the usual keys. `of` names what was changed;
/// `undo` outlives the screen.
pub(crate) fn notify_undoable(text: impl Into<String>, of: String, undo: impl Fn() + Send + Sync + 'static) {
    let text = text.into();
    announce(format!("{text} {}", t!("common.undo_by", keys = device::shortcut("Z"))));
    channel().notices.update(|notices| {
        notices.retain(|notice| notice.undo.as_ref().is_none_or(|undo| undo.of != of));
    });
    show(Tone::Success, text, Some(Undo { of, run: Arc::new(undo) }), Some(UNDOABLE_MS));
}

/// Removes all offers to undo, for example when the person who made the changes has signed out.
pub(crate) fn withdraw_undo() {
    channel().notices.update(|notices| notices.retain(|notice| notice.undo.is_none()));
}

fn show(tone: Tone, text: String, undo: Option<Undo>, shown_for: Option<u32>) {
    let channel = channel();
    let notices = channel.notices;
    let id = channel.next_id.replace(channel.next_id.get().wrapping_add(1));
    notices.update(|notices| notices.push(Notice { id, tone, text, undo }));
    let Some(mut left) = shown_for else { return };
    leptos::task::spawn_local(async move {
        while left > 0 {
            timers::sleep(f64::from(TICK_MS)).await;
            // The timer stops while the notice has the pointer or the focus.
            if !dom::is_there(".notices:hover, .notices:focus-within") {
                left = left.saturating_sub(TICK_MS);
            }
        }
        close(notices, id);
    });
}

fn close(notices: RwSignal<Vec<Notice>>, id: u32) {
    if notices.with_untracked(|notices| notices.iter().any(|notice| notice.id == id)) {
        notices.update(|notices| notices.retain(|notice| notice.id != id));
    }
}

/// Runs the undo of the latest notice that has one.
fn undo_latest(notices: RwSignal<Vec<Notice>>) -> bool {
    let latest = notices.with_untracked(|notices| {
        notices.iter().rev().find_map(|notice| Some((notice.id, notice.undo.clone()?)))
    });
    let Some((id, undo)) = latest else { return false };
    close(notices, id);
    (undo.run)();
    true
}

const fn icon(tone: Tone) -> IconName {
    match tone {
        Tone::Success => IconName::Check,
        Tone::Warning | Tone::Failure => IconName::Alert,
        Tone::Busy => IconName::Clock,
        Tone::Quiet => IconName::Info,
    }
}

/// The place of the notices.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let notices = channel().notices;
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let asked = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
        let is_undo = asked && event.key().eq_ignore_ascii_case("z");
        // In a field these keys undo typing, and behind a dialog they do nothing.
        if is_undo && !dom::is_typing() && !dom::is_there("dialog:modal") && undo_latest(notices) {
            event.prevent_default();
        }
    });
    on_cleanup(move || keys.remove());
    let root = NodeRef::<html::Section>::new();
    // The focus before it came here: it returns there when the pressed control is gone.
    let before = StoredValue::new_local(None::<HtmlElement>);
    let enter = move |event: leptos::ev::FocusEvent| {
        let from = event.related_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let inside =
            |element: &HtmlElement| root.get_untracked().is_some_and(|root| root.contains(Some(element)));
        if let Some(from) = from.filter(|from| !inside(from)) {
            before.set_value(Some(from));
        }
    };
    let close = move |id: u32| {
        close(notices, id);
        dom::after_paint(move || {
            let before = before.try_update_value(Option::take).flatten();
            match before.filter(|before| before.is_connected()) {
                _ if !dom::is_focus_lost() => {}
                Some(before) => {
                    let _ = before.focus();
                }
                None => dom::focus("page-title"),
            }
        });
    };
    view! {
        <section class="notices" aria-label=t!("common.notices") node_ref=root on:focusin=enter>
            <For each=move || notices.get() key=|notice| notice.id let:notice>
                <div class=format!("notice notice-{}", notice.tone.class())>
                    <Icon name=icon(notice.tone) />
                    <span>{notice.text.clone()}</span>
                    {notice.undo.clone().map(|undo| view! {
                        <button type="button" class="button" aria-keyshortcuts="Control+Z Meta+Z" title=device::shortcut("Z")
                            on:click=move |_| {
                                close(notice.id);
                                (undo.run)();
                            }>
                            {t!("common.undo")}
                        </button>
                    })}
                    <button type="button" class="button button-quiet button-icon" aria-label=t!("common.close")
                        on:click=move |_| close(notice.id)>
                        <Icon name=IconName::Close />
                    </button>
                </div>
            </For>
        </section>
    }
}

/// The live region; on the page from the start, as otherwise nothing would be spoken.
#[component]
pub(crate) fn Announcer() -> impl IntoView {
    view! { <div class="visually-hidden" role="status" aria-live="polite">{move || channel().spoken.get()}</div> }
}
