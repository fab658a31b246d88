//! Who is chosen, on whatever page and of whatever search they are. It outlives the screen, and is kept in this browser as
//! unfinished work is, so that it survives a reload as well. Another person finds nobody chosen.

use api_types::SalesforcePerson;
use leptos::prelude::*;

use crate::domain::local_data::drafts::{self, Draft, Subject};
use crate::domain::local_data::keep_at_rest;
use crate::domain::people::{Chosen, Listed};
use crate::domain::roster::handover;
use crate::domain::session;
use crate::platform::{lifetime, spawn};
use crate::term;

impl Listed for SalesforcePerson {
    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub(super) chosen: Chosen<SalesforcePerson>,
    /// What was chosen before the page was loaded, as it was stored.
    found: StoredValue<Option<Draft>, LocalStorage>,
}

impl Default for Choice {
    fn default() -> Self {
        let choice = Self { chosen: Chosen::new(), found: StoredValue::new_local(None) };
        session::on_another_person(move || {
            choice.chosen.forget();
            choice.found.set_value(None);
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

    /// Finds what was chosen before the page was loaded.
    async fn find(self) {
        let found = drafts::find(Subject::Salesforce).await;
        self.found.set_value(found.clone());
        let people = found.and_then(|draft| serde_json::from_str(draft.content()).ok());
        let people: Vec<SalesforcePerson> = people.unwrap_or_default();
        let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
        self.chosen.see_earlier(people);
        self.chosen.keys.add(ids);
    }

    fn keep(self) {
        let is_known = StoredValue::new(false);
        let differs = move || {
            self.chosen.keys.len();
            // At first nothing is chosen yet.
            is_known.try_update_value(|is_known| std::mem::replace(is_known, true)) == Some(true)
        };
        keep_at_rest(differs, move || self.keep_now());
    }

    async fn keep_now(self) {
        let people = self.chosen.people();
        match serde_json::to_string(&people) {
            Ok(content) if !people.is_empty() => {
                drafts::keep(Subject::Salesforce, term!("nav.salesforce").into_text(), content, None).await;
            }
            // What another tab has stored since stays.
            _ => {
                drafts::remove_own(Subject::Salesforce).await;
                if let Some(found) = self.found.get_value() {
                    drafts::discard(&found).await;
                }
            }
        }
    }
}
