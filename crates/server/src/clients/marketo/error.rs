//! Errors of Marketo.

use api_types::ConnectionFailure;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Why a call to Marketo failed. Calls that could succeed later have been repeated already.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// Client ID and Client Secret are not accepted.
    #[error("Marketo does not accept the client credentials")]
    CredentialsRejected,
    /// No subscription has that Munchkin Account ID.
    #[error("Marketo has no such instance")]
    NoSuchInstance,
    /// The API user may not read people, or the instance does not accept our IP address (603).
    #[error("Marketo denies access (603)")]
    PermissionMissing,
    /// The API user may not read activities (603).
    #[error("Marketo denies access to activities (603)")]
    ActivityPermissionMissing,
    /// The API user may not read users (603).
    #[error("Marketo denies access to users (603)")]
    UserPermissionMissing,
    /// The day's calls are used up (607).
    #[error("Marketo's calls of today are used up (607)")]
    DailyQuota,
    /// The day's megabytes of exports are used up (1029).
    #[error("Marketo's exports of today are used up (1029)")]
    ExportQuota,
    /// The export queue is full (1029).
    #[error("Marketo's queue of exports is full (1029)")]
    QueueFull,
    /// The subscription cannot filter exports like this (1035).
    #[error("Marketo cannot filter exports like this (1035)")]
    FilterUnsupported,
    /// The object does not exist, or no longer (610, 1013).
    #[error("Marketo does not have that (610)")]
    NotFound,
    /// This version of the API is no longer served (HTTP 410).
    #[error("Marketo no longer serves this version of its API (410)")]
    Retired,
    /// Another code of the documentation's list, or an HTTP status.
    #[error("Marketo refused: {message} ({code})")]
    Refused { code: u16, message: String },
    /// Limits, maintenance or a transient failure of Marketo outlasted the retry policy.
    #[error("Marketo is busy ({code})")]
    Overloaded { code: u16 },
    /// Marketo cannot be reached.
    #[error("Marketo does not answer")]
    Unreachable,
    /// The response does not match the documentation.
    #[error("Marketo's answer is not as documented: {0}")]
    Unexpected(&'static str),
}

impl Error {
    /// The code for the list of recent errors: Marketo's number or the HTTP status, if there is one.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::CredentialsRejected => "401".to_owned(),
            Self::NoSuchInstance => "404".to_owned(),
            Self::PermissionMissing | Self::ActivityPermissionMissing | Self::UserPermissionMissing => {
                "603".to_owned()
            }
            Self::DailyQuota => "607".to_owned(),
            Self::ExportQuota | Self::QueueFull => "1029".to_owned(),
            Self::FilterUnsupported => "1035".to_owned(),
            Self::NotFound => "610".to_owned(),
            Self::Retired => "410".to_owned(),
            Self::Refused { code, .. } | Self::Overloaded { code } => code.to_string(),
            Self::Unreachable => "unreachable".to_owned(),
            Self::Unexpected(_) => "unexpected".to_owned(),
        }
    }

    /// The corresponding failure of a connection.
    pub(crate) fn failure(&self) -> ConnectionFailure {
        match self {
            Self::CredentialsRejected => ConnectionFailure::CredentialsRejected,
            Self::PermissionMissing => ConnectionFailure::PermissionMissing,
            Self::ActivityPermissionMissing => ConnectionFailure::ActivityPermissionMissing,
            Self::UserPermissionMissing => ConnectionFailure::UserPermissionMissing,
            Self::DailyQuota | Self::ExportQuota => ConnectionFailure::RequestLimitExceeded,
            Self::NoSuchInstance | Self::Overloaded { .. } | Self::Unreachable => {
                ConnectionFailure::Unreachable
            }
            Self::Retired => ConnectionFailure::ApiRetired,
            Self::QueueFull
            | Self::FilterUnsupported
            | Self::NotFound
            | Self::Refused { .. }
            | Self::Unexpected(_) => ConnectionFailure::Unexpected,
        }
    }
}
