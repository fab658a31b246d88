use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// An action of a person, or of the server, on the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    pub id: String,
    pub at: Timestamp,
    /// Name or address of the actor; empty for the server itself.
    pub actor: String,
    pub action: AuditAction,
    /// Whom or what it was done to: an address, a team, a file name, an org.
    pub subject: String,
    pub request_id: String,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:tt;)+) => {
        /// The kind of an action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum AuditAction {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl AuditAction {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

actions! {
    SignedIn = "signed_in";
    SignInFailed = "sign_in_failed";
    /// A one-time link for the first administrator was made, by a start of the server or its command line.
    SignInLinkMade = "sign_in_link_made";
    PasswordChanged = "password_changed";
    LoginManagementChanged = "login_management_changed";
    UsersInvited = "users_invited";
    InvitationsRevoked = "invitations_revoked";
    InvitationResent = "invitation_resent";
    InvitationLinkRead = "invitation_link_read";
    UserActivated = "user_activated";
    RoleChanged = "role_changed";
    PersonasChanged = "personas_changed";
    UserRenamed = "user_renamed";
    UserDeactivated = "user_deactivated";
    UserReactivated = "user_reactivated";
    UserRemoved = "user_removed";
    TeamCreated = "team_created";
    TeamRenamed = "team_renamed";
    TeamDeleted = "team_deleted";
    TeamMembersChanged = "team_members_changed";
    /// Marketo has another name for a workspace.
    WorkspaceRenamed = "workspace_renamed";
    OriginalUserChosen = "original_user_chosen";
    IntegrationActivated = "integration_activated";
    SecretRevealed = "secret_revealed";
    /// A wrong password was given for showing the secret.
    SecretRevealFailed = "secret_reveal_failed";
    SalesforceConnected = "salesforce_connected";
    SalesforceDisconnected = "salesforce_disconnected";
    SalesforceSettingsChanged = "salesforce_settings_changed";
    MarketoConnected = "marketo_connected";
    MarketoConnectFailed = "marketo_connect_failed";
    MarketoDisconnected = "marketo_disconnected";
    MarketoAccessGranted = "marketo_access_granted";
    MarketoAccessRemoved = "marketo_access_removed";
    SyncStarted = "sync_started";
    SyncPaused = "sync_paused";
    SyncResumed = "sync_resumed";
    SyncCancelled = "sync_cancelled";
    SyncSettingsChanged = "sync_settings_changed";
    /// A step was done although something before it is missing.
    StepOutOfOrder = "step_out_of_order";
    ChecklistTicked = "checklist_ticked";
    ChecklistUnticked = "checklist_unticked";
}

/// Which events to list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct AuditQuery {
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
