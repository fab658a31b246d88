//! The plan and the state of a sending, as the screens show them.

use api_types::{Batch, BatchId, BatchOptions, BatchSource};
use serde::{Deserialize, Serialize};

use crate::api::Failure;
use crate::platform::random;

/// What is to be sent, except the rows themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) source: BatchSource,
    pub(crate) file_name: Option<String>,
    pub(crate) options: BatchOptions,
    /// The number of rows that the source announces. Corrected to the actual number once all are read.
    pub(crate) rows: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct SendingId(pub(super) String);

impl SendingId {
    pub(super) fn new() -> Self {
        Self(random::uuid())
    }
}

/// A sending as the screens show it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sending {
    pub(crate) id: SendingId,
    pub(crate) plan: Plan,
    pub(crate) kept: Kept,
    /// The batch on the server, once it is created.
    pub(crate) batch: Option<BatchId>,
    pub(crate) state: SendingState,
}

/// Where the rows are stored until the server has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// In the browser's storage: a reload loses nothing.
    InBrowser,
    /// In this page's memory, as the browser denies storage: a reload loses what has not been sent.
    OnThisPage,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SendingState {
    /// Rows are being stored; nothing has been sent. `stored` of the plan's rows are done.
    Preparing {
        stored: u32,
    },
    /// The server has `done` of the plan's rows. Mails start once it has all.
    Sending {
        done: u32,
    },
    /// A transient failure. The next attempt is at `retry_at`, milliseconds since 1970.
    Waiting {
        done: u32,
        failure: Failure,
        retry_at: u64,
    },
    Paused {
        done: u32,
    },
    /// Prepared without a network. Nothing has been sent; it waits for the connection, and for the user to agree.
    Held,
    /// Another tab of this browser is sending it. This tab takes over if that one dies.
    Elsewhere,
    /// The server is told to send nothing further; `trouble` is what prevents that.
    Cancelling {
        trouble: Option<Failure>,
    },
    /// The server has everything and sends the mails.
    Accepted {
        batch: Box<Batch>,
    },
    /// Without a batch, no invitation was sent; with one, `batch.deliveries` counts what had been sent before.
    Cancelled {
        batch: Option<Box<Batch>>,
    },
    Failed {
        cause: Cause,
    },
}

/// Why a sending does not continue by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cause {
    /// The source of rows failed, with a text for the user. Nothing was sent, nothing is stored.
    Source(String),
    /// The browser has lost stored rows: the rest cannot be sent.
    RowsLost,
    /// What was stored is there no longer: its person has signed out in another tab, or it has expired.
    GivenUp,
    /// The server refused. [`retry_now`](super::registry::retry_now) and [`cancel`](super::registry::cancel) are possible.
    Refused(Failure),
}

impl SendingState {
    /// Whether another attempt might succeed.
    pub(crate) fn can_retry(&self) -> bool {
        matches!(
            self,
            Self::Waiting { .. }
                | Self::Cancelling { trouble: Some(_) }
                | Self::Failed { cause: Cause::Refused(_) }
        )
    }

    /// The failed request, if the trouble is one.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Waiting { failure, .. } | Self::Failed { cause: Cause::Refused(failure) } => Some(failure),
            Self::Cancelling { trouble } => trouble.as_ref(),
            _ => None,
        }
    }

    /// Whether all mails are sent.
    pub(super) fn ended_well(&self) -> bool {
        match self {
            Self::Accepted { batch } => {
                batch.is_settled() && batch.deliveries.failed == 0 && batch.deliveries.unknown == 0
            }
            Self::Cancelled { .. } => true,
            _ => false,
        }
    }

    /// The batch on the server.
    pub(super) fn batch(&self) -> Option<&Batch> {
        match self {
            Self::Accepted { batch } | Self::Cancelled { batch: Some(batch) } => Some(batch),
            _ => None,
        }
    }

    /// Takes the server's present state of the batch. Returns whether it differs.
    pub(super) fn hear(&mut self, now: &Batch) -> bool {
        match self {
            Self::Accepted { batch } | Self::Cancelled { batch: Some(batch) } if batch.id == now.id => {
                let news = **batch != *now;
                **batch = now.clone();
                news
            }
            _ => false,
        }
    }

    /// Whether nothing is left for this browser to do.
    pub(crate) fn is_over(&self) -> bool {
        match self {
            Self::Accepted { .. } | Self::Cancelled { .. } => true,
            Self::Failed { cause } => !matches!(cause, Cause::Refused(_)),
            _ => false,
        }
    }
}

impl Sending {
    /// Whether leaving the page now would lose something.
    pub(super) fn is_at_risk(&self) -> bool {
        match self.state {
            SendingState::Preparing { .. } => true,
            SendingState::Elsewhere => false,
            _ => self.is_unkept(),
        }
    }

    /// Whether only this page has its rows.
    pub(crate) fn is_unkept(&self) -> bool {
        self.kept == Kept::OnThisPage && !self.state.is_over() && self.state != SendingState::Elsewhere
    }
}

#[cfg(test)]
mod tests {
    use api_types::{BatchState, DeliveryCounts};

    use super::*;
    use crate::api::FailureKind;
    use crate::domain::invitations::sending::record;

    fn sending(kept: Kept, state: SendingState) -> Sending {
        let record = record::tests::record();
        Sending { id: record.id, plan: record.plan, kept, batch: None, state }
    }

    fn states() -> Vec<SendingState> {
        let failure = Failure::without_response(FailureKind::Unreachable);
        let batch = Box::new(record::tests::batch(BatchState::Sealed, 3));
        vec![
            SendingState::Preparing { stored: 0 },
            SendingState::Sending { done: 0 },
            SendingState::Waiting { done: 0, failure: failure.clone(), retry_at: 0 },
            SendingState::Paused { done: 0 },
            SendingState::Held,
            SendingState::Elsewhere,
            SendingState::Cancelling { trouble: None },
            SendingState::Accepted { batch },
            SendingState::Cancelled { batch: None },
            SendingState::Failed { cause: Cause::Source(String::new()) },
            SendingState::Failed { cause: Cause::RowsLost },
            SendingState::Failed { cause: Cause::Refused(failure) },
        ]
    }

    #[test]
    fn r5_the_page_is_guarded_only_while_leaving_it_loses_something() {
        let at_risk = |kept: Kept| {
            let at_risk = |state| sending(kept, state).is_at_risk();
            states().into_iter().map(at_risk).collect::<Vec<_>>()
        };
        assert_eq!(
            at_risk(Kept::InBrowser).iter().filter(|at_risk| **at_risk).count(),
            1,
            "only while preparing"
        );
        assert_eq!(
            at_risk(Kept::OnThisPage),
            [true, true, true, true, true, false, true, false, false, false, false, true]
        );
    }

    #[test]
    fn r19_what_the_server_says_of_the_batch_is_taken_over() {
        let batch = record::tests::batch(BatchState::Sealed, 3);
        let mut state = SendingState::Accepted { batch: Box::new(batch.clone()) };
        assert!(!state.hear(&batch), "nothing new");
        let mails = DeliveryCounts { sent: 2, failed: 1, ..DeliveryCounts::default() };
        assert!(state.hear(&Batch { deliveries: mails, ..batch.clone() }));
        assert!(!state.ended_well(), "a mail bounced");
        let mails = DeliveryCounts { sent: 3, ..DeliveryCounts::default() };
        assert!(state.hear(&Batch { deliveries: mails, ..batch.clone() }));
        assert!(state.ended_well());
        let other = Batch { id: BatchId("other".into()), ..batch.clone() };
        assert!(!state.hear(&other), "another batch");
        assert!(!SendingState::Paused { done: 0 }.hear(&batch));
    }

    #[test]
    fn a18_what_is_not_over_counts_as_unsent() {
        let over: Vec<bool> = states().iter().map(SendingState::is_over).collect();
        assert_eq!(over, [false, false, false, false, false, false, false, true, true, true, true, false]);
    }
}
