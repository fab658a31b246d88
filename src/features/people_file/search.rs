//! Rows are found by any of their values. The list shows what is found as long as the box has a text.

use csv_worker::protocol::request;
use leptos::prelude::*;

use super::grid::BEFORE_GRID;
use super::labels;
use super::state::Flow;
use crate::data::Latest;
use crate::domain::roster::worker::{self, JobError};
use crate::platform::{spawn, timers};
use crate::t;
use crate::ui::{Tone, announce, notify};

/// The search in a review.
#[derive(Clone, Copy)]
pub(super) struct Search {
    flow: Flow,
    typed: RwSignal<String>,
    /// Whether only what was found is shown. Set again whenever that is something else.
    is_on: RwSignal<bool>,
    /// The last text of which was said how many rows have it.
    told: StoredValue<String>,
    latest: Latest,
}

/// What is due about what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Nothing,
    Forget,
    /// Once typing pauses.
    SearchSoon,
    SearchNow,
}

/// A change of rows may end a search, and other rows may have the text after it.
fn due(before: Option<&str>, text: &str, is_changing: bool) -> Due {
    match before {
        Some(before) if before != text && text.is_empty() => Due::Forget,
        Some(before) if before != text => Due::SearchSoon,
        _ if text.is_empty() || is_changing => Due::Nothing,
        _ => Due::SearchNow,
    }
}

impl Search {
    pub(super) fn new(flow: Flow) -> Self {
        let search = Self {
            flow,
            typed: RwSignal::new(String::new()),
            is_on: RwSignal::new(false),
            told: StoredValue::new(String::new()),
            latest: Latest::new(),
        };
        Effect::new(move |before: Option<String>| {
            let text = search.typed.with(|typed| typed.trim().to_owned());
            match due(before.as_deref(), &text, flow.changing.get() > 0) {
                Due::Nothing => {}
                Due::Forget => search.forget(),
                Due::SearchSoon => search.search(text.clone(), true),
                Due::SearchNow => search.search(text.clone(), false),
            }
            text
        });
        search
    }

    /// Whether only what was found is shown; reactive, also where something else was found.
    pub(super) fn is_on(self) -> bool {
        self.is_on.get()
    }

    /// Empties the box: every row is shown.
    pub(super) fn clear(self) {
        self.end();
        if !self.typed.with_untracked(String::is_empty) {
            self.typed.set(String::new());
        }
    }

    fn end(self) {
        self.latest.end();
        if self.is_on.get_untracked() {
            self.is_on.set(false);
        }
    }

    fn forget(self) {
        self.end();
        self.told.set_value(String::new());
        // It may still be searching.
        spawn(async move {
            let _ = worker::ask(self.request(String::new())).await;
        });
    }

    fn request(self, text: String) -> request::Search {
        request::Search { text, filter: self.flow.filter.get_untracked() }
    }

    fn search(self, text: String, waits: bool) {
        let Some(turn) = self.latest.begin() else { return };
        spawn(async move {
            if waits {
                timers::sleep(250.0).await;
            }
            if !turn.counts() {
                return;
            }
            let answer = worker::ask(self.request(text.clone())).await;
            if turn.counts() {
                match answer {
                    Ok(found) => self.take(text, found.rows),
                    // After the change that has ended it another one begins.
                    Err(JobError::Cancelled | JobError::Died) => {}
                    Err(error) => notify(Tone::Failure, labels::job_error(error)),
                }
            }
        });
    }

    fn take(self, text: String, rows: u64) {
        self.is_on.set(true);
        if self.told.with_value(|told| *told != text) {
            announce(t!("invite_csv.found", count = rows));
            self.told.set_value(text);
        }
    }
}

/// The box of the search.
#[component]
pub(super) fn SearchBox(search: Search) -> impl IntoView {
    view! {
        <input
            id=BEFORE_GRID
            class="row-search"
            type="search"
            aria-label=t!("invite_csv.search")
            placeholder=t!("invite_csv.search")
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            prop:value=search.typed
            on:input:target=move |event| search.typed.set(event.target().value())
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u5_what_is_found_is_searched_again_after_each_change_and_forgotten_with_the_text() {
        assert_eq!(due(None, "", false), Due::Nothing);
        assert_eq!(due(Some(""), "smith", false), Due::SearchSoon);
        assert_eq!(due(Some("smith"), "smithe", true), Due::SearchSoon);
        assert_eq!(due(Some("smith"), "smith", true), Due::Nothing, "the change has not been made yet");
        assert_eq!(due(Some("smith"), "smith", false), Due::SearchNow);
        assert_eq!(due(Some("smith"), "", true), Due::Forget);
        assert_eq!(due(Some(""), "", false), Due::Nothing, "nothing was found");
    }
}
