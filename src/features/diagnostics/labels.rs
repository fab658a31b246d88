//! Categories, services and activities in the user's language.

use api_types::{Activity, ErrorCategory, MailTroubleCause, RecentError, Service};

use crate::domain::errors::Code;
use crate::domain::invitations::labels::mail_trouble;
use crate::i18n;
use crate::t;

pub(super) fn category(category: ErrorCategory) -> String {
    match category {
        ErrorCategory::Authentication => t!("diagnostics.authentication"),
        ErrorCategory::AccessValidation => t!("diagnostics.access_validation"),
        ErrorCategory::Intermittent => t!("diagnostics.intermittent"),
        ErrorCategory::Other => t!("diagnostics.other"),
    }
}

pub(super) fn service(service: Service) -> String {
    match service {
        Service::Salesforce => t!("nav.salesforce"),
        Service::Marketo => t!("nav.marketo"),
        Service::Mail => t!("diagnostics.mail_server"),
    }
}

pub(super) fn activity(activity: Activity) -> String {
    match activity {
        Activity::Connecting => t!("diagnostics.connecting"),
        Activity::Checking => t!("diagnostics.checking"),
        Activity::Syncing => t!("diagnostics.syncing"),
        Activity::ListingPeople => t!("diagnostics.listing_people"),
        Activity::VerifyingSetup => t!("diagnostics.verifying_setup"),
        Activity::SendingMail => t!("diagnostics.sending_mail"),
        Activity::ReadingAdmins => t!("diagnostics.reading_admins"),
    }
}

/// What is known about a recent error beyond its code.
pub(super) fn explanation(error: &RecentError) -> Option<String> {
    match error.service {
        Service::Mail => i18n::coded("row_code", &error.code, &[]).or_else(|| of_mail_server(&error.code)),
        Service::Salesforce | Service::Marketo => Code::of(error).map(Code::meaning),
    }
}

/// The mail server took no mail at all.
fn of_mail_server(code: &str) -> Option<String> {
    let cause = serde_json::from_value(code.into()).ok().filter(|cause| *cause != MailTroubleCause::Other);
    cause.map(mail_trouble)
}
