use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{ApiKeyId, Timestamp, UserId};

/// An action of a person, or of the server, on the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    pub id: String,
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
    /// The schedule, or the operator's command line.
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
    /// The first session that an API key opened for a person at an origin, of each hour.
    EmbedSessionIssued,
    /// What was kept for as long as the operator wants: the table, the day, and how many rows.
    OldDataDeleted,
    /// The operator's command line printed what is stored about a person.
    PersonExported,
    /// The operator's command line put a pseudonym in the place of a person.
    PersonErased,
    /// The operator's command line restored a backup: when it was made, and how many mails are unknown since.
    BackupRestored,
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
