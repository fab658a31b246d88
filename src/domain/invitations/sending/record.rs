//! The stored record of a sending, and its next step. Pure: no browser, no clock, no network.

use api_types::{Batch, BatchId, BatchState, NewBatch};
use serde::{Deserialize, Serialize};

use super::state::{Plan, SendingId};
use crate::api::batches::IdempotencyKey;

/// A sending as stored before its first request and after every answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: SendingId,
    /// Milliseconds since 1970.
    pub(crate) created_at: u64,
    pub(crate) plan: Plan,
    pub(crate) phase: Phase,
    pub(crate) keys: Keys,
    /// Rows in each chunk, in order.
    pub(crate) chunk_rows: Vec<u32>,
    /// The batch on the server, once it is created.
    pub(crate) batch: Option<BatchId>,
    /// The chunk that the server expects next.
    pub(crate) next_chunk: u32,
}

/// One key per call, created before the call and used for all its repetitions. Chunks have their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Keys {
    pub(crate) create: IdempotencyKey,
    pub(crate) seal: IdempotencyKey,
    pub(crate) cancel: IdempotencyKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Rows are being stored. Nothing has been sent; if the page dies now, the sending cannot be resumed.
    Preparing,
    Going,
    Paused,
    /// Prepared without a network. Nothing has been sent, and nothing is until the user agrees.
    Held,
    Cancelling,
}

/// The next request of a sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Create,
    Chunk(u32),
    Seal,
    Cancel,
}

/// The state of the batch on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RemoteState {
    Open,
    Accepted,
    Cancelled,
}

impl Record {
    pub(crate) fn next_step(&self) -> Step {
        match (self.phase, &self.batch) {
            (_, None) => Step::Create,
            (Phase::Cancelling, Some(_)) => Step::Cancel,
            (_, Some(_)) if (self.next_chunk as usize) < self.chunk_rows.len() => {
                Step::Chunk(self.next_chunk)
            }
            (_, Some(_)) => Step::Seal,
        }
    }

    /// Whether the batch may be sealed without this page knowing: only then can mails be on their way.
    pub(crate) fn may_be_sealed(&self) -> bool {
        self.batch.is_some() && self.next_chunk as usize >= self.chunk_rows.len()
    }

    /// The number of rows that the server has.
    pub(crate) fn done(&self) -> u32 {
        self.chunk_rows.iter().take(self.next_chunk as usize).sum()
    }

    /// The request that creates the batch, identical on every attempt.
    pub(crate) fn new_batch(&self) -> NewBatch {
        NewBatch {
            source: self.plan.source,
            file_name: self.plan.file_name.clone(),
            options: self.plan.options.clone(),
            expected_rows: self.plan.rows,
            dry_run: false,
            all_or_none: false,
        }
    }

    /// Adopts the server's state of the batch, which is authoritative.
    pub(crate) fn reconcile(&mut self, batch: &Batch) -> RemoteState {
        self.batch = Some(batch.id.clone());
        self.next_chunk = batch.next_chunk;
        match batch.state {
            BatchState::Open => RemoteState::Open,
            BatchState::Sealed => RemoteState::Accepted,
            BatchState::Cancelled | BatchState::Refused => RemoteState::Cancelled,
        }
    }

    /// Notes that the server has accepted a chunk.
    pub(crate) fn chunk_taken(&mut self, index: u32) {
        self.next_chunk = self.next_chunk.max(index + 1);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use api_types::{BatchOptions, BatchSource, DeliveryCounts};

    use super::*;
    use crate::api::batches;

    pub(crate) fn record() -> Record {
        let key = |name: &str| IdempotencyKey(name.into());
        Record {
            id: SendingId("s1".into()),
            created_at: 1_000,
            plan: Plan {
                source: BatchSource::Csv,
                file_name: Some("plain.csv".into()),
                options: BatchOptions::default(),
                rows: 2_500,
            },
            phase: Phase::Going,
            keys: Keys { create: key("create"), seal: key("seal"), cancel: key("cancel") },
            chunk_rows: vec![1_000, 1_000, 500],
            batch: None,
            next_chunk: 0,
        }
    }

    pub(crate) fn batch(state: BatchState, next_chunk: u32) -> Batch {
        Batch { next_chunk, ..batches::tests::batch(state, DeliveryCounts::default()) }
    }

    #[test]
    fn r5_the_steps_are_create_every_chunk_in_order_and_seal() {
        let mut record = record();
        let mut steps = vec![record.next_step()];
        assert_eq!(record.reconcile(&batch(BatchState::Open, 0)), RemoteState::Open);
        for index in 0..3 {
            steps.push(record.next_step());
            assert_eq!(record.done(), index * 1_000);
            record.chunk_taken(index);
        }
        steps.push(record.next_step());
        assert_eq!(steps, [Step::Create, Step::Chunk(0), Step::Chunk(1), Step::Chunk(2), Step::Seal]);
        assert_eq!(record.done(), 2_500);
    }

    #[test]
    fn r5_after_a_reload_the_server_says_which_chunk_comes_next() {
        let mut ahead = record();
        // The answer to chunk 1 was lost: the server has it, the record does not.
        ahead.batch = Some(BatchId("b1".into()));
        ahead.next_chunk = 1;
        ahead.reconcile(&batch(BatchState::Open, 2));
        assert_eq!(ahead.next_step(), Step::Chunk(2));
        // The server was restored from a backup: what it lacks is sent again.
        ahead.reconcile(&batch(BatchState::Open, 0));
        assert_eq!(ahead.next_step(), Step::Chunk(0));
    }

    #[test]
    fn r5_a_batch_that_was_sealed_or_cancelled_unnoticed_is_over() {
        assert_eq!(record().reconcile(&batch(BatchState::Sealed, 3)), RemoteState::Accepted);
        assert_eq!(record().reconcile(&batch(BatchState::Cancelled, 1)), RemoteState::Cancelled);
        assert_eq!(record().reconcile(&batch(BatchState::Refused, 3)), RemoteState::Cancelled);
    }

    #[test]
    fn r1_the_request_and_its_key_are_the_same_after_a_reload() {
        let before = record();
        let stored = serde_json::to_string(&before).unwrap();
        let after: Record = serde_json::from_str(&stored).unwrap();
        assert_eq!(after, before);
        assert_eq!(after.new_batch(), before.new_batch());
    }

    #[test]
    fn r11_cancelling_asks_the_server_only_when_it_knows_the_batch() {
        let mut record = record();
        record.phase = Phase::Cancelling;
        assert!(!record.may_be_sealed());
        record.reconcile(&batch(BatchState::Open, 3));
        assert_eq!(record.next_step(), Step::Cancel);
        assert!(record.may_be_sealed());
    }
}
