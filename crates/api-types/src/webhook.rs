//! Webhooks: what other systems are told of, by the Standard Webhooks specification.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{
    ApiKeyId, AuditAction, BatchId, InvitationId, MailTroubleCause, MemberChangeBatchId, Role, RowCode,
    SyncFailure, SyncRunId, Timestamp, UserId, WebhookId, WebhookMessageId,
};

/// What every secret of an endpoint begins with; Base64 follows.
pub const WEBHOOK_SECRET_START: &str = "whsec_";

/// The kind of an event.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WebhookType {
    #[serde(rename = "invitation.sent")]
    #[strum(serialize = "invitation.sent")]
    InvitationSent,
    /// The mail was refused, given up, or lost on its way.
    #[serde(rename = "invitation.failed")]
    #[strum(serialize = "invitation.failed")]
    InvitationFailed,
    #[serde(rename = "invitation.accepted")]
    #[strum(serialize = "invitation.accepted")]
    InvitationAccepted,
    #[serde(rename = "invitation.expired")]
    #[strum(serialize = "invitation.expired")]
    InvitationExpired,
    #[serde(rename = "invitation.revoked")]
    #[strum(serialize = "invitation.revoked")]
    InvitationRevoked,
    #[serde(rename = "member.changed")]
    #[strum(serialize = "member.changed")]
    MemberChanged,
    #[serde(rename = "connection.failed")]
    #[strum(serialize = "connection.failed")]
    ConnectionFailed,
    #[serde(rename = "connection.restored")]
    #[strum(serialize = "connection.restored")]
    ConnectionRestored,
    #[serde(rename = "sync.completed")]
    #[strum(serialize = "sync.completed")]
    SyncCompleted,
    #[serde(rename = "sync.failed")]
    #[strum(serialize = "sync.failed")]
    SyncFailed,
    #[serde(rename = "batch.completed")]
    #[strum(serialize = "batch.completed")]
    BatchCompleted,
    /// What administrators are told by mail.
    #[serde(rename = "trouble.began")]
    #[strum(serialize = "trouble.began")]
    TroubleBegan,
    #[serde(rename = "trouble.ended")]
    #[strum(serialize = "trouble.ended")]
    TroubleEnded,
    #[serde(rename = "audit.recorded")]
    #[strum(serialize = "audit.recorded")]
    AuditRecorded,
    /// An event that an administrator asked for, to try an endpoint. Every endpoint gets it.
    #[serde(rename = "test.sent")]
    #[strum(serialize = "test.sent")]
    TestSent,
}

impl WebhookType {
    /// Those that an endpoint chooses from.
    pub fn chosen() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| *kind != Self::TestSent)
    }
}

/// The body of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEvent {
    /// When it happened.
    pub timestamp: Timestamp,
    #[serde(flatten)]
    pub what: WebhookData,
}

/// What has happened: the type of the event, and its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "data")]
pub enum WebhookData {
    #[serde(rename = "invitation.sent")]
    InvitationSent(WebhookInvitation),
    #[serde(rename = "invitation.failed")]
    InvitationFailed(WebhookInvitation),
    #[serde(rename = "invitation.accepted")]
    InvitationAccepted(WebhookInvitation),
    #[serde(rename = "invitation.expired")]
    InvitationExpired(WebhookInvitation),
    #[serde(rename = "invitation.revoked")]
    InvitationRevoked(WebhookInvitation),
    #[serde(rename = "member.changed")]
    MemberChanged(WebhookMember),
    #[serde(rename = "connection.failed")]
    ConnectionFailed(WebhookConnection),
    #[serde(rename = "connection.restored")]
    ConnectionRestored(WebhookConnection),
    #[serde(rename = "sync.completed")]
    SyncCompleted(WebhookSync),
    #[serde(rename = "sync.failed")]
    SyncFailed(WebhookSync),
    #[serde(rename = "batch.completed")]
    BatchCompleted(WebhookBatch),
    #[serde(rename = "trouble.began")]
    TroubleBegan(WebhookTrouble),
    #[serde(rename = "trouble.ended")]
    TroubleEnded(WebhookTrouble),
    #[serde(rename = "audit.recorded")]
    AuditRecorded(WebhookAudit),
    #[serde(rename = "test.sent")]
    TestSent(WebhookTest),
}

impl WebhookData {
    pub fn kind(&self) -> WebhookType {
        match self {
            Self::InvitationSent(_) => WebhookType::InvitationSent,
            Self::InvitationFailed(_) => WebhookType::InvitationFailed,
            Self::InvitationAccepted(_) => WebhookType::InvitationAccepted,
            Self::InvitationExpired(_) => WebhookType::InvitationExpired,
            Self::InvitationRevoked(_) => WebhookType::InvitationRevoked,
            Self::MemberChanged(_) => WebhookType::MemberChanged,
            Self::ConnectionFailed(_) => WebhookType::ConnectionFailed,
            Self::ConnectionRestored(_) => WebhookType::ConnectionRestored,
            Self::SyncCompleted(_) => WebhookType::SyncCompleted,
            Self::SyncFailed(_) => WebhookType::SyncFailed,
            Self::BatchCompleted(_) => WebhookType::BatchCompleted,
            Self::TroubleBegan(_) => WebhookType::TroubleBegan,
            Self::TroubleEnded(_) => WebhookType::TroubleEnded,
            Self::AuditRecorded(_) => WebhookType::AuditRecorded,
            Self::TestSent(_) => WebhookType::TestSent,
        }
    }
}

/// The invitation that an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookInvitation {
    pub invitation_id: InvitationId,
    pub batch_id: BatchId,
    /// The invited person.
    pub user_id: UserId,
    pub email: String,
    pub role: Role,
    pub expires_at: Timestamp,
    /// Why the mail failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<RowCode>,
}

/// The member who was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookMember {
    pub user_id: UserId,
    /// Absent once the person is removed, except in the event that says so; there it is absent, too, where the person's data was
    /// erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub change: WebhookMemberChange,
    /// The role now; absent once the person is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// What has changed about a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum WebhookMemberChange {
    /// An invited person has become a member.
    Added,
    Name,
    Role,
    Personas,
    Teams,
    Workspace,
    Deactivated,
    Reactivated,
    Removed,
}

/// A service that the account is connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookConnection {
    pub service: WebhookService,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum WebhookService {
    Salesforce,
    Marketo,
}

/// A run of Action Field Sync that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookSync {
    pub run_id: SyncRunId,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<SyncFailure>,
}

/// A batch with which nothing is left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WebhookBatch {
    /// Every mail is sent, or will not be. If failed mails are sent again, it is told again.
    Invitations {
        batch_id: BatchId,
    },
    MemberChanges {
        batch_id: MemberChangeBatchId,
    },
}

/// What fails, or works again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookTrouble {
    pub trouble: WebhookTroubleKind,
    /// Since when it fails, or has failed.
    pub since: Timestamp,
    /// What the mail server's trouble is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<MailTroubleCause>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum WebhookTroubleKind {
    Salesforce,
    Marketo,
    Sync,
    Disk,
    Backup,
    Mail,
    /// An endpoint of webhooks was turned off, as it did not answer.
    Webhooks,
}

/// An event of the audit log, by ids alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookAudit {
    /// Its number in the log.
    pub number: u64,
    pub action: AuditAction,
    /// The user who did it; absent for the server and for keys of hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<UserId>,
    /// The API key through which it was done, or that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<ApiKeyId>,
    /// The user to whom it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<UserId>,
    pub request_id: String,
}

/// The data of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookTest {
    pub webhook_id: WebhookId,
}

/// Where events are sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    pub id: WebhookId,
    pub url: String,
    pub description: String,
    pub types: Vec<WebhookType>,
    pub state: WebhookState,
    pub created_at: Timestamp,
    /// Since when every attempt has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Until when an earlier secret signs, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_secret_until: Option<Timestamp>,
    /// Messages that are to be sent, and those that failed, within the last 30 days.
    pub waiting: u64,
    pub failed: u64,
}

/// Whether an endpoint gets events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum WebhookState {
    Active,
    /// An administrator has turned it off.
    Off,
    /// It said that it is gone (status 410), and was turned off.
    Gone,
    /// No attempt has succeeded for days, and it was turned off.
    Failing,
}

/// The endpoint to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewWebhook {
    /// `https`, without a user or password. No other endpoint has it.
    pub url: String,
    #[serde(default)]
    pub description: String,
    /// At least one.
    pub types: Vec<WebhookType>,
}

/// What is to change; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<WebhookType>>,
    /// Turns it on or off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
}

/// An endpoint with a secret that was just made: of a new one, or another one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookWithSecret {
    pub webhook: Webhook,
    /// Begins with `whsec_`. It cannot be read again.
    pub secret: String,
}

/// A message to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// The `webhook-id`, the same at each attempt.
    pub id: WebhookMessageId,
    #[serde(rename = "type")]
    pub kind: WebhookType,
    /// Of an event of the audit log: what was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<AuditAction>,
    pub state: WebhookDeliveryState,
    pub created_at: Timestamp,
    /// When it is tried next at the earliest; absent once it is sent or has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Timestamp>,
    /// The latest attempts, the latest first.
    pub attempts: Vec<WebhookAttempt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum WebhookDeliveryState {
    Waiting,
    Sent,
    Failed,
}

/// An attempt to deliver a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookAttempt {
    /// Counts from one.
    pub attempt: u32,
    pub at: Timestamp,
    pub took_ms: u32,
    pub outcome: WebhookOutcome,
    /// The status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How the answer begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum WebhookOutcome {
    /// An answer with a status of success.
    Delivered,
    /// An answer with another status.
    Refused,
    /// A redirect, which is not followed.
    Redirected,
    TimedOut,
    /// No connection, or one that ended early.
    Unreachable,
    /// The name leads to an address that is not allowed.
    AddressRefused,
    /// Its secret cannot be opened.
    NoSecret,
}

/// Which messages to list, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct WebhookDeliveryQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<WebhookDeliveryState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// What to send again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookReplay {
    /// One message, sent or failed.
    Message(WebhookMessageId),
    /// Every message that failed and was made then or later.
    FailedSince(Timestamp),
}

/// How many messages will be sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookReplayed {
    pub messages: u64,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_names_of_types_are_the_same_in_every_place() {
        let mut names = BTreeSet::new();
        for kind in WebhookType::VARIANTS {
            let name = kind.as_str();
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
            assert_eq!(name.parse(), Ok(*kind));
            names.insert(name);
        }
        assert_eq!(names.len(), WebhookType::VARIANTS.len());
        let test = WebhookData::TestSent(WebhookTest { webhook_id: WebhookId("a".to_owned()) });
        let event =
            WebhookEvent { timestamp: Timestamp("2026-01-01T00:00:00Z".to_owned()), what: test.clone() };
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"type": test.kind(), "timestamp": "2026-01-01T00:00:00Z", "data": {"webhook_id": "a"}})
        );
        assert_eq!(serde_json::from_value::<WebhookEvent>(json).unwrap(), event);
    }

    #[test]
    fn n5_the_document_has_an_example_of_every_type_as_it_is_sent() {
        let page = include_str!("../../../docs/webhooks.md");
        let mut shown = BTreeSet::new();
        for block in page.split("```json\n").skip(1) {
            let json: serde_json::Value = serde_json::from_str(block.split("```").next().unwrap()).unwrap();
            let event: WebhookEvent = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(serde_json::to_value(&event).unwrap(), json);
            shown.insert(event.what.kind());
        }
        assert_eq!(shown.into_iter().collect::<Vec<_>>(), WebhookType::ALL);
    }
}
