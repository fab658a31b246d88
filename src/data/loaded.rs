//! The place on a screen for data from the backend: a skeleton while it loads, then the failure or the data.

use std::borrow::Cow;

use api_types::{List, ListMeta};
use leptos::prelude::*;

use super::{Load, Loader};
use crate::api::Failure;
use crate::i18n::{self, Message};
use crate::platform::dom;
use crate::t;
use crate::ui::{Failed, Skeleton, Table};

/// Draws what was loaded, and again after each reload. `rows` is the height of its skeleton, `retry` loads again.
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

/// Like [`loaded`], for a page of a list: `empty` is shown in place of an empty page.
pub(crate) fn loaded_list<T: Clone + Send + Sync + 'static>(
    loader: Loader<List<T>>,
    rows: usize,
    retry: impl Fn() + Send + Sync + 'static,
    empty: impl Fn() -> AnyView + Send + 'static,
    ready: impl Fn(Vec<T>) -> AnyView + Send + 'static,
) -> impl Fn() -> AnyView + Send {
    loaded(loader, rows, retry, move |list| if list.items.is_empty() { empty() } else { ready(list.items) })
}

/// Draws once; the content itself follows further loads.
pub(crate) fn standing<T: Send + Sync + 'static>(
    loader: Loader<T>,
    rows: usize,
    retry: impl Fn() + Send + Sync + 'static,
    ready: impl Fn() -> AnyView + Send + 'static,
) -> impl Fn() -> AnyView + Send {
    let place = Memo::new(move |_| loader.state.with(|load| LoadState::of(load, |_| false)));
    stand(place, rows, Retry::new(loader.busy, retry), || ().into_any(), ready)
}

/// The value as last known, once it is known: it stays while it is loaded again, and after it has gone.
pub(crate) fn last_known<T: Clone + PartialEq + Send + Sync + 'static>(
    known: impl Fn() -> Option<T> + Send + Sync + 'static,
) -> Option<Memo<T>> {
    let initial = untrack(&known)?;
    Some(Memo::new(move |before: Option<&T>| {
        known().or_else(|| before.cloned()).unwrap_or_else(|| initial.clone())
    }))
}

/// Like [`standing`], for a page of a list: `empty` is shown in place of an empty page.
pub(crate) fn standing_list<T: Send + Sync + 'static>(
    loader: Loader<List<T>>,
    rows: usize,
    retry: impl Fn() + Send + Sync + 'static,
    empty: impl Fn() -> AnyView + Send + 'static,
    ready: impl Fn() -> AnyView + Send + 'static,
) -> impl Fn() -> AnyView + Send {
    let place =
        Memo::new(move |_| loader.state.with(|load| LoadState::of(load, |list| list.items.is_empty())));
    stand(place, rows, Retry::new(loader.busy, retry), empty, ready)
}

fn stand(
    place: Memo<LoadState>,
    rows: usize,
    retry: Retry,
    empty: impl Fn() -> AnyView + Send + 'static,
    ready: impl Fn() -> AnyView + Send + 'static,
) -> impl Fn() -> AnyView + Send {
    move || match place.get() {
        LoadState::Loading => skeleton(rows),
        LoadState::Failed(failure) => retry.after(&failure),
        LoadState::Empty => empty(),
        LoadState::Ready => ready(),
    }
}

/// The page of a list as a table that follows further loads. Rows are told apart by `key`.
pub(crate) fn kept_table<T: Clone + PartialEq + Send + Sync + 'static>(
    page: Loader<List<T>>,
    key: fn(&T) -> Cow<'_, str>,
    table: Table<Memo<T>>,
) -> AnyView {
    table.busy(page.busy).kept(
        move || page.on_page(|items| items.iter().map(|item| key(item).into_owned()).collect()),
        move |wanted| page.on_page(|items| items.iter().find(|item| key(item) == wanted).cloned()),
    )
}

/// The number of items of a list, in its screen's words; empty until it is loaded.
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

/// Which items of a list are on the page shown, such as "51 to 100 of 641"; empty where that is not known.
pub(crate) fn range<T: Send + Sync + 'static>(loader: Loader<List<T>>) -> Signal<String> {
    Signal::derive(move || {
        loader.state.with(|load| match load {
            Load::Ready(List { items, meta }) if !items.is_empty() => {
                let Some(before) = meta.before else { return String::new() };
                t!(
                    "pager.range",
                    from = before + 1,
                    to = before + items.len() as u64,
                    total = total_in_words(meta)
                )
            }
            _ => String::new(),
        })
    })
}

/// The number of items of a list: "641", or "at least 10,000" where the server does not count them all.
pub(crate) fn total_in_words(meta: &ListMeta) -> String {
    in_words(meta, i18n::number(meta.total))
}

fn in_words(meta: &ListMeta, total: String) -> String {
    if meta.at_least { t!("common.at_least", text = total) } else { total }
}

/// The state of a [`Load`], without its data.
#[derive(Clone, Debug, PartialEq)]
enum LoadState {
    Loading,
    /// With nothing in it.
    Empty,
    Ready,
    Failed(Failure),
}

impl LoadState {
    fn of<T>(load: &Load<T>, is_empty: fn(&T) -> bool) -> Self {
        match load {
            Load::Loading => Self::Loading,
            Load::Ready(value) if is_empty(value) => Self::Empty,
            Load::Ready(_) => Self::Ready,
            Load::Failed(failure) => Self::Failed(failure.clone()),
        }
    }
}

fn skeleton(rows: usize) -> AnyView {
    view! { <Skeleton rows /> }.into_any()
}

/// Loading again after a failure.
pub(crate) struct Retry {
    press: Callback<()>,
    busy: RwSignal<bool>,
    /// The id of the button: a screen may have several.
    button: String,
}

impl Retry {
    /// The pressed button disappears in any case: the focus then goes to the next such button, or to the heading of the
    /// page.
    pub(crate) fn new(busy: RwSignal<bool>, retry: impl Fn() + Send + Sync + 'static) -> Self {
        let button = dom::unique_id("try-again");
        let pressed = StoredValue::new(false);
        Effect::new({
            let button = button.clone();
            move |_| {
                if !busy.get() && pressed.get_value() {
                    pressed.set_value(false);
                    let button = button.clone();
                    dom::after_paint(move || {
                        if dom::is_focus_lost() {
                            dom::focus(dom::PAGE_TITLE);
                            dom::focus(&button);
                        }
                    });
                }
            }
        });
        let press = Callback::new({
            let has_focus = format!("#{button}:focus");
            move |()| {
                // An automatic retry must not take the keyboard focus.
                pressed.set_value(dom::is_there(&has_focus));
                retry();
            }
        });
        Self { press, busy, button }
    }

    fn after(&self, failure: &Failure) -> AnyView {
        self.saying(failure.explain(), failure)
    }

    /// In words of its own, where the failure's say too little.
    pub(crate) fn saying(&self, message: Message, failure: &Failure) -> AnyView {
        view! {
            <Failed
                message
                request_id=failure.request_id.clone()
                on_retry=Some(self.press)
                busy=self.busy
                retry_id=self.button.clone()
            />
        }
        .into_any()
    }
}
