//! Databases of this browser. Where it denies storage, as in some private windows, every access fails at once and
//! callers go on without.

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use idb::{
    Database, DatabaseEvent, Error, Factory, ObjectStoreParams, Transaction, TransactionMode,
    TransactionResult,
};
use wasm_bindgen::JsValue;

use super::tasks::spawn;
use super::{lifetime, storage, timers};

/// How long callers wait for a database to open: some browsers never answer. It is waited in turns, so that a page which is
/// busy for all this time does not give up before it has looked.
const TURNS: u32 = 30;
const TURN_MS: f64 = 100.0;

/// The storage key of the places where something was stored in a database, one a line. A visit that has stored nothing opens
/// none.
const WRITTEN: &str = "msi-written-at";

/// Whether a page has stored something in a database of this browser.
pub(crate) fn is_any_written() -> bool {
    [WRITTEN, earlier::WRITTEN].into_iter().any(|key| storage::item(key).is_some())
}

/// The places where something was stored, of every console of this origin.
pub(crate) fn written() -> Vec<String> {
    let known = storage::item(WRITTEN).unwrap_or_default();
    known.lines().map(str::to_owned).collect()
}

/// Forgets a place, until something is stored there.
pub(crate) fn forget_written(place: &str) {
    let mut known = written();
    known.retain(|one| one != place);
    storage::set_item(WRITTEN, Some(known.join("\n")).filter(|known| !known.is_empty()).as_deref());
}

/// Says that something is stored at a place.
pub(crate) fn note_written(place: &str) {
    let mut known = written();
    if !known.iter().any(|one| one == place) {
        known.push(place.to_owned());
        storage::set_item(WRITTEN, Some(&known.join("\n")));
    }
}

/// What versions before this one have stored: as text, and by names that all consoles of an origin shared.
pub(crate) mod earlier {
    use idb::Factory;

    use super::storage;

    pub(super) const WRITTEN: &str = "msi-written";
    const NAMES: [&str; 2] = ["msi-drafts", "msi-outbox"];

    /// Removes it.
    pub(crate) async fn remove() {
        if storage::item(WRITTEN).is_none() {
            return;
        }
        let Ok(factory) = Factory::new() else { return };
        let mut is_removed = true;
        for name in NAMES {
            is_removed &= match factory.delete(name) {
                // Waits for tabs of such a version.
                Ok(removed) => removed.await.is_ok(),
                Err(_) => false,
            };
        }
        if is_removed {
            storage::set_item(WRITTEN, None);
        }
    }
}

/// A database of this browser, of which each console has its own; opened when it is first needed.
pub(crate) struct DatabaseSpec {
    /// What it holds.
    pub(crate) what: &'static str,
    pub(crate) version: u32,
    pub(crate) stores: &'static [&'static str],
}

/// The databases that were asked for, by name.
#[derive(Default)]
struct Opened(RefCell<HashMap<String, Opening>>);

#[derive(Clone)]
enum Opening {
    /// No caller waits for it any more; it is used once it is open.
    Late,
    /// `None` where the browser refused.
    Done(Option<Rc<Database>>),
}

impl Opened {
    fn get(&self, name: &str) -> Option<Opening> {
        self.0.borrow().get(name).cloned()
    }

    /// Two calls may have opened it at once: the first one stays.
    fn open(&self, name: String, database: Option<Rc<Database>>) -> Option<Rc<Database>> {
        let mut all = self.0.borrow_mut();
        if let Some(Opening::Done(first)) = all.get(&name) {
            return first.clone();
        }
        all.insert(name, Opening::Done(database.clone()));
        database
    }
}

/// Commits, and waits until everything is stored: the browser may still refuse, for example because its storage is full.
pub(crate) async fn commit(transaction: Transaction) -> Result<(), Error> {
    match transaction.commit()?.await? {
        TransactionResult::Committed => Ok(()),
        TransactionResult::Aborted => Err(Error::TransactionAbortError(JsValue::NULL)),
    }
}

impl DatabaseSpec {
    /// Runs `work` in a transaction over all stores of the database at a place. Once it is open, this runs without waiting.
    pub(crate) async fn run<T>(
        &'static self,
        place: &str,
        mode: TransactionMode,
        work: impl AsyncFnOnce(Transaction) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let database = self.database(place).await.ok_or(Error::IndexedDbNotFound(JsValue::NULL))?;
        if mode == TransactionMode::ReadWrite {
            note_written(place);
        }
        work(database.transaction(self.stores, mode)?).await
    }

    fn name(&self, place: &str) -> String {
        format!("msi {place} {}", self.what)
    }

    async fn database(&'static self, place: &str) -> Option<Rc<Database>> {
        let (opened, name) = (lifetime::shared::<Opened>(), self.name(place));
        match opened.get(&name) {
            Some(Opening::Done(known)) => return known,
            Some(Opening::Late) => return None,
            None => {}
        }
        match select(Box::pin(self.open(name.clone())), pin!(patience())).await {
            Either::Left((database, _)) => opened.open(name, database),
            Either::Right((_, opening)) => {
                opened.0.borrow_mut().entry(name.clone()).or_insert(Opening::Late);
                spawn(async move {
                    opened.open(name, opening.await);
                });
                None
            }
        }
    }

    async fn open(&'static self, name: String) -> Option<Rc<Database>> {
        self.try_open(name).await.ok().map(Rc::new)
    }

    async fn try_open(&'static self, name: String) -> Result<Database, Error> {
        let mut request = Factory::new()?.open(&name, Some(self.version))?;
        request.on_upgrade_needed(|event| {
            let Ok(database) = event.database() else { return };
            for store in self.stores {
                // If this fails, so does the opening.
                let _ = database.create_object_store(store, ObjectStoreParams::new());
            }
        });
        let mut database = request.await?;
        // A newer version of the app in another tab must not wait for this one.
        database.on_version_change(move |_| {
            if let Some(Opening::Done(Some(database))) = lifetime::shared::<Opened>().get(&name) {
                database.close();
            }
        });
        Ok(database)
    }
}

async fn patience() {
    for _ in 0..TURNS {
        timers::sleep(TURN_MS).await;
    }
}
