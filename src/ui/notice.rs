//! What is said in passing: to the eye as a notice, to the ear through a live region.

use std::cell::RefCell;

use leptos::prelude::*;

use super::{Icon, IconName, dom};
use crate::t;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Success,
    Failure,
}

#[derive(Clone, Debug, PartialEq)]
struct Notice {
    id: u32,
    tone: Tone,
    text: String,
}

#[derive(Clone, Copy)]
struct Channel {
    notices: RwSignal<Vec<Notice>>,
    spoken: RwSignal<String>,
}

thread_local! {
    static CHANNEL: RefCell<Option<Channel>> = const { RefCell::new(None) };
}

fn channel() -> Channel {
    CHANNEL.with_borrow_mut(|channel| {
        *channel.get_or_insert_with(|| Channel {
            notices: RwSignal::new(Vec::new()),
            spoken: RwSignal::new(String::new()),
        })
    })
}

/// Creates the signals in the scope that lives as long as the app.
pub(crate) fn init() {
    channel();
}

/// Says a text to screen readers, politely.
pub(crate) fn announce(text: impl Into<String>) {
    let spoken = channel().spoken;
    // The same text twice would not be a change, and would not be spoken.
    spoken.set(String::new());
    let text = text.into();
    dom::after_paint(move || spoken.set(text));
}

/// Shows a notice about background work. Success goes away by itself, failure stays until closed.
pub(crate) fn notify(tone: Tone, text: impl Into<String>) {
    let (notices, text) = (channel().notices, text.into());
    announce(text.clone());
    let id = notices.with_untracked(|notices| notices.last().map_or(0, |last| last.id + 1));
    notices.update(|notices| notices.push(Notice { id, tone, text }));
    if tone == Tone::Success {
        leptos::task::spawn_local(async move {
            dom::sleep(6000.0).await;
            notices.update(|notices| notices.retain(|notice| notice.id != id));
        });
    }
}

/// Where notices appear.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let notices = channel().notices;
    view! {
        <section class="notices" aria-label=t!("common.notices")>
            <For each=move || notices.get() key=|notice| notice.id let:notice>
                <div class="notice" class:notice-failure=notice.tone == Tone::Failure>
                    <Icon name=if notice.tone == Tone::Failure { IconName::Alert } else { IconName::Check } />
                    <span>{notice.text.clone()}</span>
                    <button type="button" class="button button-quiet button-icon" aria-label=t!("common.close")
                        on:click=move |_| notices.update(|notices| notices.retain(|other| other.id != notice.id))>
                        <Icon name=IconName::Close />
                    </button>
                </div>
            </For>
        </section>
    }
}

/// The live region; on the page from the start, or nothing would be spoken.
#[component]
pub(crate) fn Announcer() -> impl IntoView {
    view! { <div class="visually-hidden" role="status" aria-live="polite">{move || channel().spoken.get()}</div> }
}
