//! Storage of sendings: IndexedDB, or this page's memory where the browser denies it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use api_types::Chunk;
use idb::{Error, KeyRange, Transaction, TransactionMode};
use js_sys::Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::record::Record;
use super::state::SendingId;
use crate::api::batches::IdempotencyKey;
use crate::domain::local_data::rows::{self, At, CHUNKS, Head, OUTBOX, Row, SENDINGS};
use crate::domain::local_data::{Vault, here, is_stale, unreadable, vault};
use crate::platform::database::commit;
use crate::platform::lifetime;
use crate::platform::timers::now;

/// A chunk and the key under which it is sent, on every attempt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeyedChunk {
    pub(crate) key: IdempotencyKey,
    pub(crate) chunk: Chunk,
}

#[derive(Default)]
struct Outbox {
    /// Chunks that the database did not accept.
    unkept: RefCell<HashMap<(SendingId, u32), KeyedChunk>>,
    /// What has become of the records of sendings, as far as this page knows.
    records: RefCell<HashMap<SendingId, Presence>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Presence {
    /// This page has stored or found it.
    Stored,
    /// Removed here, or missed: by another tab. For good: what is being sealed meanwhile must not come back.
    Removed,
}

impl Outbox {
    fn presence(&self, id: &SendingId) -> Option<Presence> {
        self.records.borrow().get(id).copied()
    }

    fn note_stored(&self, id: &SendingId) {
        self.records.borrow_mut().entry(id.clone()).or_insert(Presence::Stored);
    }

    fn note_removed(&self, id: &SendingId) {
        self.records.borrow_mut().insert(id.clone(), Presence::Removed);
    }
}

fn outbox() -> Rc<Outbox> {
    lifetime::shared()
}

fn record_at(id: &SendingId) -> At {
    At { store: SENDINGS, key: JsValue::from_str(&id.0) }
}

fn chunk_at(id: &SendingId, index: u32) -> At {
    At { store: CHUNKS, key: Array::of2(&JsValue::from_str(&id.0), &JsValue::from(index)).into() }
}

/// All chunks of a sending: in the order of keys, an array sorts after every number.
fn chunks_of(id: &SendingId) -> Result<KeyRange, Error> {
    let id = JsValue::from_str(&id.0);
    KeyRange::bound(&Array::of1(&id), &Array::of2(&id, &Array::new()), None, None)
}

/// Stores a part of a sending, sealed; `false` where that is not possible.
async fn put(at: At, record: &Record, value: &impl Serialize) -> bool {
    let text = serde_json::to_string(value).unwrap_or_default();
    seal_and_put(at, record, text).await.is_some()
}

async fn seal_and_put(at: At, record: &Record, text: String) -> Option<()> {
    let vault = vault().await?;
    let head = Head { owner: vault.owner.clone(), since: record.created_at, writer: String::new() };
    let row = vault.seal(&at, head, &text).await?;
    let outbox = outbox();
    let presence = outbox.presence(&record.id);
    if !vault.is_present() || presence == Some(Presence::Removed) {
        return None;
    }
    let put = OUTBOX.run(&vault.place, TransactionMode::ReadWrite, async |transaction| {
        if presence.is_some() && is_missing(&transaction, &record.id).await? {
            return Ok(false);
        }
        at.store_in(&transaction)?.put(&row.write(), Some(&at.key))?.await?;
        commit(transaction).await?;
        Ok(true)
    });
    if put.await.ok()? {
        return Some(());
    }
    outbox.note_removed(&record.id);
    None
}

async fn is_missing(transaction: &Transaction, id: &SendingId) -> Result<bool, Error> {
    let at = record_at(id);
    Ok(at.store_in(transaction)?.count(Some(at.query()))?.await? == 0)
}

/// Whether a sending that this page has stored is there no longer: another tab has removed it, as a rule because its person has
/// signed out there. Where that cannot be read, it counts as there.
pub(crate) async fn is_gone(id: &SendingId) -> bool {
    match outbox().presence(id) {
        Some(Presence::Removed) => return true,
        None => return false,
        Some(Presence::Stored) => {}
    }
    let place = here();
    OUTBOX
        .run(&place, TransactionMode::ReadOnly, async |transaction| is_missing(&transaction, id).await)
        .await
        .unwrap_or_default()
}

async fn read<T: for<'de> Deserialize<'de>>(at: At) -> Option<T> {
    let vault = vault().await?;
    let value = OUTBOX
        .run(&vault.place, TransactionMode::ReadOnly, async |transaction| {
            at.store_in(&transaction)?.get(at.query())?.await
        })
        .await;
    open(&vault, &at, &Row::read(&value.ok()??)?).await
}

async fn open<T: for<'de> Deserialize<'de>>(vault: &Vault, at: &At, row: &Row) -> Option<T> {
    serde_json::from_str(&vault.open(at, row).await?).ok()
}

/// Stores a record; `false` where it lives only as long as this page.
pub(crate) async fn put_record(record: &Record) -> bool {
    let stored = put(record_at(&record.id), record, record).await;
    if stored {
        outbox().note_stored(&record.id);
    }
    stored
}

pub(crate) async fn record(id: &SendingId) -> Option<Record> {
    let record = read(record_at(id)).await;
    if record.is_some() {
        outbox().note_stored(id);
    }
    record
}

/// Stores a chunk; `false` where it lives only as long as this page.
pub(crate) async fn put_chunk(record: &Record, chunk: KeyedChunk) -> bool {
    let stored = put(chunk_at(&record.id, chunk.chunk.index), record, &chunk).await;
    if !stored {
        outbox().unkept.borrow_mut().insert((record.id.clone(), chunk.chunk.index), chunk);
    }
    stored
}

pub(crate) async fn chunk(id: &SendingId, index: u32) -> Option<KeyedChunk> {
    let in_memory = outbox().unkept.borrow().get(&(id.clone(), index)).cloned();
    match in_memory {
        Some(chunk) => Some(chunk),
        None => read(chunk_at(id, index)).await,
    }
}

/// Removes a sending and its rows.
pub(crate) async fn remove(id: &SendingId) {
    let outbox = outbox();
    outbox.unkept.borrow_mut().retain(|(owner, _), _| owner != id);
    outbox.note_removed(id);
    // Without a database there is nothing more to remove.
    let _ = OUTBOX
        .run(&here(), TransactionMode::ReadWrite, async |transaction| {
            transaction.object_store(CHUNKS)?.delete(chunks_of(id)?)?.await?;
            transaction.object_store(SENDINGS)?.delete(record_at(id).key)?.await?;
            commit(transaction).await
        })
        .await;
}

/// The records that the signed-in user left in this browser, oldest first. What has expired, of anybody, and what does not open
/// any more is removed instead.
pub(crate) async fn records() -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let Some(vault) = vault().await else { return records };
    for (at, row) in rows::all_in(&OUTBOX, SENDINGS, &vault.place).await.unwrap_or_default() {
        let Some(id) = at.key.as_string().map(SendingId) else { continue };
        match row {
            Some(row) if !is_stale(row.head.since, now()) => {
                // Another person's is theirs.
                if row.head.owner != vault.owner {
                    continue;
                }
                match open(&vault, &at, &row).await {
                    Some(record) => records.push(record),
                    None => {
                        unreadable::say();
                        remove(&id).await;
                    }
                }
            }
            _ => remove(&id).await,
        }
    }
    records.sort_by_key(|record| record.created_at);
    records
}
