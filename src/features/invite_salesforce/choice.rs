//! Who is chosen, on whatever page and of whatever search they are. It outlives the screen, and is kept in this browser as
//! unfinished work is, so that it survives a reload as well. Another person finds nobody chosen.

use std::collections::HashMap;

use api_types::{List, SalesforcePerson};
use leptos::prelude::*;

use crate::api::Failure;
use crate::data::AllPages;
use crate::domain::local_data::drafts::{self, Subject};
use crate::domain::local_data::keep_at_rest;
use crate::domain::roster::handover;
use crate::domain::session;
use crate::platform::{lifetime, spawn};
use crate::term;
use crate::ui::{Selection, attempt};

#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub(super) chosen: Selection,
    /// Everybody who was seen, by id.
    seen: StoredValue<HashMap<String, SalesforcePerson>>,
    /// Choosing everybody who matches.
    pub(super) all: AllPages,
}

impl Default for Choice {
    fn default() -> Self {
        let choice =
            Self { chosen: Selection::new(), seen: StoredValue::new(HashMap::new()), all: AllPages::new() };
        session::on_another_person(move || {
            choice.clear();
            choice.seen.set_value(HashMap::new());
        });
        choice.keep();
        spawn(choice.find());
        choice
    }
}

impl Choice {
    /// Those who were chosen before, unless they are invited by now.
    pub(super) fn current() -> Self {
        let choice: Self = *lifetime::shared();
        if handover::take_invited() {
            choice.chosen.clear();
        }
        choice
    }

    pub(super) fn see(self, people: Vec<SalesforcePerson>) {
        self.seen
            .update_value(|seen| seen.extend(people.into_iter().map(|person| (person.id.clone(), person))));
    }

    /// Chooses everybody, page by page.
    pub(super) fn choose_all(
        self,
        page: impl AsyncFn(Option<String>) -> Result<List<SalesforcePerson>, Failure> + 'static,
    ) {
        attempt(async move {
            let read = self.all.read(page, |people| {
                self.chosen.add(people.iter().map(|person| person.id.clone()));
                self.see(people);
            });
            read.await?;
            Ok(())
        });
    }

    pub(super) fn clear(self) {
        self.all.stop();
        self.chosen.clear();
    }

    pub(super) fn people(self) -> Vec<SalesforcePerson> {
        let keys = self.chosen.keys();
        self.seen.with_value(|seen| keys.iter().filter_map(|key| seen.get(key)).cloned().collect())
    }

    /// Finds what was chosen before the page was loaded.
    async fn find(self) {
        let found = drafts::find(Subject::Salesforce).await;
        let people = found.and_then(|draft| serde_json::from_str(draft.content()).ok());
        let people: Vec<SalesforcePerson> = people.unwrap_or_default();
        let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
        // What was read of a person meanwhile is newer.
        self.seen.update_value(|seen| {
            for person in people {
                seen.entry(person.id.clone()).or_insert(person);
            }
        });
        self.chosen.add(ids);
    }

    fn keep(self) {
        let is_known = StoredValue::new(false);
        let differs = move || {
            self.chosen.len();
            // At first nothing is chosen yet.
            is_known.try_update_value(|is_known| std::mem::replace(is_known, true)) == Some(true)
        };
        keep_at_rest(differs, move || self.keep_now());
    }

    async fn keep_now(self) {
        let people = self.people();
        match serde_json::to_string(&people) {
            Ok(content) if !people.is_empty() => {
                drafts::keep(Subject::Salesforce, term!("nav.salesforce").into_text(), content, None).await;
            }
            _ => drafts::remove(Subject::Salesforce).await,
        }
    }
}
