//! Ids, each kind a type of its own, so that none is taken for another. Those of workspaces, mails, one-time links and connections are
//! text still.

use std::fmt;

use api_types::{
    ApiKeyId, BatchId, FlowId, InvitationId, MemberChangeBatchId, PasskeyId, SessionId, SyncRunId, TeamId,
    UserId, WebhookId, WebhookMessageId,
};
use serde::Serialize;
use sqlx::{Decode, Postgres, Sqlite, Type};

use super::Value;

/// An account, which only the server knows; `api_types` has the ids that clients know as well.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub(crate) struct AccountId(pub(crate) String);

impl AccountId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An id where it may be of one of several kinds.
pub(crate) trait StoredId:
    Clone
    + From<String>
    + Into<Value>
    + Type<Sqlite>
    + Type<Postgres>
    + for<'r> Decode<'r, Sqlite>
    + for<'r> Decode<'r, Postgres>
    + Send
    + Sync
    + Unpin
    + 'static
{
}

/// How statements take ids.
macro_rules! bound {
    ($($name:ident),+ $(,)?) => {$(
        impl From<$name> for Value {
            fn from(id: $name) -> Self {
                Self::Text(Some(id.0))
            }
        }

        impl From<&$name> for Value {
            fn from(id: &$name) -> Self {
                id.clone().into()
            }
        }

        impl From<Option<$name>> for Value {
            fn from(id: Option<$name>) -> Self {
                Self::Text(id.map(|id| id.0))
            }
        }

        impl From<Option<&$name>> for Value {
            fn from(id: Option<&$name>) -> Self {
                id.cloned().into()
            }
        }
    )+};
}

bound! {
    AccountId,
    ApiKeyId,
    BatchId,
    FlowId,
    InvitationId,
    MemberChangeBatchId,
    PasskeyId,
    SessionId,
    SyncRunId,
    TeamId,
    UserId,
    WebhookId,
    WebhookMessageId,
}

impl StoredId for BatchId {}

impl StoredId for MemberChangeBatchId {}
