use api_types::{
    ConnectionFailure, FieldOrigin, PersonField, SkipReason, SyncFailure, SyncKind, SyncOutcome,
    SyncProblemCode, SyncRun, SyncWait,
};

use crate::api::connection_failure;
use crate::i18n;
use crate::t;

/// What happened and what to do.
pub(super) fn failure(failure: SyncFailure) -> String {
    match failure {
        SyncFailure::MarketoDisconnected => t!("field_sync.failure_marketo_disconnected"),
        SyncFailure::DailyQuota => t!("field_sync.failure_daily_quota"),
        SyncFailure::ExportQuota => t!("field_sync.failure_export_quota"),
        SyncFailure::QueueFull => t!("field_sync.failure_queue_full"),
        SyncFailure::PermissionMissing => t!("field_sync.failure_permission_missing"),
        SyncFailure::ActivityPermissionMissing => {
            let of_connection = ConnectionFailure::ActivityPermissionMissing;
            i18n::sentences([
                connection_failure::message(of_connection),
                connection_failure::fix(of_connection),
            ])
        }
        SyncFailure::Unreachable => t!("field_sync.failure_unreachable"),
        SyncFailure::FieldsMissing => t!("field_sync.failure_fields_missing"),
        SyncFailure::ChangesTooOld => t!("field_sync.failure_changes_too_old"),
        SyncFailure::ApiRetired => t!("field_sync.failure_api_retired"),
        SyncFailure::DiskFailed => t!("field_sync.failure_disk_failed"),
        SyncFailure::Unexpected => t!("field_sync.failure_unexpected"),
    }
}

/// What a run waits for, and until when.
pub(super) fn waiting(wait: &SyncWait) -> String {
    let time = i18n::date_time(wait.until.as_str());
    match wait.failure {
        SyncFailure::DiskFailed => t!("field_sync.waiting_for_disk", time = time),
        SyncFailure::QueueFull => t!("field_sync.waiting_for_queue", time = time),
        _ => t!("field_sync.waiting", time = time),
    }
}

pub(super) fn skip_reason(reason: SkipReason) -> String {
    match reason {
        SkipReason::NotInSalesforce => t!("field_sync.skip_not_in_salesforce"),
        SkipReason::NoSalesforceOwner => t!("field_sync.skip_no_salesforce_owner"),
        SkipReason::NoEmail => t!("field_sync.skip_no_email"),
        SkipReason::OverLimit => t!("field_sync.skip_over_limit"),
    }
}

pub(super) fn problem(code: SyncProblemCode) -> String {
    match code {
        SyncProblemCode::EmailInvalid => t!("field_sync.problem_email_invalid"),
        SyncProblemCode::ValueTooLong => t!("field_sync.problem_value_too_long"),
        SyncProblemCode::Unreadable => t!("field_sync.problem_unreadable"),
    }
}

pub(super) fn kind(kind: SyncKind) -> String {
    match kind {
        SyncKind::Full => t!("field_sync.kind_full"),
        SyncKind::Incremental => t!("field_sync.kind_incremental"),
    }
}

pub(super) fn outcome(outcome: SyncOutcome) -> String {
    match outcome {
        SyncOutcome::Created => t!("field_sync.outcome_created"),
        SyncOutcome::Updated => t!("field_sync.outcome_updated"),
        SyncOutcome::Unchanged => t!("field_sync.outcome_unchanged"),
    }
}

pub(super) fn origin(origin: FieldOrigin) -> String {
    match origin {
        FieldOrigin::Marketo => t!("field_sync.origin_marketo"),
        FieldOrigin::Salesforce => t!("field_sync.origin_salesforce"),
        FieldOrigin::Sync => t!("field_sync.origin_sync"),
    }
}

/// Which fields stay empty.
pub(super) fn fields_missing(fields: &[PersonField]) -> String {
    t!("field_sync.fields_missing", fields = i18n::list(fields.iter().copied().map(field)))
}

pub(super) fn field(field: PersonField) -> String {
    match field {
        PersonField::FirstName => t!("person_field.first_name"),
        PersonField::LastName => t!("person_field.last_name"),
        PersonField::SalesforceContactId => t!("person_field.salesforce_contact_id"),
        PersonField::SalesforceLeadId => t!("person_field.salesforce_lead_id"),
        PersonField::SalesforceAccountId => t!("person_field.salesforce_account_id"),
        PersonField::SalesforceOpportunityId => t!("person_field.salesforce_opportunity_id"),
        PersonField::MarketoId => t!("person_field.marketo_id"),
        PersonField::Company => t!("person_field.company"),
        PersonField::Title => t!("person_field.title"),
        PersonField::Email => t!("person_field.email"),
        PersonField::PhoneNumber => t!("person_field.phone_number"),
        PersonField::LinkedinUrl => t!("person_field.linkedin_url"),
        PersonField::Source => t!("person_field.source"),
    }
}

/// A remaining time, as precisely as it can be known.
pub(super) fn time_left(seconds: u64) -> String {
    match seconds {
        0..60 => t!("field_sync.left_moment"),
        60..7_200 => t!("field_sync.left_minutes", count = seconds.div_ceil(60)),
        _ => t!("field_sync.left_hours", count = seconds.div_ceil(3_600)),
    }
}

/// The people that a run skipped, for any reason.
pub(super) fn skipped(run: &SyncRun) -> u64 {
    run.skipped.iter().map(|skip| skip.people).sum()
}
