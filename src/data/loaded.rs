//! The place on a screen of something that is read from the backend: its shape while it comes, why it did not, or what
//! came.

use std::cell::Cell;

use api_types::{List, ListMeta};
use leptos::prelude::*;

use super::{Load, Loader};
use crate::api::Failure;
use crate::platform::dom;
use crate::t;
use crate::ui::{Failed, Skeleton};

/// Draws what was read, anew whenever it was read again. `rows` is the height of its shape, `retry` reads it again.
pub(crate) fn loaded<T: Clone + Send + Sync + 'static>(
    loader: Loader<T>,
    rows: usize,
    retry: impl Fn() + Send + Sync + 'static,
    ready: impl Fn(T) -> AnyView + Send + 'static,
) -> impl Fn() -> AnyView + Send {
    let retry = Retry::new(loader.busy, retry);
    move || match loader.state.get() {
        Load::Loading => skeleton(rows),
        Load::Failed(failure) => retry.after(&failure),
        Load::Ready(value) => ready(value),
    }
}

/// As [`loaded`], for a page of a list: `empty` stands in the place of one with nothing on it.
pub(crate) fn loaded_list<T: Clone + Send + Sync + 'static>(
    loader: Loader<List<T>>,
    rows: usize,
    retry: impl Fn() + Send + Sync + 'static,
    empty: impl Fn() -> AnyView + Send + 'static,
    ready: impl Fn(Vec<T>) -> AnyView + Send + 'static,
) -> impl Fn() -> AnyView + Send {
    loaded(loader, rows, retry, move |list| if list.items.is_empty() { empty() } else { ready(list.items) })
}

/// Draws once what follows by itself what is read again.
pub(crate) fn standing<T: Send + Sync + 'static>(
    loader: Loader<T>,
    rows: usize,
    retry: impl Fn() + Send + Sync + 'static,
    ready: impl Fn() -> AnyView + Send + 'static,
) -> impl Fn() -> AnyView + Send {
    let place = Memo::new(move |_| loader.state.with(Place::of));
    let retry = Retry::new(loader.busy, retry);
    move || match place.get() {
        Place::Loading => skeleton(rows),
        Place::Failed(failure) => retry.after(&failure),
        Place::Ready => ready(),
    }
}

/// How many items a list has, in its screen's words; nothing until it came.
pub(crate) fn total<T: Send + Sync + 'static>(
    loader: Loader<List<T>>,
    words: impl Fn(u64) -> String + Send,
) -> impl Fn() -> String + Send {
    move || {
        loader.state.with(|load| match load {
            Load::Ready(list) => in_words(&list.meta, words(list.meta.total)),
            _ => String::new(),
        })
    }
}

fn in_words(meta: &ListMeta, total: String) -> String {
    if meta.at_least { t!("common.at_least", text = total) } else { total }
}

/// What a [`Load`] is, apart from what came.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    Loading,
    Ready,
    Failed(Failure),
}

impl Place {
    fn of<T>(load: &Load<T>) -> Self {
        match load {
            Load::Loading => Self::Loading,
            Load::Ready(_) => Self::Ready,
            Load::Failed(failure) => Self::Failed(failure.clone()),
        }
    }
}

fn skeleton(rows: usize) -> AnyView {
    view! { <Skeleton rows /> }.into_any()
}

thread_local! {
    static BUTTONS: Cell<u32> = const { Cell::new(0) };
}

/// Reading again what could not be read.
struct Retry {
    press: Callback<()>,
    busy: RwSignal<bool>,
    /// The button's element: a screen may have several.
    button: String,
}

impl Retry {
    /// The button that is pressed goes, whatever comes of it: the keyboard then goes to the next one, or to the heading of
    /// the page.
    fn new(busy: RwSignal<bool>, retry: impl Fn() + Send + Sync + 'static) -> Self {
        let button = format!("try-again-{}", BUTTONS.replace(BUTTONS.get().wrapping_add(1)));
        let pressed = StoredValue::new(false);
        Effect::new({
            let button = button.clone();
            move |_| {
                if !busy.get() && pressed.get_value() {
                    pressed.set_value(false);
                    let button = button.clone();
                    dom::after_paint(move || {
                        if dom::is_focus_lost() {
                            dom::focus("page-title");
                            dom::focus(&button);
                        }
                    });
                }
            }
        });
        let press = Callback::new({
            let has_focus = format!("#{button}:focus");
            move |()| {
                // Tried again by itself, it takes the keyboard from nobody.
                pressed.set_value(dom::is_there(&has_focus));
                retry();
            }
        });
        Self { press, busy, button }
    }

    fn after(&self, failure: &Failure) -> AnyView {
        view! {
            <Failed
                message=failure.explain()
                request_id=failure.request_id.clone()
                on_retry=Some(self.press)
                busy=self.busy
                retry_id=self.button.clone()
            />
        }
        .into_any()
    }
}
