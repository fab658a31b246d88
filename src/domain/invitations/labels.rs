//! Labels of batches, rows and their outcomes.

use api_types::{
    Batch, BatchRow, BatchSource, BatchState, CancelCode, DeliveryStatus, InvitationStatus, MailTroubleCause,
    RowCode, RowVerdict, full_name,
};
use roster::ProblemCode;

use crate::i18n;
use crate::t;
use crate::ui::{IconName, Tone};

/// A tone of [`crate::ui::Status`] and its symbol.
pub(crate) type Look = (Tone, IconName);

/// The file's name, or its people, or a label for a batch of which neither is known.
pub(crate) fn name(batch: &Batch) -> String {
    if batch.file_name.is_some() || batch.first_people.is_empty() {
        return name_of(batch.file_name.as_deref(), batch.source);
    }
    // Two stand in one line, and of more only the first.
    let people = batch.expected_rows as usize;
    let named = if people > 2 { 1 } else { batch.first_people.len() };
    let more = (people > named).then(|| t!("users.more_people", count = people - named));
    i18n::list(batch.first_people.iter().take(named).cloned().chain(more))
}

pub(crate) fn name_of(file_name: Option<&str>, source: BatchSource) -> String {
    match (file_name, source) {
        (Some(name), _) => name.to_owned(),
        (None, BatchSource::Individual) => t!("batches.individual"),
        (None, BatchSource::Csv) => t!("batches.unnamed"),
    }
}

pub(crate) fn state(batch: &Batch) -> (Look, String) {
    if batch.revoking.is_some() {
        return ((Tone::Busy, IconName::Cross), t!("batches.state_revoking"));
    }
    match batch.state {
        BatchState::Open => ((Tone::Warning, IconName::Clock), t!("batches.state_open")),
        BatchState::Sealed if batch.is_settled() && is_revoked(batch) => {
            ((Tone::Quiet, IconName::Cross), t!("batches.state_revoked"))
        }
        BatchState::Sealed if batch.is_settled() => {
            ((Tone::Success, IconName::Check), t!("batches.state_done"))
        }
        BatchState::Sealed if batch.mail_trouble.is_some() || batch.next_try_at.is_some() => {
            ((Tone::Warning, IconName::Clock), t!("work.waiting"))
        }
        BatchState::Sealed => ((Tone::Busy, IconName::Mail), t!("batches.state_sending")),
        BatchState::Cancelled => ((Tone::Quiet, IconName::Cross), t!("batches.state_cancelled")),
        BatchState::Refused => ((Tone::Failure, IconName::Alert), t!("batches.state_refused")),
    }
}

/// Whether all of its invitations are revoked.
fn is_revoked(batch: &Batch) -> bool {
    batch.revoked > 0 && batch.revoked >= batch.verdicts.ready
}

pub(crate) fn delivery(status: DeliveryStatus) -> (Look, String) {
    match status {
        DeliveryStatus::Queued => ((Tone::Quiet, IconName::Clock), t!("delivery.queued")),
        DeliveryStatus::Sending => ((Tone::Busy, IconName::Mail), t!("delivery.sending")),
        DeliveryStatus::Sent => ((Tone::Success, IconName::Check), t!("delivery.sent")),
        DeliveryStatus::Failed => ((Tone::Failure, IconName::Alert), t!("delivery.failed")),
        DeliveryStatus::Skipped => ((Tone::Quiet, IconName::Twin), t!("delivery.skipped")),
        DeliveryStatus::Cancelled => ((Tone::Quiet, IconName::Cross), t!("delivery.cancelled")),
        DeliveryStatus::Unknown => ((Tone::Warning, IconName::Info), t!("delivery.unknown")),
    }
}

pub(crate) fn verdict(verdict: RowVerdict) -> (Look, String) {
    match verdict {
        RowVerdict::Ready => ((Tone::Success, IconName::Check), t!("verdict.ready")),
        RowVerdict::Member => ((Tone::Quiet, IconName::Person), t!("verdict.member")),
        RowVerdict::Invited => ((Tone::Quiet, IconName::Mail), t!("verdict.invited")),
        RowVerdict::Duplicate => ((Tone::Quiet, IconName::Twin), t!("verdict.duplicate")),
        RowVerdict::OverSeats => ((Tone::Warning, IconName::Users), t!("verdict.over_seats")),
        RowVerdict::Error => ((Tone::Failure, IconName::Alert), t!("verdict.error")),
    }
}

/// The state of an invitation. What became of its mail is said beside it.
pub(crate) fn invitation(status: InvitationStatus) -> String {
    match status {
        InvitationStatus::Pending => t!("batches.invitation_pending"),
        InvitationStatus::Accepted => t!("batches.invitation_accepted"),
        InvitationStatus::Expired => t!("batches.invitation_expired"),
        InvitationStatus::Revoked => t!("batches.invitation_revoked"),
    }
}

/// Why a row is not ready, or its mail was not sent.
pub(crate) fn reason(row: &BatchRow) -> Option<String> {
    reason_of(row.result.delivery, row.result.code)
}

pub(crate) fn reason_of(delivery: DeliveryStatus, code: Option<RowCode>) -> Option<String> {
    match delivery {
        DeliveryStatus::Unknown => Some(row_code(RowCode::MailInterrupted)),
        _ => code.map(row_code),
    }
}

/// Why the mail server takes no mail at all.
pub(crate) fn mail_trouble(cause: MailTroubleCause) -> String {
    match cause {
        MailTroubleCause::Unreachable => t!("mail_trouble.unreachable"),
        MailTroubleCause::Silent => t!("mail_trouble.silent"),
        MailTroubleCause::EncryptionRefused => t!("mail_trouble.encryption_refused"),
        MailTroubleCause::CredentialsRefused => t!("mail_trouble.credentials_refused"),
        MailTroubleCause::Refused => t!("mail_trouble.refused"),
        _ => t!("mail_trouble.other"),
    }
}

/// The row's name of the person; empty where it has none.
pub(crate) fn person(row: &BatchRow) -> String {
    full_name(&row.first_name, &row.last_name)
}

/// What is wrong with an address or a value, and what to do about it.
pub(crate) fn problem(code: ProblemCode) -> String {
    i18n::coded("row_problem", code.name(), &[]).unwrap_or_else(|| code.name().to_owned())
}

/// Why the server has cancelled a batch.
pub(crate) fn cancelled(code: Option<CancelCode>) -> Option<String> {
    code.map(|code| match code {
        CancelCode::RightLost => t!("batches.right_lost"),
        _ => t!("batches.state_cancelled"),
    })
}

/// Why a row of a batch is not ready, or its mail was not sent.
pub(crate) fn row_code(code: RowCode) -> String {
    let name = serde_json::to_value(code).ok();
    let text = name.as_ref().and_then(|name| i18n::coded("row_code", name.as_str()?, &[]));
    text.unwrap_or_else(|| t!("invitation.other_reason"))
}

#[cfg(test)]
mod tests {
    use api_types::DeliveryCounts;

    use super::*;
    use crate::api::batches::tests::batch;

    #[test]
    fn a_batch_without_a_file_is_named_after_its_people() {
        let of = |people: &[&str], rows| Batch {
            first_people: people.iter().map(|name| (*name).to_owned()).collect(),
            expected_rows: rows,
            ..batch(BatchState::Sealed, DeliveryCounts::default())
        };
        assert_eq!(name(&of(&["Ana Ruiz"], 1)), "Ana Ruiz");
        assert_eq!(name(&of(&["Ana Ruiz", "bo@x.example"], 2)), "Ana Ruiz, bo@x.example");
        assert_eq!(
            name(&of(&["Ana Ruiz", "bo@x.example"], 7)),
            format!("Ana Ruiz, {}", t!("users.more_people", count = 6))
        );
        assert_eq!(name(&of(&[], 7)), t!("batches.unnamed"));
        let named = Batch { file_name: Some("people.csv".to_owned()), ..of(&["Ana Ruiz"], 1) };
        assert_eq!(name(&named), "people.csv");
    }

    #[test]
    fn r19_a_batch_is_busy_only_while_mails_move_and_done_only_where_invitations_are_left() {
        let tone = |batch: &Batch| state(batch).0.0;
        let sent = batch(BatchState::Sealed, DeliveryCounts { sent: 2, ..DeliveryCounts::default() });
        assert_eq!(tone(&sent), Tone::Success);
        assert_eq!(tone(&Batch { revoked: 1, ..sent.clone() }), Tone::Success);
        assert_eq!(tone(&Batch { revoked: 2, ..sent }), Tone::Quiet);
        let queued = batch(BatchState::Sealed, DeliveryCounts { queued: 1, ..DeliveryCounts::default() });
        assert_eq!(tone(&queued), Tone::Busy);
        let deferred = Batch { next_try_at: Some(queued.created_at.clone()), ..queued };
        assert_eq!(tone(&deferred), Tone::Warning);
    }
}
