//! What happens in the panel, as events for the host: counts and codes, no data of people.

use std::collections::HashMap;

use api_types::panel::{InviteCounts, PanelErrorCode, PanelMessage, PanelProvider, SyncCounts};
use api_types::{Batch, SetupStepId, SyncRun};
use leptos::prelude::*;

use super::{connection, focus, rows};
use crate::domain::invitations::sending::{self, Sending, SendingState};
use crate::domain::local_data::drafts;
use crate::domain::session::{self, SessionState};
use crate::domain::{field_sync, setup};
use crate::platform::connectivity;
use crate::ui::has_unsaved;

/// Tells the host what happens, as long as the panel is shown.
pub(crate) fn follow() {
    follow_session();
    follow_server();
    follow_invitations();
    follow_connections();
    follow_sync();
    follow_unsaved();
    focus::follow();
}

fn follow_session() {
    let lost = Memo::new(|_| {
        session::state().with(|state| match state {
            SessionState::SignedOut | SessionState::Expired(_) | SessionState::Replaced { .. } => {
                Some(PanelMessage::AuthRequired)
            }
            SessionState::Unavailable(failure) => Some(PanelMessage::Error {
                code: PanelErrorCode::RequestFailed,
                message: "The backend did not tell whose session this is.".to_owned(),
                request_id: failure.request_id.clone(),
            }),
            _ => None,
        })
    });
    Effect::new(move |_| {
        if let Some(message) = lost.get() {
            rows::forget();
            connection::say(&message);
        }
    });
}

/// What the person sees as a note at the top.
fn follow_server() {
    Effect::new(move |was_lost: Option<bool>| {
        let is_lost = connectivity::is_lost();
        match (was_lost.unwrap_or_default(), is_lost) {
            (false, true) => connection::say(&PanelMessage::ServerLost),
            (true, false) => connection::say(&PanelMessage::ServerBack),
            _ => {}
        }
        is_lost
    });
}

fn follow_invitations() {
    sending::follow();
    let told = StoredValue::new(HashMap::new());
    Effect::new(move |_| {
        let sendings = sending::current().get();
        told.update_value(|told| {
            for sending in &sendings {
                let now = Told::of(sending);
                let before = told.insert(sending.id.clone(), now.clone());
                for message in news(before.as_ref(), &now) {
                    connection::say(&message);
                }
            }
        });
    });
}

/// What the host knows of a sending.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    counts: InviteCounts,
    is_settled: bool,
    /// Whether it ended without being sent.
    is_void: bool,
}

impl Told {
    fn of(sending: &Sending) -> Self {
        let total = sending.plan.rows;
        match &sending.state {
            SendingState::Accepted { batch } | SendingState::Cancelled { batch: Some(batch) } => {
                Self { counts: counts(batch), is_settled: batch.is_settled(), is_void: false }
            }
            state => Self {
                counts: InviteCounts { total, ..InviteCounts::default() },
                is_settled: false,
                is_void: state.is_over(),
            },
        }
    }
}

fn counts(batch: &Batch) -> InviteCounts {
    let deliveries = batch.deliveries;
    InviteCounts {
        total: batch.expected_rows,
        sent: deliveries.sent,
        // Whether it was sent is not known of some.
        failed: deliveries.failed + deliveries.unknown,
        skipped: deliveries.skipped + deliveries.cancelled,
        batch_id: Some(batch.id.0.clone()),
    }
}

fn news(before: Option<&Told>, now: &Told) -> Vec<PanelMessage> {
    let mut news = Vec::new();
    if now.is_void || before == Some(now) {
        return news;
    }
    let counts = || now.counts.clone();
    if before.is_none() {
        news.push(PanelMessage::InviteStarted(counts()));
    }
    let was_settled = before.is_some_and(|before| before.is_settled);
    if now.is_settled && !was_settled {
        news.push(PanelMessage::InviteCompleted(counts()));
    } else if before.is_some() {
        news.push(PanelMessage::InviteProgress(counts()));
    }
    news
}

fn follow_connections() {
    for (step, provider) in [
        (SetupStepId::ConnectSalesforce, PanelProvider::Salesforce),
        (SetupStepId::ConnectMarketo, PanelProvider::Marketo),
    ] {
        let state = Memo::new(move |_| setup::state_of(step));
        Effect::new(move |before: Option<Option<_>>| {
            let now = state.get();
            // What was found on arrival is no change.
            if let (Some(Some(before)), Some(status)) = (before, now)
                && before != status
            {
                connection::say(&PanelMessage::ConnectionChanged { provider, status });
            }
            now
        });
    }
}

fn follow_sync() {
    let run =
        Memo::new(|_| field_sync::latest().with(|sync| sync.as_ref().and_then(|sync| sync.current.clone())));
    Effect::new(move |before: Option<Option<SyncRun>>| {
        let now = run.get();
        if let (Some(before), Some(now)) = (&before, &now)
            && before.as_ref() != Some(now)
        {
            connection::say(&PanelMessage::SyncProgress(sync_counts(now)));
        }
        if let Some(Some(before)) = &before
            && now.as_ref().is_none_or(|now| now.id != before.id)
        {
            connection::say(&PanelMessage::SyncCompleted(sync_counts(before)));
        }
        now
    });
}

fn sync_counts(run: &SyncRun) -> SyncCounts {
    SyncCounts { run_id: run.id.0.clone(), read: run.read, expected: run.expected, failed: run.failed }
}

fn follow_unsaved() {
    let is_dirty = Memo::new(|_| {
        let is_unsaved = has_unsaved();
        let is_unkept = drafts::unkept().is_some();
        sending::is_at_risk() || is_unsaved || is_unkept
    });
    Effect::new(move |before: Option<bool>| {
        let dirty = is_dirty.get();
        if before.unwrap_or_default() != dirty {
            connection::say(&PanelMessage::Dirty { dirty });
        }
        dirty
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sent: u32, is_settled: bool) -> Told {
        let batch_id = Some("b1".to_owned());
        let counts = InviteCounts { total: 3, sent, batch_id, ..InviteCounts::default() };
        Told { counts, is_settled, is_void: false }
    }

    fn kinds(before: Option<&Told>, now: &Told) -> Vec<String> {
        let kind = |message: &PanelMessage| {
            let message = serde_json::to_value(message).unwrap();
            message["type"].as_str().unwrap_or_default().to_owned()
        };
        news(before, now).iter().map(kind).collect()
    }

    #[test]
    fn e18_a_batch_starts_makes_progress_and_is_completed_once() {
        let begun = Told { counts: InviteCounts { total: 3, ..InviteCounts::default() }, ..told(0, false) };
        assert_eq!(kinds(None, &begun), ["invite.started"]);
        assert_eq!(kinds(Some(&begun), &told(1, false)), ["invite.progress"]);
        assert_eq!(kinds(Some(&told(1, false)), &told(1, false)), [""; 0]);
        assert_eq!(kinds(Some(&told(1, false)), &told(3, true)), ["invite.completed"]);
        assert_eq!(kinds(Some(&told(2, true)), &told(3, true)), ["invite.progress"], "a retry later");
        assert_eq!(kinds(None, &told(3, true)), ["invite.started", "invite.completed"], "all at once");
    }

    #[test]
    fn e18_what_was_never_sent_is_no_batch() {
        let void = Told { is_void: true, ..told(0, false) };
        assert_eq!(kinds(None, &void), [""; 0]);
        assert_eq!(kinds(Some(&told(0, false)), &void), [""; 0]);
    }
}
