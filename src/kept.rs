//! What this browser keeps for a person: databases that belong to one person of one account, for a week.
//!
//! Nothing else in the browser may hold rows. Where it has no storage for us, as in some private windows, every
//! access fails at once and whoever asked goes on without.

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::pin;
use std::rc::Rc;

use api_types::UserId;
use futures_util::future::{Either, select};
use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, Transaction, TransactionMode};
use js_sys::Date;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use crate::session;
use crate::ui::dom;

/// As long as the server remembers idempotency keys.
pub(crate) const KEPT_FOR_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

/// Some browsers leave the opening of a database unanswered; nobody should wait for that.
const OPENING_MS: f64 = 3_000.0;

/// Whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) account: String,
    pub(crate) user: UserId,
}

impl Person {
    /// Whoever is signed in, also while the session waits to be renewed; reactive.
    pub(crate) fn signed_in() -> Option<Self> {
        let session = session::current()?;
        Some(Self { account: session.account.name, user: session.user.id })
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    Date::now() as u64
}

/// Whether something of that age is no longer kept.
pub(crate) fn is_stale(since: u64, now: u64) -> bool {
    now.saturating_sub(since) > KEPT_FOR_MS
}

/// A database of this browser, opened when it is first needed.
pub(crate) struct Shelf {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    pub(crate) stores: &'static [&'static str],
}

thread_local! {
    /// By name; `None` where the browser refused.
    static OPEN: RefCell<HashMap<&'static str, Option<Rc<Database>>>> = RefCell::new(HashMap::new());
}

impl Shelf {
    /// Runs `work` in a transaction over all stores. Once the database is open, nothing is waited for before it.
    pub(crate) async fn run<T>(
        &'static self,
        mode: TransactionMode,
        work: impl AsyncFnOnce(Transaction) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let database = self.database().await.ok_or(Error::IndexedDbNotFound(JsValue::NULL))?;
        work(database.transaction(self.stores, mode)?).await
    }

    async fn database(&'static self) -> Option<Rc<Database>> {
        if let Some(known) = OPEN.with_borrow(|open| open.get(self.name).cloned()) {
            return known;
        }
        let (opening, patience) = (pin!(self.open()), pin!(dom::sleep(OPENING_MS)));
        let database = match select(opening, patience).await {
            Either::Left((opened, _)) => opened.ok().map(Rc::new),
            Either::Right(_) => None,
        };
        // Two may have opened at once: the first one stays.
        OPEN.with_borrow_mut(|open| open.entry(self.name).or_insert(database).clone())
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
            if let Some(Some(database)) = OPEN.with_borrow(|open| open.get(self.name).cloned()) {
                database.close();
            }
        });
        Ok(database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a18_what_is_kept_is_kept_for_seven_days() {
        let week = 7 * 24 * 60 * 60 * 1_000;
        assert!(!is_stale(1_000, 1_000 + week));
        assert!(is_stale(1_000, 1_000 + week + 1));
        assert!(!is_stale(1_000, 0), "a clock that was set back");
    }
}
