//! Texts of works, whatever kind they are of.

use api_types::{BatchSource, MemberAction, Work, WorkState, WorkSubject};

use crate::domain::navigation::{ConfigTab, Route};
use crate::t;
use crate::ui::{IconName, Tone};

pub(crate) fn name(work: &Work) -> String {
    let file = work.file_name.as_deref();
    match (&work.subject, file) {
        (WorkSubject::Invitations { source: BatchSource::Individual, .. }, None) => t!("sending.name_typed"),
        (WorkSubject::Invitations { .. }, file) => {
            t!("sending.name_file", file = file.map_or_else(|| t!("batches.unnamed"), str::to_owned))
        }
        (WorkSubject::MemberChanges { action, .. }, file) => {
            let label = match action {
                MemberAction::Update => t!("work.update"),
                MemberAction::Deactivate => t!("work.deactivate"),
                MemberAction::Reactivate => t!("work.reactivate"),
            };
            labelled(label, file.map_or_else(|| t!("batches.unnamed"), str::to_owned))
        }
        (WorkSubject::Sync { .. }, _) => t!("actions_config.field_sync"),
    }
}

fn labelled(label: String, text: String) -> String {
    t!("common.labelled", label = label, text = text)
}

/// Tone, symbol and word of the state, for [`crate::ui::Status`].
pub(crate) fn state(work: &Work) -> (Tone, IconName, String) {
    let (tone, icon) = look(work);
    let word = match (&work.subject, work.state) {
        (WorkSubject::Sync { .. }, WorkState::Preparing) => t!("field_sync.state_preparing"),
        (WorkSubject::Sync { .. }, WorkState::Running) => t!("field_sync.state_running"),
        (WorkSubject::Sync { .. }, WorkState::Completed) => t!("field_sync.state_completed"),
        (WorkSubject::Sync { .. }, WorkState::Cancelled) => t!("field_sync.state_cancelled"),
        (WorkSubject::MemberChanges { .. }, WorkState::Running) => t!("changes.state_applying"),
        (WorkSubject::MemberChanges { .. }, WorkState::Completed) => t!("changes.state_applied"),
        (WorkSubject::MemberChanges { .. }, WorkState::Cancelled) => t!("changes.state_cancelled"),
        (WorkSubject::MemberChanges { .. }, WorkState::Undoing) => t!("changes.state_undoing"),
        (WorkSubject::Invitations { .. }, WorkState::Undoing) => t!("batches.state_revoking"),
        (WorkSubject::Invitations { .. }, WorkState::Undone) => t!("batches.revoked"),
        (_, WorkState::Receiving) => t!("batches.state_open"),
        (_, WorkState::Preparing) => t!("sending.preparing"),
        (_, WorkState::Running) => t!("batches.state_sending"),
        (_, WorkState::Waiting) => t!("work.waiting"),
        (_, WorkState::Paused) => t!("sending.paused"),
        (_, WorkState::Undoing) => t!("changes.state_undoing"),
        (_, WorkState::Completed) => t!("batches.state_done"),
        (_, WorkState::Undone) => t!("changes.state_undone"),
        (_, WorkState::Cancelled) => t!("batches.state_cancelled"),
        (_, WorkState::Refused) => t!("batches.state_refused"),
        (_, WorkState::Failed) => t!("field_sync.state_failed"),
    };
    (tone, icon, word)
}

fn look(work: &Work) -> (Tone, IconName) {
    match work.state {
        WorkState::Receiving => (Tone::Warning, IconName::Clock),
        WorkState::Preparing | WorkState::Running => (Tone::Busy, IconName::Clock),
        WorkState::Waiting => (Tone::Warning, IconName::Clock),
        WorkState::Paused => (Tone::Warning, IconName::Pause),
        WorkState::Undoing => (Tone::Busy, IconName::Undo),
        WorkState::Completed if work.trouble > 0 => (Tone::Warning, IconName::Alert),
        WorkState::Completed => (Tone::Success, IconName::Check),
        WorkState::Undone => (Tone::Quiet, IconName::Undo),
        WorkState::Cancelled => (Tone::Quiet, IconName::Cross),
        WorkState::Refused | WorkState::Failed => (Tone::Failure, IconName::Alert),
    }
}

/// How far it is, or was when it ended.
pub(crate) fn how_far(work: &Work) -> String {
    let (done, total) = (work.done, work.total.unwrap_or_default());
    match (&work.subject, work.state) {
        (WorkSubject::Sync { .. }, _) if total == 0 => t!("field_sync.counting_read", count = done),
        (WorkSubject::Sync { .. }, _) => t!("field_sync.read_of", done = done, total = total),
        (WorkSubject::MemberChanges { .. }, _) => t!("changes.progress", done = done, total = total),
        (WorkSubject::Invitations { .. }, WorkState::Receiving) => {
            t!("work.rows", done = done, total = total)
        }
        (WorkSubject::Invitations { .. }, WorkState::Undoing | WorkState::Undone) => {
            t!("batches.revoking_text", done = done, total = total)
        }
        (WorkSubject::Invitations { .. }, _) => t!("batches.progress_text", done = done, total = total),
    }
}

/// What did not succeed.
pub(crate) fn trouble(work: &Work) -> Option<String> {
    (work.trouble > 0).then(|| t!("work.trouble", count = work.trouble))
}

/// How it ended, as a notice.
pub(crate) fn ending(work: &Work) -> (Tone, String) {
    let (tone, _, word) = state(work);
    // A notice of trouble stays until it is closed.
    let tone = if tone == Tone::Warning { Tone::Failure } else { tone };
    let said = [word, how_far(work)].into_iter().chain(trouble(work)).collect::<Vec<_>>();
    (tone, labelled(name(work), said.join(" · ")))
}

/// The link to the screen that shows it in full.
pub(crate) fn href(subject: &WorkSubject) -> String {
    match subject {
        WorkSubject::Invitations { id, .. } => Route::Batch(id.clone()).href(),
        WorkSubject::MemberChanges { id, .. } => Route::MemberChange(id.clone()).href(),
        WorkSubject::Sync { .. } => ConfigTab::Sync.card_href(),
    }
}
