use serde::{Deserialize, Serialize};

use crate::Timestamp;

macro_rules! errors {
    ($($name:ident = $text:literal, $category:ident;)+) => {
        /// A code of Salesforce that the Diagnostics page explains.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum SalesforceError {
            $(#[serde(rename = $text)] $name,)+
        }

        impl SalesforceError {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as Salesforce writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            pub fn category(self) -> ErrorCategory {
                match self { $(Self::$name => ErrorCategory::$category,)+ }
            }

            /// The entry for a code of Salesforce.
            pub fn lookup(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|error| error.as_str() == code)
            }
        }
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCategory {
    Authentication,
    AccessValidation,
    Intermittent,
    Other,
}

errors! {
    ApiCurrentlyDisabled = "API_CURRENTLY_DISABLED", Authentication;
    AuthenticationFailure = "AUTHENTICATION_FAILURE", Authentication;
    ExpiredAccess = "EXPIRED_ACCESS", Authentication;
    InactiveOrganization = "INACTIVE_ORGANIZATION", Authentication;
    InactiveUser = "INACTIVE_USER", Authentication;
    InvalidGrant = "INVALID_GRANT", Authentication;
    CannotInsertUpdateActivateEntity = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", AccessValidation;
    CannotUpdateConvertedLead = "CANNOT_UPDATE_CONVERTED_LEAD", AccessValidation;
    EntityIsLocked = "ENTITY_IS_LOCKED", AccessValidation;
    FailedWrite = "FAILED_WRITE", Intermittent;
    FieldCustomValidationException = "FIELD_CUSTOM_VALIDATION_EXCEPTION", AccessValidation;
    FieldFilterValidationException = "FIELD_FILTER_VALIDATION_EXCEPTION", AccessValidation;
    FieldIntegrityException = "FIELD_INTEGRITY_EXCEPTION", AccessValidation;
    InsertUpdateDeleteNotAllowedDuringMaintenance = "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", Intermittent;
    InsufficientAccessOnCrossReferenceEntity = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", AccessValidation;
    InsufficientAccessOrReadonly = "INSUFFICIENT_ACCESS_OR_READONLY", AccessValidation;
    InvalidField = "INVALID_FIELD", AccessValidation;
    InvalidFieldForInsertUpdate = "INVALID_FIELD_FOR_INSERT_UPDATE", AccessValidation;
    InvalidType = "INVALID_TYPE", AccessValidation;
    QueryTimeout = "QUERY_TIMEOUT", Intermittent;
    RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED", Intermittent;
    RequiredFieldMissing = "REQUIRED_FIELD_MISSING", AccessValidation;
    ServerUnavailable = "SERVER_UNAVAILABLE", Intermittent;
    TxnSecurityNoAccess = "TXN_SECURITY_NO_ACCESS", AccessValidation;
    UnableToLockRow = "UNABLE_TO_LOCK_ROW", Intermittent;
    UnknownException = "UNKNOWN_EXCEPTION", Other;
}

/// A failure that the account met lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecentError {
    pub at: Timestamp,
    pub service: Service,
    /// The code as the service wrote it: one of [`SalesforceError`], a number of Marketo, a status of HTTP.
    pub code: String,
    /// What was being done.
    pub during: Activity,
    /// The request of ours that met it, or that of the service.
    pub request_id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Service {
    Salesforce,
    Marketo,
    Mail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    Connecting,
    Checking,
    Syncing,
    VerifyingSetup,
    SendingMail,
    ReadingAdmins,
}
