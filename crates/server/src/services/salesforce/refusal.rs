//! Refusals by Salesforce, and what they mean for a connection.

use std::time::Duration;

use api_types::{ConnectionFailure, ProblemCode, SalesforceError};

use crate::error::ApiError;
use crate::platform::outbound::RETRY_AFTER_MAX;
use crate::platform::secrets::CannotOpen;

/// An error response of Salesforce, or none at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Salesforce refused: {code}")]
pub(crate) struct Refusal {
    pub(crate) failure: ConnectionFailure,
    /// The code as Diagnostics shows it: one of [`SalesforceError`] where there is one for it, else as Salesforce
    /// wrote it, else the status of HTTP.
    pub(crate) code: String,
    /// How long Salesforce asks to wait.
    retry_after: Option<Duration>,
}

/// Why a request to Salesforce failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Salesforce(#[from] Refusal),
    /// An error of this server.
    #[error(transparent)]
    Own(#[from] ApiError),
}

const SESSION_ENDED: &str = "INVALID_SESSION_ID";
const UNKNOWN_PAGE: &str = "INVALID_QUERY_LOCATOR";
/// Longest text that is taken for a code.
const CODE_MAX: usize = 64;

impl Refusal {
    /// A text that does not look like a code may contain anything, and is not kept.
    fn new(failure: ConnectionFailure, code: impl Into<String>) -> Self {
        let code = code.into();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let is_code = (1..=CODE_MAX).contains(&code.len()) && code.bytes().all(plain);
        let code = if is_code { code } else { SalesforceError::UnknownException.as_str().to_owned() };
        Self { failure, code, retry_after: None }
    }

    pub(super) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        Self { retry_after, ..self }
    }

    /// The least time after which another request may help; `None` where it would not.
    pub(super) fn passes_after(&self) -> Option<Duration> {
        use ConnectionFailure as Failure;
        let passes = matches!(self.failure, Failure::Unreachable | Failure::Maintenance);
        passes.then(|| self.retry_after.unwrap_or_default().min(RETRY_AFTER_MAX))
    }

    /// An OAuth error: of the callback, or of the token endpoint.
    pub(crate) fn oauth(code: &str, description: &str) -> Self {
        use ConnectionFailure as Failure;
        let says = |part: &str| description.to_ascii_lowercase().contains(part);
        match code {
            // The second is how Salesforce's help page spells it.
            "access_denied" | "access-denied" => Self::new(Failure::AccessDenied, "access_denied"),
            // Of External Client Apps.
            "OAUTH_AUTHORIZATION_BLOCKED" => Self::new(Failure::CrossOrg, code),
            "OAUTH_EC_APP_NOT_FOUND" | "app_not_found" => Self::new(Failure::AppNotFound, code),
            "invalid_app_access" => Self::new(Failure::AppAccess, code),
            "invalid_scope" => Self::new(Failure::ScopeMissing, code),
            "OAUTH_APP_BLOCKED" | "OAUTH_APPROVAL_ERROR_GENERIC" | "OAUTH_APP_ACCESS_DENIED" => {
                Self::new(Failure::AppBlocked, code)
            }
            "invalid_client" if says("install") => Self::new(Failure::AppBlocked, code),
            "invalid_client" | "invalid_client_id" | "invalid_client_credentials" => {
                Self::new(Failure::CredentialsRejected, code)
            }
            "LOGIN_ERROR_RESTRICTED_DOMAIN" => Self::new(Failure::RestrictedDomain, code),
            "invalid_grant" if says("ip restricted") => {
                Self::known(Failure::IpRestricted, SalesforceError::InvalidGrant)
            }
            "invalid_grant" if says("authorization code") => {
                Self::known(Failure::CodeExpired, SalesforceError::InvalidGrant)
            }
            "invalid_grant" if says("token") => {
                Self::known(Failure::ExpiredAccess, SalesforceError::ExpiredAccess)
            }
            "invalid_grant" => Self::known(Failure::Unexpected, SalesforceError::InvalidGrant),
            "inactive_user" => Self::known(Failure::InactiveUser, SalesforceError::InactiveUser),
            "inactive_org" => {
                Self::known(Failure::InactiveOrganization, SalesforceError::InactiveOrganization)
            }
            "temporarily_unavailable" | "server_error" => {
                Self::known(Failure::Maintenance, SalesforceError::ServerUnavailable)
            }
            "rate_limit_exceeded" => {
                Self::known(Failure::RequestLimitExceeded, SalesforceError::RequestLimitExceeded)
            }
            _ => Self::new(Failure::Unexpected, code),
        }
    }

    /// An error of the REST API.
    pub(super) fn rest(code: &str) -> Self {
        use ConnectionFailure as Failure;
        let failure = match code {
            "API_CURRENTLY_DISABLED" | "API_DISABLED_FOR_ORG" => Failure::ApiNotEnabled,
            SESSION_ENDED | "EXPIRED_ACCESS" | "AUTHENTICATION_FAILURE" => Failure::ExpiredAccess,
            "INVALID_GRANT" => Failure::IpRestricted,
            "INACTIVE_USER" => Failure::InactiveUser,
            "INACTIVE_ORGANIZATION" | "ORG_LOCKED" => Failure::InactiveOrganization,
            "SERVER_UNAVAILABLE" | "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE" => {
                Failure::Maintenance
            }
            "REQUEST_LIMIT_EXCEEDED" => Failure::RequestLimitExceeded,
            _ => Failure::Unexpected,
        };
        Self::new(failure, code)
    }

    /// A status, where a body says nothing more.
    pub(super) fn status(status: u16) -> Self {
        let failure = match status {
            401 | 403 => ConnectionFailure::ExpiredAccess,
            410 => ConnectionFailure::ApiRetired,
            502 | 504 => ConnectionFailure::Unreachable,
            503 => ConnectionFailure::Maintenance,
            _ => ConnectionFailure::Unexpected,
        };
        Self::new(failure, status.to_string())
    }

    pub(super) fn unreachable() -> Self {
        Self::new(ConnectionFailure::Unreachable, "unreachable")
    }

    /// A response that Salesforce does not document.
    pub(crate) fn unexpected() -> Self {
        Self::known(ConnectionFailure::Unexpected, SalesforceError::UnknownException)
    }

    /// There is no such page of a query, or Salesforce no longer has it.
    pub(super) fn unknown_page() -> Self {
        Self::new(ConnectionFailure::Unexpected, UNKNOWN_PAGE)
    }

    pub(super) fn is_unknown_page(&self) -> bool {
        self.code == UNKNOWN_PAGE
    }

    /// The access token has ended.
    pub(super) fn session_ended() -> Self {
        Self::rest(SESSION_ENDED)
    }

    /// There is no refresh token.
    pub(super) fn expired() -> Self {
        Self::known(ConnectionFailure::ExpiredAccess, SalesforceError::ExpiredAccess)
    }

    pub(super) fn host_not_allowed() -> Self {
        Self::new(ConnectionFailure::HostNotAllowed, "host_not_allowed")
    }

    pub(super) fn other_person() -> Self {
        Self::new(ConnectionFailure::OtherPerson, "other_person")
    }

    fn known(failure: ConnectionFailure, error: SalesforceError) -> Self {
        Self::new(failure, error.as_str())
    }

    /// Whether a new access token may help.
    pub(super) fn ends_session(&self) -> bool {
        self.code == SESSION_ENDED
    }

    /// Whether Salesforce failed, rather than a person deciding something.
    pub(super) fn is_an_error(&self) -> bool {
        use ConnectionFailure as Failure;
        !matches!(self.failure, Failure::AccessDenied | Failure::OtherPerson | Failure::HostNotAllowed)
    }

    /// Whether it is about whose connection it is: over another person's, the org may answer.
    pub(crate) fn is_of_the_person(&self) -> bool {
        use ConnectionFailure as Failure;
        matches!(
            self.failure,
            Failure::ExpiredAccess
                | Failure::InactiveUser
                | Failure::ApiNotEnabled
                | Failure::IpRestricted
                | Failure::AppAccess
                | Failure::AppBlocked
        )
    }

    /// Whether it is about the connection, not about the one request.
    pub(super) fn is_of_the_connection(&self) -> bool {
        self.failure != ConnectionFailure::Unexpected
    }
}

impl From<ProblemCode> for Error {
    fn from(code: ProblemCode) -> Self {
        Self::Own(code.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Own(error.into())
    }
}

impl From<CannotOpen> for Error {
    fn from(error: CannotOpen) -> Self {
        Self::of_ours(&error)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::of_ours(&error)
    }
}

impl Error {
    fn of_ours(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a secret could not be made, sealed or opened");
        Self::Own(ProblemCode::Internal.into())
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Own(error) => error,
            Error::Salesforce(refusal) => Self::provider(refusal.failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ConnectionFailure as Failure;

    #[test]
    fn s2_each_documented_answer_of_oauth_has_its_failure() {
        for (code, description, failure, diagnosed) in [
            ("access_denied", "end-user denied authorization", Failure::AccessDenied, "access_denied"),
            ("access-denied", "end-user denied authorization", Failure::AccessDenied, "access_denied"),
            (
                "OAUTH_AUTHORIZATION_BLOCKED",
                "Cross-org OAuth flows are not supported for this external client app",
                Failure::CrossOrg,
                "OAUTH_AUTHORIZATION_BLOCKED",
            ),
            ("OAUTH_EC_APP_NOT_FOUND", "", Failure::AppNotFound, "OAUTH_EC_APP_NOT_FOUND"),
            ("app_not_found", "", Failure::AppNotFound, "app_not_found"),
            ("invalid_app_access", "", Failure::AppAccess, "invalid_app_access"),
            ("invalid_scope", "", Failure::ScopeMissing, "invalid_scope"),
            ("OAUTH_APP_BLOCKED", "this app is blocked by admin", Failure::AppBlocked, "OAUTH_APP_BLOCKED"),
            ("invalid_client", "app must be installed into org", Failure::AppBlocked, "invalid_client"),
            ("invalid_client", "invalid client credentials", Failure::CredentialsRejected, "invalid_client"),
            ("LOGIN_ERROR_RESTRICTED_DOMAIN", "", Failure::RestrictedDomain, "LOGIN_ERROR_RESTRICTED_DOMAIN"),
            ("invalid_grant", "ip restricted", Failure::IpRestricted, "INVALID_GRANT"),
            ("invalid_grant", "expired authorization code", Failure::CodeExpired, "INVALID_GRANT"),
            ("invalid_grant", "expired access/refresh token", Failure::ExpiredAccess, "EXPIRED_ACCESS"),
            ("inactive_user", "user is inactive", Failure::InactiveUser, "INACTIVE_USER"),
            ("inactive_org", "", Failure::InactiveOrganization, "INACTIVE_ORGANIZATION"),
            ("temporarily_unavailable", "", Failure::Maintenance, "SERVER_UNAVAILABLE"),
            ("something_new", "", Failure::Unexpected, "something_new"),
        ] {
            let refusal = Refusal::oauth(code, description);
            assert_eq!(
                (refusal.failure, refusal.code.as_str()),
                (failure, diagnosed),
                "{code} {description}"
            );
        }
    }

    #[test]
    fn s8_what_does_not_look_like_a_code_is_not_kept() {
        for bad in ["", "ana@example.com", "two words", "a\r\nb", &"x".repeat(65)] {
            let unknown = Refusal::new(Failure::Unexpected, "UNKNOWN_EXCEPTION");
            assert_eq!(Refusal::oauth(bad, ""), unknown, "{bad}");
            assert_eq!(Refusal::rest(bad), unknown, "{bad}");
        }
    }

    #[test]
    fn s2_each_documented_code_of_the_api_has_its_failure() {
        for (code, failure) in [
            ("API_CURRENTLY_DISABLED", Failure::ApiNotEnabled),
            ("API_DISABLED_FOR_ORG", Failure::ApiNotEnabled),
            ("INVALID_SESSION_ID", Failure::ExpiredAccess),
            ("SERVER_UNAVAILABLE", Failure::Maintenance),
            ("REQUEST_LIMIT_EXCEEDED", Failure::RequestLimitExceeded),
            ("INACTIVE_ORGANIZATION", Failure::InactiveOrganization),
            ("QUERY_TIMEOUT", Failure::Unexpected),
        ] {
            assert_eq!(Refusal::rest(code), Refusal::new(failure, code));
        }
    }
}
