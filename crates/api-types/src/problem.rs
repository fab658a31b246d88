use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};

use crate::{ConnectionFailure, Needed};

/// A failure as RFC 9457 `application/problem+json`.
///
/// `title` and `detail` are English for developers; the app shows its own words for `code`.
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
    /// Why Salesforce or Marketo failed, for `provider_failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ConnectionFailure>,
}

impl From<ProblemCode> for Problem {
    /// A problem of which only the kind is known.
    fn from(code: ProblemCode) -> Self {
        Self {
            kind: code.uri(),
            title: code.title().to_owned(),
            status: code.status(),
            detail: None,
            instance: String::new(),
            code,
            retry_after: None,
            field: None,
            limit: None,
            missing: Vec::new(),
            failure: None,
        }
    }
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
    ($($(#[$doc:meta])* $name:ident = $status:literal, $title:literal;)+) => {
        /// The kind of a failure, as a stable name that a client may match on.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[derive(Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        #[non_exhaustive]
        pub enum ProblemCode {
            $($(#[$doc])* $name,)+
            /// A code that this version does not know.
            #[default]
            #[serde(other)]
            Unknown,
        }

        impl ProblemCode {
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
    BadRequest = 400, "The request cannot be read";
    IdempotencyKeyMissing = 400, "The Idempotency-Key header is missing or not a UUID";
    /// The request has no session, or the session has ended.
    SignedOut = 401, "Sign in first";
    /// The same, for a page of another site, to which the browser sends no cookie: its user signs in in a window of the
    /// server.
    SignInWindow = 401, "Sign in in the sign-in window first";
    /// The session of a panel has expired: its host gives it another.
    EmbedSessionExpired = 401, "The panel's session has expired";
    /// The API key, or the one by which a panel's session was opened, was revoked.
    ApiKeyRevoked = 401, "The API key was revoked, or has ended";
    /// No API key, or not a genuine one.
    ApiKeyInvalid = 401, "The API key is not valid";
    /// Address and password do not match; deliberately not more precise.
    WrongCredentials = 401, "The address or the password is wrong";
    /// The password is right, and the user has an authenticator app: its code, or a recovery code, is needed, too.
    CodeNeeded = 401, "A code of the authenticator app is needed";
    /// The password is right, and the user has passkeys only: one of them, or a recovery code, is needed.
    PasskeyNeeded = 401, "A passkey or a recovery code is needed";
    /// No passkey of the account, or not a genuine answer.
    PasskeyRefused = 401, "This passkey cannot be used here";
    Forbidden = 403, "You do not have permission to do this";
    /// Through an API key, a role is given that is higher than the key's `grants`.
    RoleBeyondKey = 403, "This API key does not give this role";
    /// The request does not prove that it comes from the app.
    CsrfRefused = 403, "The request did not come from the console";
    NotFound = 404, "This does not exist";
    MethodNotAllowed = 405, "The method is not allowed here";
    /// The state of the resource does not allow this.
    Conflict = 409, "This is not possible in the current state";
    /// The page acts for another user than the one signed in in this browser now.
    AnotherPerson = 409, "Someone else is signed in now";
    IdempotencyInProgress = 409, "A request with the same key is being processed";
    /// The user may not be removed, deactivated or demoted; `detail` names the [`crate::Protection`].
    UserProtected = 409, "This person cannot be removed";
    /// The address belongs to a member already.
    AlreadyMember = 409, "This person is already a member";
    SeatsExhausted = 409, "All seats are taken";
    /// The batch is sealed, cancelled or refused.
    BatchClosed = 409, "The batch accepts no more rows";
    /// Fewer or more rows were added than the batch expects.
    RowsMissing = 409, "The batch does not have all its rows";
    /// A comparison with the account is applied within a day.
    ComparisonExpired = 409, "The comparison has expired";
    /// Chunks come in order; `detail` names the index that is expected.
    ChunkOutOfOrder = 409, "An earlier chunk is missing";
    /// The same chunk was sent before with other rows.
    ChunkConflict = 409, "The chunk was already sent with different rows";
    /// Something of that name exists.
    NameTaken = 409, "The name is already in use";
    /// The account has as many valid API keys as it may have.
    ApiKeysExhausted = 409, "The account has reached its limit of API keys";
    /// The account has as many endpoints of webhooks as it may have.
    WebhooksExhausted = 409, "The account has reached its limit of webhooks";
    TeamsExhausted = 409, "The account has reached its limit of teams";
    /// `Everyone` cannot be changed.
    TeamFixed = 409, "This team cannot be changed";
    /// Steps of the guide must be done first.
    StepBlocked = 409, "Other steps must be completed first";
    NotConnected = 409, "This connection does not exist";
    /// The operator has not configured what this needs; `detail` names it.
    NotConfigured = 409, "The server is not configured for this";
    /// The account has a connection to Marketo already, and only one is possible.
    AlreadyConnected = 409, "The account is already connected";
    /// Only who made the connection may end it.
    NotOwner = 403, "Only the owner can do this";
    /// The workspace was chosen before, and can be chosen only once.
    WorkspaceFixed = 409, "The workspace has already been chosen";
    /// One run at a time.
    SyncRunning = 409, "A run is in progress";
    /// No administrator has signed in through Salesforce yet, so nobody could sign in any more.
    NobodyWithSalesforce = 409, "No administrator has signed in through Salesforce";
    /// The account takes sign-ins through Salesforce only.
    SalesforceOnly = 403, "This account only accepts sign-in through Salesforce";
    /// What outlives the session needs a proof of who the user is, given within the last five minutes. Panels take none.
    ProofNeeded = 403, "Prove who you are first";
    /// The account asks for a second factor, and the user has none yet.
    FactorNeeded = 403, "Add a second factor first";
    /// The account asks for a second factor, and it is the user's last.
    FactorFixed = 409, "The last second factor cannot be removed";
    /// The link was used before.
    LinkUsed = 410, "The link has already been used";
    LinkExpired = 410, "The link has expired";
    LinkRevoked = 410, "The link was revoked";
    /// The link was never valid, or is truncated.
    LinkInvalid = 404, "The link is not valid";
    /// Another request changed the resource since it was read.
    Stale = 412, "Someone else changed this in the meantime";
    PayloadTooLarge = 413, "The request is too large";
    UnsupportedMediaType = 415, "The body must be application/json";
    /// A row, or the options of a batch, name more teams than one person is put into at once.
    TooManyTeams = 422, "Too many teams for one person";
    /// A field has a value that is not allowed; see `field`.
    InvalidField = 422, "A field is not valid";
    AddressInvalid = 422, "The address is not valid";
    PasswordTooShort = 422, "The password is too short";
    PasswordTooLong = 422, "The password is too long";
    /// It is one of the most common, or made of such in a usual way.
    PasswordTooCommon = 422, "The password is easy to guess";
    PasswordIsAddress = 422, "The password must not be the address";
    IdempotencyKeyReused = 422, "The key has already been used for another request";
    /// `If-Match` or the version is missing.
    VersionMissing = 428, "The version to change is missing";
    /// Too many requests; see `retry_after`.
    RateLimited = 429, "Too many requests";
    /// Emails that are sent again, or tried out, have limits of their own: by recipient, by sender and by account.
    MailLimit = 429, "Too many emails for now";
    /// Too many failed sign-ins for this address; see `retry_after`.
    LockedOut = 429, "Too many failed attempts";
    /// Salesforce or Marketo answered with a failure; see `failure`.
    ProviderFailed = 502, "Salesforce or Marketo returned an error";
    Internal = 500, "The server had an internal error";
    /// The server is shutting down or cannot reach its database; see `retry_after`.
    Unavailable = 503, "The server is not ready";
    /// Nothing can be written at the moment: the disk is full, broken or read-only. Reading goes on.
    NotStored = 503, "Nothing can be saved at the moment";
    Timeout = 504, "The server took too long";
}

impl ProblemCode {
    /// The URI of the kind of problem.
    pub fn uri(self) -> String {
        format!("urn:msi:problem:{}", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_a_later_version_is_read_as_unknown() {
        let later: ProblemCode = serde_json::from_str(r#""from_a_later_version""#).unwrap();
        assert_eq!(later, ProblemCode::Unknown);
    }

    #[test]
    fn a_problem_of_another_server_is_read_with_what_it_has() {
        let problem: Problem = serde_json::from_str(r#"{"status": 502}"#).unwrap();
        assert_eq!((problem.status, problem.code), (502, ProblemCode::Unknown));
    }

    #[test]
    fn s2_a_failure_of_a_later_version_leaves_the_problem_readable() {
        let text = r#"{"status": 502, "code": "provider_failed", "failure": "from_a_later_version"}"#;
        let problem: Problem = serde_json::from_str(text).unwrap();
        assert_eq!(problem.code, ProblemCode::ProviderFailed);
        assert_eq!(problem.failure, Some(ConnectionFailure::Unexpected));
    }
}
