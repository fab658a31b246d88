//! Why a connection to Salesforce or Marketo failed, in the user's language.

use api_types::ConnectionFailure;

use crate::t;

/// What happened.
pub(crate) fn message(failure: ConnectionFailure) -> String {
    match failure {
        ConnectionFailure::AccessDenied => t!("connection_failure.access_denied"),
        ConnectionFailure::Closed => t!("connection_failure.closed"),
        ConnectionFailure::FlowExpired => t!("connection_failure.flow_expired"),
        ConnectionFailure::CodeExpired => t!("connection_failure.code_expired"),
        ConnectionFailure::AppBlocked => t!("connection_failure.app_blocked"),
        ConnectionFailure::CrossOrg => t!("connection_failure.cross_org"),
        ConnectionFailure::AppNotFound => t!("connection_failure.app_not_found"),
        ConnectionFailure::AppAccess => t!("connection_failure.app_access"),
        ConnectionFailure::ScopeMissing => t!("connection_failure.scope_missing"),
        ConnectionFailure::ApiNotEnabled => t!("connection_failure.api_not_enabled"),
        ConnectionFailure::RestrictedDomain => t!("connection_failure.restricted_domain"),
        ConnectionFailure::IpRestricted => t!("connection_failure.ip_restricted"),
        ConnectionFailure::InactiveUser => t!("connection_failure.inactive_user"),
        ConnectionFailure::InactiveOrganization => t!("connection_failure.inactive_organization"),
        ConnectionFailure::Maintenance => t!("connection_failure.maintenance"),
        ConnectionFailure::ExpiredAccess => t!("connection_failure.expired_access"),
        ConnectionFailure::RequestLimitExceeded => t!("connection_failure.request_limit_exceeded"),
        ConnectionFailure::HostNotAllowed => t!("connection_failure.host_not_allowed"),
        ConnectionFailure::OtherPerson => t!("connection_failure.other_person"),
        ConnectionFailure::CredentialsRejected => t!("connection_failure.credentials_rejected"),
        ConnectionFailure::PermissionMissing => t!("connection_failure.permission_missing"),
        ConnectionFailure::ActivityPermissionMissing => t!("connection_failure.activity_permission_missing"),
        ConnectionFailure::UserPermissionMissing => t!("connection_failure.user_permission_missing"),
        ConnectionFailure::ApiRetired => t!("connection_failure.api_retired"),
        ConnectionFailure::Unreachable => t!("connection_failure.unreachable"),
        ConnectionFailure::Unexpected => t!("connection_failure.unexpected"),
    }
}

/// What to do about it.
pub(crate) fn fix(failure: ConnectionFailure) -> String {
    match failure {
        ConnectionFailure::AccessDenied => t!("connection_failure.access_denied_fix"),
        ConnectionFailure::Closed => t!("connection_failure.closed_fix"),
        ConnectionFailure::FlowExpired => t!("connection_failure.flow_expired_fix"),
        ConnectionFailure::CodeExpired => t!("connection_failure.code_expired_fix"),
        ConnectionFailure::AppBlocked => t!("connection_failure.app_blocked_fix"),
        ConnectionFailure::CrossOrg => t!("connection_failure.cross_org_fix"),
        ConnectionFailure::AppNotFound => t!("connection_failure.app_not_found_fix"),
        ConnectionFailure::AppAccess => t!("connection_failure.app_access_fix"),
        ConnectionFailure::ScopeMissing => t!("connection_failure.scope_missing_fix"),
        ConnectionFailure::ApiNotEnabled => t!("connection_failure.api_not_enabled_fix"),
        ConnectionFailure::RestrictedDomain => t!("connection_failure.restricted_domain_fix"),
        ConnectionFailure::IpRestricted => t!("connection_failure.ip_restricted_fix"),
        ConnectionFailure::InactiveUser => t!("connection_failure.inactive_user_fix"),
        ConnectionFailure::InactiveOrganization => t!("connection_failure.inactive_organization_fix"),
        ConnectionFailure::Maintenance => t!("connection_failure.maintenance_fix"),
        ConnectionFailure::ExpiredAccess => t!("connection_failure.expired_access_fix"),
        ConnectionFailure::RequestLimitExceeded => t!("connection_failure.request_limit_exceeded_fix"),
        ConnectionFailure::HostNotAllowed => t!("connection_failure.host_not_allowed_fix"),
        ConnectionFailure::OtherPerson => t!("connection_failure.other_person_fix"),
        ConnectionFailure::CredentialsRejected => t!("connection_failure.credentials_rejected_fix"),
        ConnectionFailure::PermissionMissing => t!("connection_failure.permission_missing_fix"),
        ConnectionFailure::ActivityPermissionMissing => {
            t!("connection_failure.activity_permission_missing_fix")
        }
        ConnectionFailure::UserPermissionMissing => t!("connection_failure.user_permission_missing_fix"),
        ConnectionFailure::ApiRetired => t!("connection_failure.api_retired_fix"),
        ConnectionFailure::Unreachable => t!("connection_failure.unreachable_fix"),
        ConnectionFailure::Unexpected => t!("connection_failure.unexpected_fix"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_every_failure_has_a_message_and_a_fix_of_its_own() {
        for failure in ConnectionFailure::ALL {
            // Without texts, a text is its key; the build compares the keys of all languages.
            assert_eq!(message(failure), format!("connection_failure.{}", failure.as_str()));
            assert_eq!(fix(failure), format!("connection_failure.{}_fix", failure.as_str()));
        }
    }
}
