//! Invitation batches: created, filled chunk by chunk, sealed. Mails start only once a batch is sealed.
//!
//! Every call that changes something takes its `Idempotency-Key` from the caller, who keeps it until the call has
//! succeeded: repeating a call with its key, after whatever went wrong, has no second effect.
//!
//! Calls that fill a batch are sent only while its rows are not given up.

use api_types::{
    Batch, BatchId, BatchRetry, BatchRow, Chunk, ChunkResult, List, NewBatch, PageQuery, RowQuery, paths,
};
use serde::{Deserialize, Serialize};

use super::{Asked, Call, Failure, get, query};
use crate::platform::random;

/// Names one attempt to change something: a UUID, made once and sent with every repetition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct IdempotencyKey(pub(crate) String);

impl IdempotencyKey {
    pub(crate) fn new() -> Self {
        Self(random::uuid())
    }
}

pub(crate) async fn create(
    key: &IdempotencyKey,
    batch: &NewBatch,
    is_given_up: Asked,
) -> Result<Batch, Failure> {
    Call::post(paths::BATCHES).idempotency_key(&key.0).unless(is_given_up).json(batch).fetch().await
}

/// Adds the rows of one chunk. Chunks are sent in order; the answer has a verdict per row, in the order sent.
pub(crate) async fn add_chunk(
    key: &IdempotencyKey,
    batch: &BatchId,
    chunk: &Chunk,
    is_given_up: Asked,
) -> Result<ChunkResult, Failure> {
    let call = Call::post(paths::batch_chunks(batch)).idempotency_key(&key.0).unless(is_given_up);
    call.json(chunk).fetch().await
}

/// Declares the batch complete: from now on its mails are sent.
pub(crate) async fn seal(
    key: &IdempotencyKey,
    batch: &BatchId,
    is_given_up: Asked,
) -> Result<Batch, Failure> {
    Call::post(paths::batch_seal(batch)).idempotency_key(&key.0).unless(is_given_up).fetch().await
}

/// Sends no further mail of the batch. What has been sent stays sent.
pub(crate) async fn cancel(key: &IdempotencyKey, batch: &BatchId) -> Result<Batch, Failure> {
    Call::post(paths::batch_cancel(batch)).idempotency_key(&key.0).fetch().await
}

pub(crate) async fn find(batch: &BatchId) -> Result<Batch, Failure> {
    get(paths::batch(batch)).await
}

/// A page of the batch's rows, in the order of the file.
pub(crate) async fn rows(batch: &BatchId, filter: &RowQuery) -> Result<List<BatchRow>, Failure> {
    get(query(&paths::batch_rows(batch), filter)).await
}

/// A page of the batches that were sent, newest first.
pub(crate) async fn list(page: &PageQuery) -> Result<List<Batch>, Failure> {
    get(query(paths::BATCHES, page)).await
}

/// Sends the failed mails of the batch again. It is settled afterwards if there are none.
pub(crate) async fn send_again(
    key: &IdempotencyKey,
    batch: &BatchId,
    which: BatchRetry,
) -> Result<Batch, Failure> {
    Call::post(paths::batch_retry(batch)).idempotency_key(&key.0).json(&which).fetch().await
}

/// Revokes every invitation of the batch that is not accepted; see [`Batch::revoking`].
pub(crate) async fn revoke(key: &IdempotencyKey, batch: &BatchId) -> Result<Batch, Failure> {
    Call::post(paths::batch_revoke(batch)).idempotency_key(&key.0).fetch().await
}

#[cfg(test)]
pub(crate) mod tests {
    use api_types::{BatchOptions, BatchSource, BatchState, DeliveryCounts, Timestamp, VerdictCounts};

    use super::*;

    /// A batch whose rows are all `ready`, except those that get no mail.
    pub(crate) fn batch(state: BatchState, deliveries: DeliveryCounts) -> Batch {
        let rows = deliveries.total();
        Batch {
            id: BatchId("b1".into()),
            source: BatchSource::Csv,
            file_name: None,
            first_people: Vec::new(),
            options: BatchOptions::default(),
            state,
            dry_run: false,
            all_or_none: false,
            expected_rows: rows,
            next_chunk: 1,
            verdicts: VerdictCounts {
                ready: rows - deliveries.skipped,
                error: deliveries.skipped,
                ..VerdictCounts::default()
            },
            deliveries,
            accepted: 0,
            revoked: 0,
            waiting: 0,
            expired: 0,
            revoking: None,
            retrying: None,
            created_at: Timestamp("2026-11-20T08:00:00Z".into()),
            created_by: "Ana".into(),
            created_by_id: None,
            sealed_at: None,
            cancel_code: None,
            mail_trouble: None,
            next_try_at: None,
        }
    }
}
