//! Unfinished work, kept in this browser: of each subject one draft for each person of an account.
//!
//! A flow stores its draft ([`keep`]) and reads it back ([`find`]); only the flow knows its content. It may hold rows,
//! so it is kept under the rules of [`super`]: for its person only, for a week, until sign-out or until another person
//! signs in. Of two tabs, the last write wins.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use idb::{Error, TransactionMode};
use js_sys::Array;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use strum::VariantArray;
use wasm_bindgen::JsValue;

use super::person::is_stale;
use super::present::vault;
use super::rows::{self, At, DRAFTS, Head, Row, SHELF};
use super::unreadable;
use super::vault::Vault;
use crate::data::{Latest, Turn};
use crate::domain::session::{self, SessionState};
use crate::platform::database::commit;
use crate::platform::{lifetime, random, storage, timers};
use crate::t;
use crate::ui::{Tone, notify};

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

    /// What follows on the owner in the key.
    fn name(self) -> &'static str {
        match self {
            Self::Invitations => "invitations",
            Self::Members => "members",
            Self::Check => "check",
            Self::Salesforce => "salesforce",
        }
    }
}

/// What is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    title: String,
    content: String,
}

/// A draft that was found.
#[derive(Clone, PartialEq)]
pub(crate) struct Draft {
    subject: Subject,
    head: Head,
    body: Body,
    /// The handle of its file, where the browser gave one.
    pub(crate) handle: Option<JsValue>,
}

impl Draft {
    pub(crate) fn subject(&self) -> Subject {
        self.subject
    }

    pub(crate) fn changed_at(&self) -> u64 {
        self.head.since
    }

    /// As passed to [`keep`].
    pub(crate) fn content(&self) -> &str {
        &self.body.content
    }
}

/// Identifies this page among the writers, once it has written.
#[derive(Default)]
struct Writer(OnceCell<String>);

/// Sealing takes a moment: what is removed meanwhile must not come back, nor what was changed.
#[derive(Clone, Copy)]
struct Turns {
    draft: Latest,
    copy: Latest,
}

struct AllTurns([Turns; Subject::ALL.len()]);

impl Default for AllTurns {
    fn default() -> Self {
        Self(Subject::ALL.map(|_| Turns { draft: Latest::new(), copy: Latest::new() }))
    }
}

fn turns(subject: Subject) -> Turns {
    lifetime::shared::<AllTurns>().0[subject as usize]
}

/// While the session is in doubt, nothing is stored: another tab may have removed all of it to sign out.
fn may_store() -> bool {
    session::state().with_untracked(|state| matches!(state, SessionState::SignedIn(_)))
}

fn place_of(vault: &Vault, subject: Subject) -> At {
    at([&vault.owner, subject.name()])
}

fn place_of_copy(vault: &Vault, subject: Subject) -> At {
    at([&vault.owner, subject.name(), "file"])
}

fn at<const N: usize>(parts: [&str; N]) -> At {
    At { store: DRAFTS, key: parts.map(JsValue::from_str).iter().collect::<Array>().into() }
}

/// Removes other people's drafts, and what cannot be opened any more.
pub(super) async fn settle() {
    let Some(vault) = vault().await else { return };
    let goes = |row: &Row| row.head.owner != vault.owner || is_stale(row.head.since, timers::now());
    for (at, row) in rows::all(&SHELF, &vault.place).await.unwrap_or_default() {
        if row.as_ref().is_none_or(goes) {
            let _ = rows::remove(&SHELF, &vault.place, &at, goes).await;
        }
    }
    for subject in Subject::ALL {
        look(&vault, subject).await;
    }
}

/// Keeps a draft for the signed-in user, replacing the one before. Does nothing where the browser has no storage.
pub(crate) async fn keep(subject: Subject, title: String, content: String, handle: Option<JsValue>) {
    let told = lifetime::shared::<Told>();
    if !may_store() {
        return told.unkept.set(Some(title));
    }
    let turn = turns(subject).draft.begin();
    let sealed = seal(subject, Body { title: title.clone(), content }).await;
    if turn.is_some_and(Turn::counts)
        && let Some((vault, row)) = &sealed
    {
        told.say_if_contested(vault, subject, &row.head.writer).await;
    }
    // From here on nothing is waited for before it is stored.
    if !turn.is_some_and(Turn::counts) {
        return;
    }
    if !may_store() {
        return told.unkept.set(Some(title));
    }
    let kept = match sealed {
        Some((vault, row)) if vault.is_present() => put(&vault, subject, Row { handle, ..row }).await,
        Some(_) => return,
        None => Err(Error::IndexedDbNotFound(JsValue::NULL)),
    };
    told.unkept.set(kept.is_err().then_some(title));
    told.wrote.borrow_mut().insert(subject as usize);
    match kept {
        // From now on there is something to lose: the browser is asked not to remove it when it needs space.
        Ok(()) if !told.is_kept.replace(true) => storage::persist(),
        Err(_) if !told.is_lost.replace(true) => notify(Tone::Failure, t!("draft.not_stored")),
        _ => {}
    }
}

async fn seal(subject: Subject, body: Body) -> Option<(Rc<Vault>, Row)> {
    let vault = vault().await?;
    let writer = lifetime::shared::<Writer>().0.get_or_init(random::uuid).clone();
    let head = Head { owner: vault.owner.clone(), since: timers::now(), writer };
    let row = vault.seal(&place_of(&vault, subject), head, &serde_json::to_string(&body).ok()?).await?;
    Some((vault, row))
}

async fn put(vault: &Vault, subject: Subject, row: Row) -> Result<(), Error> {
    let at = place_of(vault, subject);
    match put_at(vault, &at, &row).await {
        // Some browsers return handles that they cannot store.
        Err(_) if row.handle.is_some() => put_at(vault, &at, &Row { handle: None, ..row }).await,
        done => done,
    }
}

async fn put_at(vault: &Vault, at: &At, row: &Row) -> Result<(), Error> {
    let work = async |transaction: idb::Transaction| {
        at.store_in(&transaction)?.put(&row.write(), Some(&at.key))?;
        // Does not wait for completion, which a closing page never sees.
        commit(transaction).await
    };
    SHELF.run(&vault.place, TransactionMode::ReadWrite, work).await
}

/// What has been said about storing since the page was opened: once each.
#[derive(Default)]
struct Told {
    is_kept: Cell<bool>,
    is_lost: Cell<bool>,
    is_contested: Cell<bool>,
    /// The subjects of which this page has kept a draft.
    wrote: RefCell<BTreeSet<usize>>,
    /// The title of the draft that, as it is now, is not stored.
    unkept: RwSignal<Option<String>>,
}

impl Told {
    /// Whether another tab has replaced what this one kept: both go on, and only one of them is restored.
    async fn say_if_contested(&self, vault: &Vault, subject: Subject, own: &str) {
        if self.is_contested.get() || !self.wrote.borrow().contains(&(subject as usize)) {
            return;
        }
        let there = row_at(vault, &place_of(vault, subject)).await;
        if there.is_some_and(|row| row.head.writer != own) && !self.is_contested.replace(true) {
            notify(Tone::Warning, t!("draft.other_tab"));
        }
    }
}

/// The title of a draft that this browser does not store; reactive.
pub(crate) fn unkept() -> Option<String> {
    lifetime::shared::<Told>().unkept.get()
}

/// The draft of a subject that the signed-in user left in this browser.
pub(crate) async fn find(subject: Subject) -> Option<Draft> {
    look(&*vault().await?, subject).await
}

async fn look(vault: &Vault, subject: Subject) -> Option<Draft> {
    let at = place_of(vault, subject);
    let row = row_at(vault, &at).await.filter(|row| !is_stale(row.head.since, timers::now()))?;
    let body = vault.open(&at, &row).await.and_then(|body| serde_json::from_str(&body).ok());
    let Some(body) = body else {
        let _ = rows::remove(&SHELF, &vault.place, &at, |found| found.head == row.head).await;
        unreadable::say();
        return None;
    };
    Some(Draft { subject, head: row.head, body, handle: row.handle })
}

async fn row_at(vault: &Vault, at: &At) -> Option<Row> {
    let value = SHELF
        .run(&vault.place, TransactionMode::ReadOnly, async |transaction| {
            at.store_in(&transaction)?.get(at.query())?.await
        })
        .await
        .ok()??;
    Row::read(&value)
}

/// The titles of the signed-in user's drafts, each once.
pub(crate) async fn titles() -> Vec<String> {
    let mut titles = Vec::new();
    for subject in Subject::ALL {
        titles.extend(
            find(subject).await.map(|draft| draft.body.title).filter(|title| !titles.contains(title)),
        );
    }
    titles
}

/// The largest file of which a copy is kept, in bytes.
pub(crate) const LARGEST_COPY: f64 = 20_000_000.0;

/// Keeps a copy of the file that a draft belongs to, where the browser gave no handle of it. It goes with the draft.
pub(crate) async fn keep_copy(subject: Subject, content: &[u8]) {
    let turn = turns(subject).copy.begin();
    let Some(vault) = vault().await else { return };
    let at = place_of_copy(&vault, subject);
    let head = Head { owner: vault.owner.clone(), since: timers::now(), writer: String::new() };
    if let Some(row) = vault.seal_bytes(&at, head, content).await
        && turn.is_some_and(Turn::counts)
        && may_store()
        && vault.is_present()
    {
        // Without it, the file is asked for.
        let _ = put_at(&vault, &at, &row).await;
    }
}

/// Whether there is a copy of a draft's file, without reading it.
pub(crate) async fn has_copy(draft: &Draft) -> bool {
    let Some(vault) = vault().await else { return false };
    let at = place_of_copy(&vault, draft.subject);
    let count = SHELF.run(&vault.place, TransactionMode::ReadOnly, async |transaction| {
        at.store_in(&transaction)?.count(Some(at.query()))?.await
    });
    count.await.is_ok_and(|count| count > 0)
}

/// The copy of a draft's file.
pub(crate) async fn copy_of(draft: &Draft) -> Option<Vec<u8>> {
    let vault = vault().await?;
    let at = place_of_copy(&vault, draft.subject);
    vault.open_bytes(&at, &row_at(&vault, &at).await?).await
}

/// Removes the draft of a subject, if it is that, and then the copy of its file.
async fn remove_with_copy(vault: &Vault, subject: Subject, if_it: impl Fn(&Row) -> bool) {
    let at = place_of(vault, subject);
    // Without a database there is nothing to remove.
    let _ = rows::remove(&SHELF, &vault.place, &at, if_it).await;
    if row_at(vault, &at).await.is_none() {
        let _ = rows::remove(&SHELF, &vault.place, &place_of_copy(vault, subject), |_| true).await;
    }
}

/// Removes the signed-in user's draft of a subject, whichever tab wrote it.
pub(crate) async fn remove(subject: Subject) {
    remove_if(subject, |_| true).await;
}

/// Removes the draft of a subject that this page wrote last; another tab's stays.
pub(crate) async fn remove_own(subject: Subject) {
    lifetime::shared::<Told>().unkept.set(None);
    // A page that has never written has nothing to look for.
    let Some(own) = lifetime::shared::<Writer>().0.get().cloned() else { return };
    remove_if(subject, |found| found.head.writer == own).await;
}

/// Removes a found draft, unless another tab has changed it since.
pub(crate) async fn discard(draft: &Draft) {
    if let Some(vault) = vault().await {
        remove_with_copy(&vault, draft.subject, |found| found.head == draft.head).await;
    }
}

/// Removes the signed-in user's drafts, whichever tab wrote them.
pub(crate) async fn wipe() {
    for subject in Subject::ALL {
        remove(subject).await;
    }
}

async fn remove_if(subject: Subject, if_it: impl Fn(&Row) -> bool) {
    let turns = turns(subject);
    turns.draft.end();
    turns.copy.end();
    if let Some(vault) = vault().await {
        remove_with_copy(&vault, subject, if_it).await;
    }
}
