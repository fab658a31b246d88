//! Unfinished work, kept in this browser: of each subject one draft for each person of an account.
//!
//! A flow stores its draft ([`keep`]) and reads it back ([`find`]); only the flow knows its content. It may hold rows,
//! so it is kept under the rules of [`super`]: for its person only, for a week, until sign-out or until another person
//! signs in. Of two tabs, the last write wins.

use std::cell::{Cell, OnceCell};
use strum::VariantArray;

use idb::{Error, Query, TransactionMode};
use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::person::{Person, is_stale};
use crate::domain::session::{self, SessionState};
use crate::platform::database::{DatabaseSpec, commit};
use crate::platform::{Task, lifetime, random, spawn, storage, timers};
use crate::t;
use crate::ui::{Tone, notify};

/// Drafts by `[account, user]`, and the subject if it is another than the first.
const DRAFTS: &str = "drafts";
static SHELF: DatabaseSpec = DatabaseSpec { name: "msi-drafts", version: 1, stores: &[DRAFTS] };

/// The stored object: this as text, and the handle of a file, which cannot be text.
const HEAD: &str = "head";
const HANDLE: &str = "handle";

/// What a draft is of. A flow finds no draft of another subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    /// A file of people to invite.
    #[default]
    Invitations,
    /// A file that changes members.
    Members,
    /// A file that is only checked.
    Check,
    /// Who was chosen of the connected org.
    Salesforce,
}

impl Subject {
    const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    /// What follows on the person in the key.
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Invitations => None,
            Self::Members => Some("members"),
            Self::Check => Some("check"),
            Self::Salesforce => Some("salesforce"),
        }
    }
}

/// A stored draft, without the handle of its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    person: Person,
    #[serde(default)]
    subject: Subject,
    /// The page that wrote it last.
    writer: String,
    /// Milliseconds since 1970.
    changed_at: u64,
    title: String,
    content: String,
}

/// A draft that was found.
#[derive(Clone, PartialEq)]
pub(crate) struct Draft {
    head: Head,
    /// The handle of its file, where the browser gave one.
    pub(crate) handle: Option<JsValue>,
}

impl Draft {
    pub(crate) fn subject(&self) -> Subject {
        self.head.subject
    }

    pub(crate) fn changed_at(&self) -> u64 {
        self.head.changed_at
    }

    /// As passed to [`keep`].
    pub(crate) fn content(&self) -> &str {
        &self.head.content
    }

    fn read(value: &JsValue) -> Option<Self> {
        let text = Reflect::get(value, &JsValue::from_str(HEAD)).ok()?.as_string()?;
        let handle = Reflect::get(value, &JsValue::from_str(HANDLE)).ok().filter(JsValue::is_object);
        Some(Self { head: serde_json::from_str(&text).ok()?, handle })
    }

    fn write(&self) -> Option<Object> {
        let object = Object::new();
        let text = serde_json::to_string(&self.head).ok()?;
        Reflect::set(&object, &JsValue::from_str(HEAD), &JsValue::from_str(&text)).ok()?;
        if let Some(handle) = &self.handle {
            Reflect::set(&object, &JsValue::from_str(HANDLE), handle).ok()?;
        }
        Some(object)
    }
}

/// Identifies this page among the writers, once it has written.
#[derive(Default)]
struct Writer(OnceCell<String>);

fn key(person: &Person, subject: Subject) -> JsValue {
    let parts = [person.account.as_str(), person.user.0.as_str()].into_iter().chain(subject.name());
    parts.map(JsValue::from_str).collect::<Array>().into()
}

/// Removes drafts of other people as soon as the session is known, and expired ones.
pub(crate) fn init() {
    Effect::new(|before: Option<Option<Person>>| {
        let person = Person::signed_in();
        if let Some(person) = person.clone().filter(|_| before.flatten() != person) {
            spawn(async move {
                // If the code cannot be loaded, the next start tidies up.
                if let Ok(work) = tidy(person).await {
                    work.await;
                }
            });
        }
        person
    });
}

async fn all() -> impl Iterator<Item = Draft> {
    let all = SHELF
        .run(TransactionMode::ReadOnly, async |transaction| {
            transaction.object_store(DRAFTS)?.get_all(None, None)?.await
        })
        .await
        .unwrap_or_default();
    all.into_iter().filter_map(|draft| Draft::read(&draft))
}

#[wasm_split(home, fallible)]
fn tidy(person: Person) -> Result<Task, SplitLoaderError> {
    Ok(Box::pin(async move {
        for draft in all().await {
            if draft.head.person != person || is_stale(draft.head.changed_at, timers::now()) {
                discard(&draft).await;
            }
        }
    }))
}

/// The drafts that are left once the expired ones are removed, of any person.
pub(crate) async fn unexpired() -> usize {
    let mut left = 0;
    for draft in all().await {
        if is_stale(draft.head.changed_at, timers::now()) {
            discard(&draft).await;
        } else {
            left += 1;
        }
    }
    left
}

/// Keeps a draft for the signed-in user, replacing the one before. Does nothing where the browser has no storage.
pub(crate) async fn keep(subject: Subject, title: String, content: String, handle: Option<JsValue>) {
    // While the session is in doubt, nothing is stored.
    let is_here = session::state().with_untracked(|state| matches!(state, SessionState::SignedIn(_)));
    let told = lifetime::shared::<Told>();
    let Some(person) = untrack(Person::signed_in).filter(|_| is_here) else {
        return told.unkept.set(Some(title));
    };
    let at = key(&person, subject);
    let writer = lifetime::shared::<Writer>().0.get_or_init(random::uuid).clone();
    let head = Head { person, subject, writer, changed_at: timers::now(), title: title.clone(), content };
    let draft = Draft { head, handle };
    let mut kept = put(&at, &draft).await;
    if kept.is_err() && draft.handle.is_some() {
        // Some browsers return handles that they cannot store.
        kept = put(&at, &Draft { handle: None, ..draft }).await;
    }
    told.unkept.set(kept.is_err().then_some(title));
    match kept {
        // From now on there is something to lose: the browser is asked not to remove it when it needs space.
        Ok(()) if !told.is_kept.replace(true) => storage::persist(),
        Err(_) if !told.is_lost.replace(true) => notify(Tone::Failure, t!("draft.not_stored")),
        _ => {}
    }
}

/// What has been said about storing since the page was opened: once each.
#[derive(Default)]
struct Told {
    is_kept: Cell<bool>,
    is_lost: Cell<bool>,
    /// The title of the draft that, as it is now, is not stored.
    unkept: RwSignal<Option<String>>,
}

/// The title of a draft that this browser does not store; reactive.
pub(crate) fn unkept() -> Option<String> {
    lifetime::shared::<Told>().unkept.get()
}

async fn put(at: &JsValue, draft: &Draft) -> Result<(), Error> {
    SHELF
        .run(TransactionMode::ReadWrite, async |transaction| {
            let value = draft.write().ok_or(Error::IndexedDbNotFound(JsValue::NULL))?;
            transaction.object_store(DRAFTS)?.put(&value, Some(at))?;
            // Does not wait for completion, which a closing page never sees.
            commit(transaction).await
        })
        .await
}

/// The draft of a subject that the signed-in user left in this browser.
pub(crate) async fn find(subject: Subject) -> Option<Draft> {
    let person = untrack(Person::signed_in)?;
    let value = SHELF
        .run(TransactionMode::ReadOnly, async |transaction| {
            transaction.object_store(DRAFTS)?.get(Query::Key(key(&person, subject)))?.await
        })
        .await
        .ok()??;
    let draft = Draft::read(&value)?;
    let is_good = draft.head.person == person && !is_stale(draft.changed_at(), timers::now());
    is_good.then_some(draft)
}

/// The titles of the signed-in user's drafts, each once.
pub(crate) async fn titles() -> Vec<String> {
    let mut titles = Vec::new();
    for subject in Subject::ALL {
        titles.extend(
            find(subject).await.map(|draft| draft.head.title).filter(|title| !titles.contains(title)),
        );
    }
    titles
}

/// Removes the signed-in user's draft of a subject, whichever tab wrote it.
pub(crate) async fn remove(subject: Subject) {
    if let Some(person) = untrack(Person::signed_in) {
        remove_if(&person, subject, |_| true).await;
    }
}

/// Removes the draft of a subject that this page wrote last; another tab's stays.
pub(crate) async fn remove_own(subject: Subject) {
    lifetime::shared::<Told>().unkept.set(None);
    // A page that has never written has nothing to look for.
    let Some(own) = lifetime::shared::<Writer>().0.get().cloned() else { return };
    if let Some(person) = untrack(Person::signed_in) {
        remove_if(&person, subject, |found| found.head.writer == own).await;
    }
}

/// Removes a found draft, unless another tab has changed it since.
pub(crate) async fn discard(draft: &Draft) {
    remove_if(&draft.head.person, draft.head.subject, |found| found.head == draft.head).await;
}

/// Removes the signed-in user's drafts, whichever tab wrote them.
pub(crate) async fn wipe() {
    for subject in Subject::ALL {
        remove(subject).await;
    }
}

async fn remove_if(person: &Person, subject: Subject, if_it: impl Fn(&Draft) -> bool) {
    // Without a database there is nothing to remove.
    let _ = SHELF
        .run(TransactionMode::ReadWrite, async |transaction| {
            let store = transaction.object_store(DRAFTS)?;
            let found = store.get(Query::Key(key(person, subject)))?.await?;
            if found.as_ref().and_then(Draft::read).is_none_or(|found| if_it(&found)) {
                store.delete(Query::Key(key(person, subject)))?.await?;
            }
            commit(transaction).await
        })
        .await;
}
