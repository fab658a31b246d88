//! Texts of batches, verdicts and values.

use api_types::{
    MemberAction, MemberChange, MemberChangeBatch, MemberChangeCode, MemberChangeState, MemberUndo,
    MemberValues, MemberVerdict, Protection, RowCode,
};

use crate::domain::invitations::labels::row_code;
use crate::domain::people;
use crate::t;
use crate::term;
use crate::ui::{IconName, Tone};

/// A tone of [`crate::ui::Status`] and its symbol.
type Look = (Tone, IconName);

pub(super) fn name(batch: &MemberChangeBatch) -> String {
    batch.file_name.clone().unwrap_or_else(|| t!("batches.unnamed"))
}

pub(super) fn action(action: MemberAction) -> String {
    match action {
        MemberAction::Update => t!("changes.update"),
        MemberAction::Deactivate => t!("changes.deactivate"),
        MemberAction::Reactivate => t!("changes.reactivate"),
    }
}

pub(super) fn state(state: MemberChangeState) -> (Look, String) {
    match state {
        MemberChangeState::Open => ((Tone::Warning, IconName::Clock), t!("changes.state_open")),
        MemberChangeState::Applying => ((Tone::Busy, IconName::Person), t!("changes.state_applying")),
        MemberChangeState::Applied => ((Tone::Success, IconName::Check), t!("changes.state_applied")),
        MemberChangeState::Cancelled => ((Tone::Quiet, IconName::Cross), t!("changes.state_cancelled")),
        MemberChangeState::Undoing => ((Tone::Busy, IconName::Undo), t!("changes.state_undoing")),
        MemberChangeState::Undone => ((Tone::Quiet, IconName::Undo), t!("changes.state_undone")),
    }
}

pub(super) fn verdict(verdict: MemberVerdict) -> (Look, String) {
    match verdict {
        MemberVerdict::Change => ((Tone::Success, IconName::Check), t!("changes.verdict_change")),
        MemberVerdict::Unchanged => ((Tone::Quiet, IconName::Twin), t!("changes.verdict_unchanged")),
        MemberVerdict::NotMember => ((Tone::Warning, IconName::Person), t!("changes.verdict_not_member")),
        MemberVerdict::NotAllowed => ((Tone::Failure, IconName::Cross), t!("changes.verdict_not_allowed")),
        MemberVerdict::Duplicate => ((Tone::Quiet, IconName::Twin), t!("verdict.duplicate")),
        MemberVerdict::OverSeats => ((Tone::Warning, IconName::Users), t!("verdict.over_seats")),
        MemberVerdict::Error => ((Tone::Failure, IconName::Alert), t!("verdict.error")),
    }
}

pub(super) fn undo(undo: MemberUndo) -> (Look, String) {
    match undo {
        MemberUndo::Restored => ((Tone::Success, IconName::Undo), t!("changes.undo_restored")),
        MemberUndo::Partly => ((Tone::Warning, IconName::Undo), t!("changes.undo_partly")),
        MemberUndo::Left => ((Tone::Warning, IconName::Alert), t!("changes.undo_left")),
    }
}

/// Why a row changes nothing, was not carried out, or was left when the batch was undone.
pub(super) fn reason(row: &MemberChange, state: MemberChangeState) -> Option<String> {
    let is_over = matches!(
        state,
        MemberChangeState::Applied
            | MemberChangeState::Cancelled
            | MemberChangeState::Undoing
            | MemberChangeState::Undone
    );
    if is_over && row.verdict == MemberVerdict::Change && !row.applied {
        return Some(t!("changes.not_applied"));
    }
    let name = row.detail.as_deref().unwrap_or_default();
    row.undo_code.or(row.code).map(|code| match code {
        MemberChangeCode::AddressInvalid => t!("changes.reason_address_invalid"),
        MemberChangeCode::UnknownRole => t!("changes.reason_unknown_role", name = name),
        MemberChangeCode::RoleBeyondKey => row_code(RowCode::RoleBeyondKey),
        MemberChangeCode::UnknownTeam => t!("changes.reason_unknown_team", name = name),
        MemberChangeCode::UnknownWorkspace => t!("changes.reason_unknown_workspace", name = name),
        MemberChangeCode::Invited => t!("changes.reason_invited"),
        MemberChangeCode::Yourself => people::protection_reason(Protection::Yourself),
        MemberChangeCode::LastAdmin => people::protection_reason(Protection::LastAdmin),
        MemberChangeCode::OriginalUser => people::protection_reason(Protection::OriginalUser),
        MemberChangeCode::MarketoOwner => people::protection_reason(Protection::MarketoOwner),
        MemberChangeCode::ChangedSince => t!("changes.reason_changed_since"),
        MemberChangeCode::Removed => t!("changes.reason_removed"),
        MemberChangeCode::SeatsExhausted => t!("changes.reason_seats_exhausted"),
        _ => t!("changes.reason_other"),
    })
}

/// Each value that changes: from what to what.
pub(super) fn changes(row: &MemberChange) -> Vec<String> {
    let (before, after) = (values(&row.before), values(&row.after));
    before
        .into_iter()
        .zip(after)
        .filter_map(|((field, from), (_, to))| {
            Some(t!("changes.from_to", field = field, from = from?, to = to?))
        })
        .collect()
}

fn values(values: &MemberValues) -> [(String, Option<String>); 4] {
    let teams = |teams: &Vec<String>| match teams.is_empty() {
        true => t!("team.everyone"),
        false => people::teams(teams),
    };
    [
        (term!("field.role").into_text(), values.role.map(|role| people::role(role).into_text())),
        (term!("field.teams").into_text(), values.teams.as_ref().map(teams)),
        (term!("field.workspace").into_text(), values.workspace.as_deref().map(people::workspace)),
        (term!("field.status").into_text(), values.status.map(|status| people::status(status).into_text())),
    ]
}
