//! Storage of sendings: IndexedDB, or this page's memory where the browser denies it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use api_types::Chunk;
use idb::{Error, KeyRange, TransactionMode};
use js_sys::Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::record::Record;
use super::state::SendingId;
use crate::api::batches::IdempotencyKey;
use crate::domain::local_data::Person;
use crate::platform::database::{DatabaseSpec, commit};
use crate::platform::lifetime;
use crate::platform::timers::now;

/// Records by the id of their sending.
const SENDINGS: &str = "sendings";
/// Chunks by `[id of the sending, index]`.
const CHUNKS: &str = "chunks";
static OUTBOX: DatabaseSpec = DatabaseSpec { name: "msi-outbox", version: 1, stores: &[SENDINGS, CHUNKS] };

/// A chunk and the key under which it is sent, on every attempt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeyedChunk {
    pub(crate) key: IdempotencyKey,
    pub(crate) chunk: Chunk,
}

/// Chunks that the database did not accept.
#[derive(Default)]
struct Unkept(RefCell<HashMap<(SendingId, u32), KeyedChunk>>);

fn unkept() -> Rc<Unkept> {
    lifetime::shared()
}

fn record_key(id: &SendingId) -> JsValue {
    JsValue::from_str(&id.0)
}

fn chunk_key(id: &SendingId, index: u32) -> JsValue {
    Array::of2(&record_key(id), &JsValue::from(index)).into()
}

/// All chunks of a sending: in the order of keys, an array sorts after every number.
fn chunks_of(id: &SendingId) -> Result<KeyRange, Error> {
    let first = Array::of1(&record_key(id));
    let last = Array::of2(&record_key(id), &Array::new());
    KeyRange::bound(&first, &last, None, None)
}

async fn put(store: &str, key: JsValue, value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string(value).unwrap_or_default();
    OUTBOX
        .run(TransactionMode::ReadWrite, async |transaction| {
            let request = transaction.object_store(store)?.put(&JsValue::from_str(&text), Some(&key))?;
            request.await?;
            commit(transaction).await
        })
        .await
}

async fn read<T: for<'de> Deserialize<'de>>(store: &str, key: JsValue) -> Option<T> {
    let value = OUTBOX
        .run(TransactionMode::ReadOnly, async |transaction| transaction.object_store(store)?.get(key)?.await)
        .await;
    parse(&value.ok()??)
}

fn parse<T: for<'de> Deserialize<'de>>(value: &JsValue) -> Option<T> {
    serde_json::from_str(&value.as_string()?).ok()
}

/// Stores a record; `false` where it lives only as long as this page.
pub(crate) async fn put_record(record: &Record) -> bool {
    put(SENDINGS, record_key(&record.id), record).await.is_ok()
}

pub(crate) async fn record(id: &SendingId) -> Option<Record> {
    read(SENDINGS, record_key(id)).await
}

/// Stores a chunk; `false` where it lives only as long as this page.
pub(crate) async fn put_chunk(id: &SendingId, chunk: KeyedChunk) -> bool {
    let stored = put(CHUNKS, chunk_key(id, chunk.chunk.index), &chunk).await.is_ok();
    if !stored {
        unkept().0.borrow_mut().insert((id.clone(), chunk.chunk.index), chunk);
    }
    stored
}

pub(crate) async fn chunk(id: &SendingId, index: u32) -> Option<KeyedChunk> {
    let in_memory = unkept().0.borrow().get(&(id.clone(), index)).cloned();
    match in_memory {
        Some(chunk) => Some(chunk),
        None => read(CHUNKS, chunk_key(id, index)).await,
    }
}

/// Removes a sending and its rows.
pub(crate) async fn remove(id: &SendingId) {
    unkept().0.borrow_mut().retain(|(owner, _), _| owner != id);
    // Without a database there is nothing more to remove.
    let _ = OUTBOX
        .run(TransactionMode::ReadWrite, async |transaction| {
            transaction.object_store(CHUNKS)?.delete(chunks_of(id)?)?.await?;
            transaction.object_store(SENDINGS)?.delete(record_key(id))?.await?;
            commit(transaction).await
        })
        .await;
}

/// The records that a person left in this browser, oldest first. Expired ones, of any person, are removed instead.
pub(crate) async fn records_of(person: &Person) -> Vec<Record> {
    let mut fresh = unexpired().await;
    fresh.retain(|record| record.person == *person);
    fresh.sort_by_key(|record| record.created_at);
    fresh
}

/// The records that are left once the expired ones are removed, of any person.
pub(crate) async fn unexpired() -> Vec<Record> {
    let values = OUTBOX
        .run(TransactionMode::ReadOnly, async |transaction| {
            transaction.object_store(SENDINGS)?.get_all(None, None)?.await
        })
        .await
        .unwrap_or_default();
    let (stale, fresh): (Vec<Record>, Vec<Record>) =
        values.iter().filter_map(parse::<Record>).partition(|record| record.is_stale(now()));
    for record in stale {
        remove(&record.id).await;
    }
    fresh
}
