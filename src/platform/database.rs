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

use super::{lifetime, timers};

/// Time limit for opening a database: some browsers never answer.
const OPENING_MS: f64 = 3_000.0;

/// A database of this browser, opened when it is first needed.
pub(crate) struct Shelf {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    pub(crate) stores: &'static [&'static str],
}

/// The databases that were opened, by name; `None` where the browser refused.
#[derive(Default)]
struct Opened(RefCell<HashMap<&'static str, Option<Rc<Database>>>>);

impl Opened {
    fn get(&self, name: &str) -> Option<Option<Rc<Database>>> {
        self.0.borrow().get(name).cloned()
    }
}

/// Commits, and waits until everything is stored: the browser may still refuse, for example because its storage is full.
pub(crate) async fn commit(transaction: Transaction) -> Result<(), Error> {
    match transaction.commit()?.await? {
        TransactionResult::Committed => Ok(()),
        TransactionResult::Aborted => Err(Error::TransactionAbortError(JsValue::NULL)),
    }
}

impl Shelf {
    /// Runs `work` in a transaction over all stores. Once the database is open, it runs without waiting.
    pub(crate) async fn run<T>(
        &'static self,
        mode: TransactionMode,
        work: impl AsyncFnOnce(Transaction) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let database = self.database().await.ok_or(Error::IndexedDbNotFound(JsValue::NULL))?;
        work(database.transaction(self.stores, mode)?).await
    }

    async fn database(&'static self) -> Option<Rc<Database>> {
        let opened = lifetime::shared::<Opened>();
        if let Some(known) = opened.get(self.name) {
            return known;
        }
        let (opening, patience) = (pin!(self.open()), pin!(timers::sleep(OPENING_MS)));
        let database = match select(opening, patience).await {
            Either::Left((opened, _)) => opened.ok().map(Rc::new),
            Either::Right(_) => None,
        };
        // Two calls may have opened it at once: the first one stays.
        opened.0.borrow_mut().entry(self.name).or_insert(database).clone()
    }

    async fn open(&'static self) -> Result<Database, Error> {
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
            if let Some(Some(database)) = lifetime::shared::<Opened>().get(self.name) {
                database.close();
            }
        });
        Ok(database)
    }
}
