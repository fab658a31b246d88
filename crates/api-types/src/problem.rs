use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Needed;

/// A failure as RFC 9457 `application/problem+json`.
///
/// `title` and `detail` are English for developers; the app shows its own words for [`Problem::code`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI for the kind of problem: `urn:msi:problem:` and the code.
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The id of the request.
    #[serde(default)]
    pub instance: String,
    #[serde(default)]
    pub code: ProblemCode,
    /// Seconds after which the same request may succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The field of the request body that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The limit that was exceeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// The steps and prerequisites that must be done before this step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Needed>,
}

/// A limit by name and value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limit {
    /// `body_bytes`, `rows_per_chunk`, `rows_per_batch` or `seats`.
    pub name: String,
    pub value: u64,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:tt, $status:literal, $title:literal;)+) => {
        /// The kind of a failure, as a stable name that a client may match on.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[non_exhaustive]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
            /// A code that this version does not know.
            #[default]
            #[serde(rename = "unknown", other)]
            Unknown,
        }

        impl ProblemCode {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+ Self::Unknown];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                    Self::Unknown => "unknown",
                }
            }

            /// The HTTP status that goes with the code.
            pub fn status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)+
                    Self::Unknown => 500,
                }
            }

            /// The English title.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                    Self::Unknown => "Unknown problem",
                }
            }
        }
    };
}

codes! {
    /// The body, a parameter or a header cannot be read at all.
    BadRequest = "bad_request", 400, "The request cannot be read";
    IdempotencyKeyMissing = "idempotency_key_missing", 400, "The Idempotency-Key header is missing or not a UUID";
    /// The request has no session, or the session has ended.
    SignedOut = "signed_out", 401, "Sign in first";
    /// Address and password do not match; deliberately not more precise.
    WrongCredentials = "wrong_credentials", 401, "The address or the password is wrong";
    Forbidden = "forbidden", 403, "This is not yours to do";
    /// The request does not prove that it comes from the app.
    CsrfRefused = "csrf_refused", 403, "The request did not come from the app";
    NotFound = "not_found", 404, "There is nothing here";
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here";
    /// The state of the resource does not allow this.
    Conflict = "conflict", 409, "This is not possible in the present state";
    /// The page acts for another user than the one signed in in this browser now.
    AnotherPerson = "another_person", 409, "Somebody else is signed in now";
    IdempotencyInProgress = "idempotency_in_progress", 409, "A request with the same key is being worked on";
    /// The user may not be removed, deactivated or demoted; `detail` names the [`crate::Protection`].
    UserProtected = "user_protected", 409, "This person cannot be removed";
    /// The address belongs to a member already.
    AlreadyMember = "already_member", 409, "This person is a member already";
    SeatsExhausted = "seats_exhausted", 409, "Every seat is taken";
    /// The batch is sealed, cancelled or refused.
    BatchClosed = "batch_closed", 409, "The batch takes no more rows";
    /// Fewer or more rows were added than the batch expects.
    RowsMissing = "rows_missing", 409, "The batch has not got all its rows";
    /// Chunks come in order; `detail` names the index that is expected.
    ChunkOutOfOrder = "chunk_out_of_order", 409, "An earlier chunk is missing";
    /// The same chunk was sent before with other rows.
    ChunkConflict = "chunk_conflict", 409, "The chunk was sent before with other rows";
    /// Something of that name exists.
    NameTaken = "name_taken", 409, "The name is taken";
    TeamsExhausted = "teams_exhausted", 409, "The account has all the teams it may have";
    /// `Everyone` cannot be changed.
    TeamFixed = "team_fixed", 409, "This team cannot be changed";
    /// Steps of the guide must be done first.
    StepBlocked = "step_blocked", 409, "Other steps must be done first";
    NotConnected = "not_connected", 409, "There is no such connection";
    /// The operator has not configured what this needs; `detail` names it.
    NotConfigured = "not_configured", 409, "The server is not configured for this";
    /// The account has a connection to Marketo already, and only one is possible.
    AlreadyConnected = "already_connected", 409, "There is a connection already";
    /// Only who made the connection may end it.
    NotOwner = "not_owner", 403, "Only its owner may do this";
    /// The workspace was chosen before, and can be chosen only once.
    WorkspaceFixed = "workspace_fixed", 409, "The workspace was chosen before";
    /// One run at a time.
    SyncRunning = "sync_running", 409, "A run is under way";
    /// No administrator has signed in through Salesforce yet, so nobody could sign in any more.
    NobodyWithSalesforce = "nobody_with_salesforce", 409, "No administrator has signed in through Salesforce";
    /// The account takes sign-ins through Salesforce only.
    SalesforceOnly = "salesforce_only", 403, "This account signs in through Salesforce";
    /// The password must be confirmed first.
    PasswordNeeded = "password_needed", 403, "Confirm the password first";
    /// The link was used before.
    LinkUsed = "link_used", 410, "The link was used before";
    LinkExpired = "link_expired", 410, "The link has expired";
    LinkRevoked = "link_revoked", 410, "The link was withdrawn";
    /// The link was never valid, or is truncated.
    LinkInvalid = "link_invalid", 404, "The link is not valid";
    /// Another request changed the resource since it was read.
    Stale = "stale", 412, "It was changed in the meantime";
    PayloadTooLarge = "payload_too_large", 413, "The request is too large";
    UnsupportedMediaType = "unsupported_media_type", 415, "The body must be application/json";
    /// A field has a value that is not allowed; see `field`.
    InvalidField = "invalid_field", 422, "A field is not valid";
    AddressInvalid = "address_invalid", 422, "The address is not valid";
    PasswordTooShort = "password_too_short", 422, "The password is too short";
    PasswordTooLong = "password_too_long", 422, "The password is too long";
    PasswordIsAddress = "password_is_address", 422, "The password is the address";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The key was used for another request";
    /// `If-Match` or the version is missing.
    VersionMissing = "version_missing", 428, "Say which version is changed";
    /// Too many requests; see `retry_after`.
    RateLimited = "rate_limited", 429, "Too many requests";
    /// Too many failed sign-ins for this address; see `retry_after`.
    LockedOut = "locked_out", 429, "Too many failed attempts";
    /// Salesforce or Marketo answered with a failure; `detail` names the [`crate::ConnectionFailure`].
    ProviderFailed = "provider_failed", 502, "The service behind this failed";
    Internal = "internal", 500, "The server failed";
    /// The server is shutting down or cannot reach its database; see `retry_after`.
    Unavailable = "unavailable", 503, "The server is not ready";
    /// Nothing can be written at the moment: the disk is full, broken or read-only. Reading goes on.
    NotStored = "not_stored", 503, "Nothing can be stored at the moment";
    Timeout = "timeout", 504, "The server took too long";
}

impl ProblemCode {
    /// The URI of the kind of problem.
    pub fn uri(self) -> String {
        format!("urn:msi:problem:{}", self.as_str())
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_what_serde_writes_and_unknown_ones_are_read() {
        for code in ProblemCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
        let later: ProblemCode = serde_json::from_str(r#""from_a_later_version""#).unwrap();
        assert_eq!(later, ProblemCode::Unknown);
    }

    #[test]
    fn a_problem_of_another_server_is_read_with_what_it_has() {
        let problem: Problem = serde_json::from_str(r#"{"status": 502}"#).unwrap();
        assert_eq!((problem.status, problem.code), (502, ProblemCode::Unknown));
    }
}
