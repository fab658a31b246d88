use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{ApiKeyId, Timestamp, UserId};

/// An action of a person, or of the server, on the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    pub id: String,
    /// Its number among all events of the account, which are counted without gaps.
    pub number: u64,
    pub at: Timestamp,
    pub actor_kind: ActorKind,
    /// Name or address of the person, or the name of the key; empty for the server itself.
    pub actor: String,
    /// The user who did it; absent for the server, for keys, and once they are removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<UserId>,
    /// The API key through which it was done, or that did it, and its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<ApiKeyId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_name: Option<String>,
    pub action: AuditAction,
    /// Whom or what it was done to: an address, a team, a file name, an org.
    pub subject: String,
    /// The user to whom it was done, if it was done to one, and by another; absent once they are removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<UserId>,
    pub request_id: String,
    /// The address that the request came from; absent where it was no request, and once the person who did it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What was changed from what to what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<AuditChange>,
    /// Whether it still says what the server wrote.
    pub integrity: AuditIntegrity,
    /// Whether the operator has put a pseudonym in the place of a person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

/// A change of one field. What is secret has neither value: only that it was changed is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditChange {
    pub field: AuditField,
    /// As a code of the contract or as text; absent where there was nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What a change is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AuditField {
    /// `admin` or `user`.
    Role,
    /// The names of personas, with commas between them.
    Personas,
    FirstName,
    LastName,
    /// The address that an invitation goes to.
    Email,
    /// `active` or `deactivated`.
    Status,
    /// The name of a workspace.
    Workspace,
    WorkspaceName,
    TeamName,
    /// The name of a team that is left (`from`) or joined (`to`).
    Team,
    Password,
    LoginManagement,
    FactorsNeededFrom,
    GraceDays,
    /// The Salesforce org: its id.
    Org,
    SalesforceUser,
    /// The host of the Salesforce org.
    Host,
    EmailActivity,
    BccAddress,
    TaskSync,
    MunchkinAccountId,
    ClientId,
    ClientSecret,
    PollingMinutes,
    /// By its address.
    OriginalUser,
    /// Of an API key, with spaces between them.
    Origins,
    Flows,
    KeyRole,
    KeyGrants,
    KeyEnds,
    /// Whether something of the set-up is ticked: `yes`.
    Ticked,
    /// The last number among the events that were deleted for their age.
    DeletedTo,
    /// The format of an export of the audit log: `json_lines` or `csv`.
    Format,
    /// Of an endpoint of webhooks, without its path and query, which may be secret.
    WebhookUrl,
    WebhookDescription,
    /// The types of events, with spaces between them.
    WebhookTypes,
    WebhookState,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Whether an event still says what the server wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AuditIntegrity {
    /// It does.
    Unchanged,
    /// It was changed outside of the server.
    Changed,
    /// The key by which that could be told is not there.
    KeyMissing,
    /// It is of before the server made codes, and has none yet.
    NoCode,
}

/// Numbers of events that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditNumbers {
    pub first: u64,
    pub last: u64,
}

/// Whether the numbers of events are whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditNumbering {
    /// The last number that was given; 0 where there is no event.
    pub last: u64,
    /// Events that were deleted for their age.
    pub deleted: Vec<AuditNumbers>,
    /// Events that are said to have been deleted for their age, which cannot be proven, as the key is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unproven: Vec<AuditNumbers>,
    /// Events that are gone, and were not deleted by the server: the first hundred gaps.
    pub missing: Vec<AuditNumbers>,
    /// How many events are missing.
    pub missing_total: u64,
    /// Whether the count itself is as the server wrote it. If it is not, or if that cannot be told, the last events may be missing.
    pub count: AuditIntegrity,
}

/// How the audit log is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditExport {
    pub format: AuditFormat,
}

/// The last line of an exported audit log: without it, a file is not whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditExportEnd {
    /// How many events the file has.
    pub events: u64,
    /// The numbers of those that were changed outside of the server: the first hundred.
    pub changed: Vec<u64>,
    pub changed_total: u64,
    /// How many events cannot be checked, as the key is missing.
    pub key_missing: u64,
    /// The numbers of all events, whether the file has them or not.
    pub numbering: AuditNumbering,
}

impl AuditExportEnd {
    /// What begins the last line, in either format.
    pub const fn mark(format: AuditFormat) -> &'static str {
        match format {
            AuditFormat::JsonLines => "{\"end\":",
            AuditFormat::Csv => "end,",
        }
    }
}

/// The format of an exported audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AuditFormat {
    JsonLines,
    Csv,
}

/// What kind of actor did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ActorKind {
    /// A person, by themselves or through a key.
    Person,
    /// The backend of an embedding host.
    Key,
    /// The schedule, the operator's command line, or whoever fails to sign in.
    Server,
}

/// The kind of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AuditAction {
    SignedIn,
    /// By the person; sessions that end by themselves are not noted.
    SignedOut,
    SignInFailed,
    /// A one-time link for the first administrator was made, by a start of the server or its command line.
    SignInLinkMade,
    /// Sessions of a person were ended, by themselves or by an administrator.
    SessionsEnded,
    PasswordChanged,
    PasskeyAdded,
    PasskeyRemoved,
    AuthenticatorAppAdded,
    AuthenticatorAppRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    /// All second factors of a person, by another administrator or the operator.
    FactorsReset,
    /// Who must have a second factor.
    FactorRuleChanged,
    LoginManagementChanged,
    UsersInvited,
    InvitationsRevoked,
    InvitationResent,
    InvitationLinkRead,
    UserActivated,
    RoleChanged,
    PersonasChanged,
    UserRenamed,
    WorkspaceChanged,
    UserDeactivated,
    UserReactivated,
    UserRemoved,
    /// By a file: role, teams and workspace of members, or their access.
    MembersUpdated,
    MembersUpdateUndone,
    /// Work in the background, by a person or, as the one who began it is no longer an active administrator, by the server.
    WorkStopped,
    /// Work in the background of somebody who is no administrator any more goes on for another administrator.
    WorkTakenOver,
    TeamCreated,
    TeamRenamed,
    TeamDeleted,
    TeamMembersChanged,
    /// Marketo has another name for a workspace.
    WorkspaceRenamed,
    OriginalUserChosen,
    IntegrationActivated,
    SecretRevealed,
    /// A wrong password or code was given as a proof of who the user is.
    ProofFailed,
    SalesforceConnected,
    SalesforceDisconnected,
    SalesforceSettingsChanged,
    MarketoConnected,
    MarketoConnectFailed,
    MarketoDisconnected,
    MarketoAccessGranted,
    MarketoAccessRemoved,
    SyncStarted,
    SyncPaused,
    SyncResumed,
    SyncCancelled,
    SyncSettingsChanged,
    /// A step was done although something before it is missing.
    StepOutOfOrder,
    ChecklistTicked,
    ChecklistUnticked,
    ApiKeyCreated,
    ApiKeyRevoked,
    /// An endpoint of webhooks.
    WebhookAdded,
    WebhookChanged,
    WebhookDeleted,
    WebhookSecretRenewed,
    /// Messages are sent to an endpoint again: one of them, or those that failed.
    WebhookReplayed,
    /// By the server, as an endpoint is gone, or has failed for days.
    WebhookTurnedOff,
    /// The first session that an API key opened for a person at an origin, of each hour.
    EmbedSessionIssued,
    /// What the audit log held before it had codes has them now: how many events.
    AuditLogCoded,
    /// The format, and with which filters.
    AuditLogExported,
    /// What was kept for as long as the operator wants: the table, the day, and how many rows.
    OldDataDeleted,
    /// The operator's command line printed what is stored about a person.
    PersonExported,
    /// The operator's command line put a pseudonym in the place of a person.
    PersonErased,
    /// The operator's command line restored a backup: when it was made, and how many mails are unknown since.
    BackupRestored,
    /// One that this version does not know: a later one has written it.
    #[serde(other)]
    Unknown,
}

/// Which events to list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct AuditQuery {
    /// What this user did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    /// What others did to this user, and to nobody else by the same action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<AuditAction>,
    /// Part of the actor or subject, in any letter case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// The first instant, and the first instant after the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
