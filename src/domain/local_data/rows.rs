//! The databases that may hold rows of people, and what one of their rows is: sealed, but for what housekeeping reads.

use idb::{Error, ObjectStore, Query, Transaction, TransactionMode};
use js_sys::{JSON, Object, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use crate::platform::database::{DatabaseSpec, commit};

/// Drafts by `[owner, subject]`, and copies of their files by `[owner, subject, "file"]`.
pub(super) const DRAFTS: &str = "drafts";
pub(super) static SHELF: DatabaseSpec = DatabaseSpec { what: "drafts", version: 1, stores: &[DRAFTS] };

/// Records of sendings by their id.
pub(crate) const SENDINGS: &str = "sendings";
/// Chunks by `[id of the sending, index]`.
pub(crate) const CHUNKS: &str = "chunks";
pub(crate) static OUTBOX: DatabaseSpec =
    DatabaseSpec { what: "outbox", version: 1, stores: &[CHUNKS, SENDINGS] };

pub(super) static ALL: [&DatabaseSpec; 2] = [&SHELF, &OUTBOX];

/// How the names of the locks begin that tabs hold while they send from a place.
pub(crate) fn locks_at(place: &str) -> String {
    format!("msi-sending {place} ")
}

/// The place of a row: its store and its key there.
pub(crate) struct At {
    pub(crate) store: &'static str,
    pub(crate) key: JsValue,
}

impl At {
    /// As text, which is sealed with the row.
    pub(super) fn text(&self) -> String {
        let key = JSON::stringify(&self.key).ok().map(String::from).unwrap_or_default();
        format!("{}\n{key}", self.store)
    }

    pub(crate) fn store_in(&self, transaction: &Transaction) -> Result<ObjectStore, Error> {
        transaction.object_store(self.store)
    }

    pub(crate) fn query(&self) -> Query {
        Query::Key(self.key.clone())
    }
}

/// What is not sealed of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Whose it is, which tells nothing to those who do not know the person.
    pub(crate) owner: String,
    /// Milliseconds since 1970; it is kept for a week from then.
    pub(crate) since: u64,
    /// The page that wrote it last, of rows that several pages write.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) writer: String,
}

/// A stored row.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) head: Head,
    /// The head as stored.
    pub(super) text: String,
    pub(super) sealed: Uint8Array,
    /// The handle of a file, which the browser keeps by itself: it cannot be sealed.
    pub(crate) handle: Option<JsValue>,
}

const HEAD: &str = "head";
const SEALED: &str = "sealed";
const HANDLE: &str = "handle";

impl Row {
    /// `None` for what no version of the app that seals has written.
    pub(crate) fn read(value: &JsValue) -> Option<Self> {
        let get = |name: &str| Reflect::get(value, &JsValue::from_str(name)).ok();
        let text = get(HEAD)?.as_string()?;
        let head = serde_json::from_str(&text).ok()?;
        let sealed = get(SEALED)?.dyn_into().ok()?;
        Some(Self { head, text, sealed, handle: get(HANDLE).filter(JsValue::is_object) })
    }

    pub(crate) fn write(&self) -> JsValue {
        let object = Object::new();
        // Nothing refuses the properties of a new object.
        let set = |name: &str, value: &JsValue| {
            let _ = Reflect::set(&object, &JsValue::from_str(name), value);
        };
        set(HEAD, &JsValue::from_str(&self.text));
        set(SEALED, &self.sealed);
        if let Some(handle) = &self.handle {
            set(HANDLE, handle);
        }
        object.into()
    }
}

/// All rows of a database; fails where it cannot be read.
pub(super) async fn all(
    database: &'static DatabaseSpec,
    place: &str,
) -> Result<Vec<(At, Option<Row>)>, Error> {
    let mut all = Vec::new();
    for store in database.stores {
        all.extend(all_in(database, store, place).await?);
    }
    Ok(all)
}

/// All rows of a store; `None` in place of what is no row.
pub(crate) async fn all_in(
    database: &'static DatabaseSpec,
    store: &'static str,
    place: &str,
) -> Result<Vec<(At, Option<Row>)>, Error> {
    let read = async |transaction: Transaction| {
        let rows = transaction.object_store(store)?;
        let (keys, values) = (rows.get_all_keys(None, None)?, rows.get_all(None, None)?);
        let (keys, values) = (keys.await?, values.await?);
        Ok(keys.into_iter().map(|key| At { store, key }).zip(values.iter().map(Row::read)).collect())
    };
    database.run(place, TransactionMode::ReadOnly, read).await
}

/// Removes a row if it is one of these; what is no row is removed in any case.
pub(super) async fn remove(
    database: &'static DatabaseSpec,
    place: &str,
    at: &At,
    if_it: impl Fn(&Row) -> bool,
) -> Result<(), Error> {
    let work = async |transaction: Transaction| {
        let store = at.store_in(&transaction)?;
        let found = store.get(at.query())?.await?;
        if found.as_ref().and_then(Row::read).is_none_or(|found| if_it(&found)) {
            store.delete(at.query())?.await?;
        }
        commit(transaction).await
    };
    database.run(place, TransactionMode::ReadWrite, work).await
}
