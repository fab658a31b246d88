//! Transient messages: shown as a notice, and announced.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Icon, IconName, ProgressBar, Tone, announce, shortcut, waiting};
use crate::i18n::{self, Message};
use crate::platform::{connectivity, device, dom, lifetime, spawn, timers};
use crate::t;

/// How long a notice is shown that is no failure.
const SHOWN_MS: u32 = 6_000;
/// How long a change of one thing can be undone.
const UNDOABLE_MS: u32 = 10_000;
/// The interval in which the remaining time is counted down.
const TICK_MS: u32 = 250;

#[derive(Clone)]
struct Notice {
    id: u32,
    tone: Tone,
    text: Message,
    offers: Offers,
    /// A failure while the server was away: it is over once the server is back.
    is_of_absence: bool,
}

/// What a notice offers besides being closed.
#[derive(Clone)]
enum Offers {
    Nothing,
    Undo(Undo),
    /// To stop what is going on; it cannot be closed before. The view comes from the code that began it, so that it is not
    /// part of every first visit.
    Stop {
        is_stopped: ArcRwSignal<bool>,
        view: Arc<dyn Fn() -> AnyView + Send + Sync>,
    },
}

impl Notice {
    fn undo(&self) -> Option<&Undo> {
        match &self.offers {
            Offers::Undo(undo) => Some(undo),
            _ => None,
        }
    }
}

/// The undo of a notice.
#[derive(Clone)]
struct Undo {
    /// What was changed: a later change of the same thing removes the earlier undo.
    of: String,
    run: Arc<dyn Fn() + Send + Sync>,
}

/// How long a change can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undoable {
    /// For a while.
    Briefly,
    /// Until the notice is closed: there is much to read in it, and much to lose.
    UntilClosed,
}

/// Work on many things that outlives the screen, shown by a notice with its progress.
#[derive(Clone)]
pub(crate) struct ProgressNotice {
    id: u32,
    done: ArcRwSignal<usize>,
    total: usize,
    is_stopped: ArcRwSignal<bool>,
}

impl ProgressNotice {
    /// Shows the notice.
    pub(crate) fn begin(text: impl Into<String>, total: usize) -> Self {
        let text = text.into();
        announce(text.clone());
        let id = channel().new_id();
        let work = Self { id, done: ArcRwSignal::new(0), total, is_stopped: ArcRwSignal::new(false) };
        let (shown, label) = (work.clone(), text.clone());
        let view = Arc::new(move || progress(shown.clone(), &label));
        let offers = Offers::Stop { is_stopped: work.is_stopped.clone(), view };
        show(Notice { id, tone: Tone::Busy, text: text.into(), offers, is_of_absence: false }, None);
        work
    }

    pub(crate) fn advance(&self) {
        self.done.update(|done| *done += 1);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped.get_untracked()
    }

    /// Removes the notice; what came of it is another.
    pub(crate) fn end(self) {
        close(channel().notices, self.id);
    }
}

struct Channel {
    notices: RwSignal<Vec<Notice>>,
    next_id: Cell<u32>,
}

impl Default for Channel {
    fn default() -> Self {
        let notices = RwSignal::new(Vec::<Notice>::new());
        connectivity::on_return(move || {
            let is_over = |notice: &&Notice| notice.is_of_absence;
            let over: Vec<u32> = notices
                .with_untracked(|notices| notices.iter().filter(is_over).map(|notice| notice.id).collect());
            for id in over {
                close_after(notices, id, SHOWN_MS);
            }
        });
        Self { notices, next_id: Cell::default() }
    }
}

impl Channel {
    fn new_id(&self) -> u32 {
        self.next_id.replace(self.next_id.get().wrapping_add(1))
    }
}

fn channel() -> Rc<Channel> {
    lifetime::shared()
}

/// Shows a notice about background work. A failure stays until it is closed or, while the server is away, until shortly after it
/// is back; anything else disappears by itself.
pub(crate) fn notify(tone: Tone, text: impl Into<Message>) {
    let text = text.into();
    announce(text.clone());
    let shown_for = (tone != Tone::Failure).then_some(SHOWN_MS);
    let is_of_absence = tone == Tone::Failure && connectivity::is_still_lost();
    show(Notice { id: channel().new_id(), tone, text, offers: Offers::Nothing, is_of_absence }, shown_for);
}

/// Reports a change, and offers to undo it: by a button, or by the usual keys. `of` names what was changed; the task `undo`
/// outlives the screen.
pub(crate) fn notify_undoable<F: Future<Output = ()> + 'static>(
    tone: Tone,
    text: impl Into<String>,
    of: String,
    lasts: Undoable,
    undo: impl Fn() -> F + Send + Sync + 'static,
) {
    let text = text.into();
    announce(i18n::sentences([text.clone(), t!("common.undo_by", keys = shortcut("Z"))]));
    let channel = channel();
    channel.notices.update(|notices| {
        notices.retain(|notice| notice.undo().is_none_or(|undo| undo.of != of));
    });
    let shown_for = (lasts == Undoable::Briefly).then_some(UNDOABLE_MS);
    let offers = Offers::Undo(Undo { of, run: Arc::new(move || spawn(undo())) });
    show(Notice { id: channel.new_id(), tone, text: text.into(), offers, is_of_absence: false }, shown_for);
}

/// Removes all offers to undo and stops what is being undone, for example when the person who made the changes has signed
/// out.
pub(crate) fn withdraw_undo() {
    channel().notices.update(|notices| {
        notices.retain(|notice| match &notice.offers {
            Offers::Nothing => true,
            Offers::Undo(_) => false,
            Offers::Stop { is_stopped, .. } => {
                is_stopped.set(true);
                true
            }
        });
    });
}

fn show(notice: Notice, shown_for: Option<u32>) {
    let (notices, id) = (channel().notices, notice.id);
    notices.update(|notices| notices.push(notice));
    if let Some(shown_for) = shown_for {
        close_after(notices, id, shown_for);
    }
}

fn close_after(notices: RwSignal<Vec<Notice>>, id: u32, mut left: u32) {
    spawn(async move {
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
        notices.iter().rev().find_map(|notice| Some((notice.id, notice.undo()?.clone())))
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
        let is_undo = asked && device::letter(&event) == Some('z');
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
                None => dom::focus(dom::PAGE_TITLE),
            }
        });
    };
    view! {
        <section class="notices" aria-label=t!("common.notices") node_ref=root on:focusin=enter>
            <For each=move || notices.get() key=|notice| notice.id let:notice>
                // A group, so that it is heard to which of several notices a button belongs.
                <div class=format!("notice notice-{}", notice.tone.class()) role="group" aria-label=notice.text.text().to_owned()>
                    <Icon name=icon(notice.tone) />
                    <span>{waiting(notice.text.clone())}</span>
                    {match notice.offers.clone() {
                        Offers::Nothing => ().into_any(),
                        Offers::Undo(undo) => view! {
                            <button type="button" class="button" aria-keyshortcuts="Control+Z Meta+Z" title=shortcut("Z")
                                on:click=move |_| {
                                    close(notice.id);
                                    (undo.run)();
                                }>
                                {t!("common.undo")}
                            </button>
                        }.into_any(),
                        Offers::Stop { view, .. } => view(),
                    }}
                    {(!matches!(notice.offers, Offers::Stop { .. })).then(|| view! {
                        <button type="button" class="button button-quiet button-icon" aria-label=t!("common.close")
                            on:click=move |_| close(notice.id)>
                            <Icon name=IconName::Close />
                        </button>
                    })}
                </div>
            </For>
        </section>
    }
}

fn progress(work: ProgressNotice, label: &str) -> AnyView {
    let ProgressNotice { done, total, is_stopped, .. } = work;
    let text = {
        let done = done.clone();
        Signal::derive(move || t!("common.progress", done = done.get(), total = total))
    };
    let stopping = is_stopped.clone();
    view! {
        <ProgressBar label done=Signal::derive(move || done.get() as f64) total=Signal::stored(total as f64) text />
        <button type="button" class="button" aria-disabled=move || stopping.get().then_some("true")
            on:click=move |_| is_stopped.set(true)>
            {t!("common.stop")}
        </button>
    }
    .into_any()
}
