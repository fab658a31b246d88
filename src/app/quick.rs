//! The keys of the quick ways, on every screen of the frame; what they open is a piece of code, loaded on first use.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_split_helpers::wasm_split;

use super::pieces::Loaded;
use crate::domain::navigation::{has_single_keys, shortcuts};
use crate::features::quick::{Quick, QuickWays};
use crate::platform::address::for_router;
use crate::platform::{device, dom, timers};
use crate::t;
use crate::ui::{Icon, IconName, Tone, aside, leave, notify, shortcut};

/// How long after `g` the letter of a screen may come, in milliseconds.
const SEQUENCE_MS: u64 = 1_500;

// With the settings, so that the screens opened most do not fetch it.
#[wasm_split(settings, fallible)]
fn ways(opened: RwSignal<Option<Quick>>) -> Loaded {
    Ok(view! { <QuickWays opened /> }.into_any())
}

/// The button that finds anything, for those who do not know its keys.
#[component]
pub(super) fn FindButton(opened: RwSignal<Option<Quick>>) -> impl IntoView {
    let keys = shortcut("K");
    view! {
        <button
            type="button"
            class="button find"
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=move |_| opened.set(Some(Quick::Find))
        >
            <Icon name=IconName::Search /><span class="hidden-to-900">{t!("quick.title")}</span><kbd aria-hidden="true">{keys}</kbd>
        </button>
    }
}

#[component]
pub(super) fn QuickKeys(opened: RwSignal<Option<Quick>>) -> impl IntoView {
    let navigate = use_navigate();
    // When `g` was pressed.
    let begun = StoredValue::new(None::<u64>);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if is_find(&event) {
            // Behind another dialog it does nothing, nor does the browser.
            event.prevent_default();
            if !dom::is_there("dialog:modal") {
                opened.set(Some(Quick::Find));
            }
            return;
        }
        let begun_at = begun.try_update_value(Option::take).flatten();
        if !is_single(&event) {
            return;
        }
        let is_second = begun_at.is_some_and(|at| timers::now().saturating_sub(at) < SEQUENCE_MS);
        let letter = device::letter(&event);
        let target = letter.filter(|_| is_second).and_then(|letter| {
            shortcuts().into_iter().find(|(key, _)| *key == letter).map(|(_, (_, route))| route)
        });
        match (target, letter) {
            (Some(route), _) => {
                let (navigate, path) = (navigate.clone(), for_router(&route.path()));
                leave(move || navigate(&path, NavigateOptions::default()));
            }
            (None, Some('g')) => begun.set_value(Some(timers::now())),
            _ if event.key() == "?" => opened.set(Some(Quick::Shortcuts)),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
    let wanted = RwSignal::new(false);
    Effect::new(move |_| {
        if opened.with(Option::is_some) {
            wanted.set(true);
        }
    });
    let load = move || async move {
        let loaded = ways(opened).await;
        if loaded.is_err() {
            notify(Tone::Failure, t!("app.screen_failed"));
            opened.try_set(None);
            wanted.try_set(false);
        }
        loaded
    };
    let is_wanted = Memo::new(move |_| wanted.get());
    move || is_wanted.get().then(|| aside(load))
}

fn is_find(event: &KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key())
        && !event.shift_key()
        && !event.alt_key()
        && device::letter(event) == Some('k')
}

/// Whether a key alone is for the console: not for a field, a list or a dialog, and not switched off.
pub(super) fn is_single(event: &KeyboardEvent) -> bool {
    const TAKERS: &str =
        ":is(select, [role=combobox], [role^=menuitem], [role=gridcell], [role=tab]):focus, dialog:modal";
    // On many keyboards a bracket needs AltGr or Option.
    let is_command = event.meta_key()
        || (event.ctrl_key() && !event.alt_key())
        || (event.alt_key() && device::letter(event).is_some());
    !is_command && !event.repeat() && !dom::is_typing() && !dom::is_there(TAKERS) && has_single_keys()
}
