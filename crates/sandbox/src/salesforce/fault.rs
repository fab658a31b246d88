//! Errors of the REST API.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::{IntoStaticStr, VariantArray};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:ident, $message:literal;)+) => {
        /// An error code of the REST API, by the text that is sent.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
        #[strum(const_into_str)]
        pub enum ApiCode {
            $($(#[$doc])* #[serde(rename = $text)] #[strum(serialize = $text)] $name,)+
        }

        impl ApiCode {
            /// The HTTP status of the error.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)+ }
            }
        }
    };
}

codes! {
    ApiCurrentlyDisabled = "API_CURRENTLY_DISABLED", FORBIDDEN, "API is disabled for this User";
    AuthenticationFailure = "AUTHENTICATION_FAILURE", UNAUTHORIZED, "Authentication failure";
    ExpiredAccess = "EXPIRED_ACCESS", UNAUTHORIZED, "Access has expired";
    InactiveOrganization = "INACTIVE_ORGANIZATION", FORBIDDEN, "This organization is locked, closed or suspended";
    InactiveUser = "INACTIVE_USER", FORBIDDEN, "User is inactive";
    InvalidGrant = "INVALID_GRANT", BAD_REQUEST, "ip restricted";
    CannotInsertUpdateActivateEntity = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", BAD_REQUEST,
        "An Apex trigger of the org failed";
    CannotUpdateConvertedLead = "CANNOT_UPDATE_CONVERTED_LEAD", BAD_REQUEST, "cannot reference converted lead";
    EntityIsLocked = "ENTITY_IS_LOCKED", BAD_REQUEST, "This record is locked by an approval process";
    FailedWrite = "FAILED_WRITE", BAD_REQUEST, "The record could not be written";
    FieldCustomValidationException = "FIELD_CUSTOM_VALIDATION_EXCEPTION", BAD_REQUEST,
        "A validation rule of the org refused the record";
    FieldFilterValidationException = "FIELD_FILTER_VALIDATION_EXCEPTION", BAD_REQUEST,
        "Value does not exist or does not match filter criteria.";
    FieldIntegrityException = "FIELD_INTEGRITY_EXCEPTION", BAD_REQUEST, "field integrity exception";
    InsertUpdateDeleteNotAllowedDuringMaintenance = "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
        SERVICE_UNAVAILABLE, "The organization is in read-only mode for maintenance";
    InsufficientAccessOnCrossReferenceEntity = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", FORBIDDEN,
        "insufficient access rights on cross-reference id";
    InsufficientAccessOrReadonly = "INSUFFICIENT_ACCESS_OR_READONLY", FORBIDDEN,
        "insufficient access rights on object id";
    InvalidField = "INVALID_FIELD", BAD_REQUEST, "No such column";
    InvalidFieldForInsertUpdate = "INVALID_FIELD_FOR_INSERT_UPDATE", BAD_REQUEST,
        "Unable to create/update fields. Please check the security settings of this field";
    InvalidType = "INVALID_TYPE", BAD_REQUEST, "sObject type is not supported";
    QueryTimeout = "QUERY_TIMEOUT", BAD_REQUEST, "Your query request was running for too long.";
    RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED", FORBIDDEN, "TotalRequests Limit exceeded.";
    RequiredFieldMissing = "REQUIRED_FIELD_MISSING", BAD_REQUEST, "Required fields are missing";
    ServerUnavailable = "SERVER_UNAVAILABLE", SERVICE_UNAVAILABLE,
        "The server is temporarily unavailable, for maintenance or because it is too busy";
    TxnSecurityNoAccess = "TXN_SECURITY_NO_ACCESS", FORBIDDEN,
        "The operation you requested was blocked by a transaction security policy";
    UnableToLockRow = "UNABLE_TO_LOCK_ROW", BAD_REQUEST,
        "unable to obtain exclusive access to this record or 1 records";
    UnknownException = "UNKNOWN_EXCEPTION", INTERNAL_SERVER_ERROR,
        "An unexpected error occurred. Please include this ErrorId if you contact support";
    /// The session of the access token has ended, or never existed.
    InvalidSessionId = "INVALID_SESSION_ID", UNAUTHORIZED, "Session expired or invalid";
    /// The org's edition has no API.
    ApiDisabledForOrg = "API_DISABLED_FOR_ORG", FORBIDDEN, "The REST API is not enabled for this Organization";
    MalformedQuery = "MALFORMED_QUERY", BAD_REQUEST, "unexpected token";
    InvalidQueryLocator = "INVALID_QUERY_LOCATOR", BAD_REQUEST, "invalid query locator";
    NotFound = "NOT_FOUND", NOT_FOUND, "The requested resource does not exist";
    /// The version of the API has been retired.
    UnsupportedApiVersion = "UNSUPPORTED_API_VERSION", GONE, "The requested API version has been retired";
    MethodNotAllowed = "METHOD_NOT_ALLOWED", METHOD_NOT_ALLOWED, "HTTP method not allowed for this resource";
}

/// An error of the REST API: `[{"message", "errorCode"}]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    pub(super) code: ApiCode,
    message: String,
}

impl ApiError {
    pub(super) fn new(code: ApiCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl From<ApiCode> for ApiError {
    fn from(code: ApiCode) -> Self {
        Self::new(code, code.message())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!([{ "message": self.message, "errorCode": self.code.into_str() }]);
        (self.code.status(), Json(body)).into_response()
    }
}
