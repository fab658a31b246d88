use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as used in paths and bodies.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// A member of the account.
    UserId,
    /// A session of a user. It is no credential.
    SessionId,
    /// One invitation of one person.
    InvitationId,
    /// A set of invitations sent together, from a file or from typed addresses.
    BatchId,
    /// A test mail to whoever asked for it.
    TestMailId,
    /// A set of changes of members made together, from a file.
    MemberChangeBatchId,
    /// A team; everyone is in the team `Everyone`.
    TeamId,
    /// A Marketo workspace.
    WorkspaceId,
    /// A Salesforce authorisation. Long and random: a client that knows it may watch the flow.
    FlowId,
    /// An API key of an embedding host.
    ApiKeyId,
    /// A passkey of a user.
    PasskeyId,
    /// One run of Action Field Sync.
    SyncRunId,
    /// Where events are sent to.
    WebhookId,
    /// A message about an event to one endpoint: its `webhook-id`.
    WebhookMessageId,
}
