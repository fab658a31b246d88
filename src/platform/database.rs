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

/// The storage key that says that something was stored in a database. A visit that has stored nothing opens none.
const WRITTEN: &str = "msi-written";

/// Whether a page of this console has stored something in a database of this browser.
pub(crate) fn is_any_written() -> bool {
    storage::local().is_some_and(|storage| storage.get_item(WRITTEN).ok().flatten().is_some())
}

/// Forgets that, until something is stored.
pub(crate) fn forget_written() {
    if let Some(storage) = storage::local() {
        let _ = storage.remove_item(WRITTEN);
    }
}

/// Says that something is stored.
pub(crate) fn note_written() {
    if let Some(storage) = storage::local() {
        let _ = storage.set_item(WRITTEN, "1");
    }
}

/// A database of this browser, opened when it is first needed.
pub(crate) struct DatabaseSpec {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    pub(crate) stores: &'static [&'static str],
}

/// The databases that were asked for, by name.
#[derive(Default)]
struct Opened(RefCell<HashMap<&'static str, Opening>>);

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
    fn open(&self, name: &'static str, database: Option<Rc<Database>>) -> Option<Rc<Database>> {
        let mut all = self.0.borrow_mut();
        if let Some(Opening::Done(first)) = all.get(name) {
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
    /// Runs `work` in a transaction over all stores. Once the database is open, it runs without waiting.
    pub(crate) async fn run<T>(
        &'static self,
        mode: TransactionMode,
        work: impl AsyncFnOnce(Transaction) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let database = self.database().await.ok_or(Error::IndexedDbNotFound(JsValue::NULL))?;
        if mode == TransactionMode::ReadWrite {
            note_written();
        }
        work(database.transaction(self.stores, mode)?).await
    }

    async fn database(&'static self) -> Option<Rc<Database>> {
        let opened = lifetime::shared::<Opened>();
        match opened.get(self.name) {
            Some(Opening::Done(known)) => return known,
            Some(Opening::Late) => return None,
            None => {}
        }
        match select(Box::pin(self.open()), pin!(patience())).await {
            Either::Left((database, _)) => opened.open(self.name, database),
            Either::Right((_, opening)) => {
                opened.0.borrow_mut().entry(self.name).or_insert(Opening::Late);
                spawn(async move {
                    opened.open(self.name, opening.await);
                });
                None
            }
        }
    }

    async fn open(&'static self) -> Option<Rc<Database>> {
        self.try_open().await.ok().map(Rc::new)
    }

    async fn try_open(&'static self) -> Result<Database, Error> {
        let mut request = Factory::new()?.open(self.name, Some(self.version))?;
        request.on_upgrade_needed(|event| {
            let Ok(database) = event.database() else { return };
            for store in self.stores {
                // If this fails, so does the opening.
                let _ = database.create_object_store(store, ObjectStoreParams::new());
            }
        });
        let mut database = request.await?;
        // A newer version of the app in another tab must not wait for this one.
        database.on_version_change(|_| {
            if let Some(Opening::Done(Some(database))) = lifetime::shared::<Opened>().get(self.name) {
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
