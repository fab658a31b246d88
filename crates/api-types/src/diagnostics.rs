use serde::{Deserialize, Serialize};

use crate::Timestamp;

macro_rules! errors {
    ($(#[$about:meta])* $catalogue:ident of $service:literal; $($name:ident = $text:tt, $category:ident;)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $catalogue {
            $(#[serde(rename = $text)] $name,)+
        }

        impl $catalogue {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            #[doc = concat!("The code as ", $service, " writes it.")]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            pub fn category(self) -> ErrorCategory {
                match self { $(Self::$name => ErrorCategory::$category,)+ }
            }

            #[doc = concat!("The entry for a code of ", $service, ".")]
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
    /// A code of Salesforce that the Diagnostics page explains.
    SalesforceError of "Salesforce";

    ApiCurrentlyDisabled = "API_CURRENTLY_DISABLED", Authentication;
    AppAccess = "invalid_app_access", Authentication;
    AppNotFound = "app_not_found", Authentication;
    AuthenticationFailure = "AUTHENTICATION_FAILURE", Authentication;
    CrossOrg = "OAUTH_AUTHORIZATION_BLOCKED", Authentication;
    EcAppNotFound = "OAUTH_EC_APP_NOT_FOUND", Authentication;
    InvalidScope = "invalid_scope", Authentication;
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

errors! {
    /// A number of Marketo, or an HTTP status that it answers with, that the Diagnostics page explains.
    MarketoError of "Marketo";

    Unauthorized = "401", Authentication;
    NoSuchInstance = "404", Authentication;
    ApiRetired = "410", Other;
    RequestTooLarge = "413", Other;
    AddressTooLong = "414", Other;
    InternalError = "500", Intermittent;
    BadGateway = "502", Intermittent;
    ServiceUnavailable = "503", Intermittent;
    TokenInvalid = "601", Authentication;
    TokenExpired = "602", Authentication;
    AccessDenied = "603", AccessValidation;
    TimeOut = "604", Intermittent;
    RateLimit = "606", Intermittent;
    DailyQuota = "607", Intermittent;
    ApiUnavailable = "608", Intermittent;
    InvalidJson = "609", Other;
    NotFound = "610", AccessValidation;
    SystemError = "611", Intermittent;
    InvalidContentType = "612", Other;
    InvalidSubscription = "614", Intermittent;
    ConcurrencyLimit = "615", Intermittent;
    ValueMissing = "701", AccessValidation;
    NoData = "702", AccessValidation;
    FeatureNotEnabled = "703", AccessValidation;
    InvalidDate = "704", AccessValidation;
    BusinessRule = "709", AccessValidation;
    TransientError = "713", Intermittent;
    InvalidData = "1003", AccessValidation;
    FieldNotFound = "1006", AccessValidation;
    ObjectNotFound = "1013", AccessValidation;
    ExportLimit = "1029", Intermittent;
    UnsupportedFilter = "1035", AccessValidation;
}

/// A recent failure of another service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecentError {
    pub at: Timestamp,
    pub service: Service,
    /// The code as the service wrote it: one of Salesforce's or Marketo's, another number, or an HTTP status.
    pub code: String,
    /// The activity that failed.
    pub during: Activity,
    /// The id of the request during which it failed, or the service's own request id.
    pub request_id: String,
    /// Whether the same has succeeded since.
    #[serde(default)]
    pub is_solved: bool,
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
    ListingPeople,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_has_its_own_codes() {
        assert_eq!(SalesforceError::ALL.len(), 31);
        assert_eq!(MarketoError::lookup("607"), Some(MarketoError::DailyQuota));
        for error in MarketoError::ALL {
            assert!(error.as_str().parse::<u16>().is_ok(), "{error:?}");
            assert_eq!(MarketoError::lookup(error.as_str()), Some(*error));
            assert_eq!(SalesforceError::lookup(error.as_str()), None);
        }
    }
}
