//! Codes, services and activities in the user's language.

use api_types::{Activity, ErrorCategory, RecentError, Service};

use super::code::Code;
use crate::i18n;
use crate::t;

/// What a code means.
pub(super) fn meaning(code: Code) -> String {
    of_code(code, "")
}

/// What to do about it.
pub(super) fn fix(code: Code) -> String {
    of_code(code, "_fix")
}

fn of_code(code: Code, what: &str) -> String {
    let group = match code {
        Code::Salesforce(_) => "salesforce_error",
        Code::Marketo(_) => "marketo_error",
    };
    i18n::coded(group, &format!("{}{what}", code.as_str().to_lowercase()), &[]).unwrap_or_default()
}

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
        Activity::VerifyingSetup => t!("diagnostics.verifying_setup"),
        Activity::SendingMail => t!("diagnostics.sending_mail"),
        Activity::ReadingAdmins => t!("diagnostics.reading_admins"),
    }
}

/// What is known about a recent error beyond its code.
pub(super) fn explanation(error: &RecentError) -> Option<String> {
    match error.service {
        Service::Mail => i18n::coded("row_code", &error.code, &[]),
        Service::Salesforce | Service::Marketo => Code::of(error).map(meaning),
    }
}
