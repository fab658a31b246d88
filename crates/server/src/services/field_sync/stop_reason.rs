//! Why work on a run stops before its end.

use api_types::SyncFailure;

use super::mapping::CannotDecide;
use crate::clients::marketo;
use crate::services::marketo::connection::Unusable;

#[derive(Debug, thiserror::Error)]
pub(super) enum StopReason {
    /// An administrator paused or cancelled it.
    #[error("somebody stopped it")]
    Stopped,
    /// There is no connection to Marketo that can be used.
    #[error("the connection to Marketo cannot be used: {0:?}")]
    Disconnected(Unusable),
    #[error(transparent)]
    Marketo(#[from] marketo::Error),
    /// The instance does not have the fields that decide who qualifies.
    #[error("the instance lacks fields that decide who qualifies")]
    FieldsMissing,
    /// Deletions since the last poll may be forgotten at Marketo.
    #[error("changes were last polled too long ago")]
    ChangesTooOld,
    /// A file of an export does not have the size or checksum that Marketo gave.
    #[error("the file of an export is damaged")]
    DamagedFile,
    /// A failure of the server's disk.
    #[error("the disk: {0}")]
    Disk(#[from] std::io::Error),
    /// The run is continued once the database works again.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<CannotDecide> for StopReason {
    fn from(CannotDecide: CannotDecide) -> Self {
        Self::FieldsMissing
    }
}

impl StopReason {
    /// Why the run failed; `None` where it did not.
    pub(super) fn failure(&self) -> Option<SyncFailure> {
        use marketo::Error;
        Some(match self {
            Self::Stopped | Self::Database(_) => return None,
            Self::Disconnected(_) => SyncFailure::MarketoDisconnected,
            Self::Marketo(Error::CredentialsRejected | Error::NoSuchInstance) => {
                SyncFailure::MarketoDisconnected
            }
            Self::Marketo(Error::PermissionMissing) => SyncFailure::PermissionMissing,
            Self::Marketo(Error::ActivityPermissionMissing) => SyncFailure::ActivityPermissionMissing,
            Self::FieldsMissing => SyncFailure::FieldsMissing,
            Self::ChangesTooOld => SyncFailure::ChangesTooOld,
            Self::Marketo(Error::Retired) => SyncFailure::ApiRetired,
            Self::Marketo(Error::DailyQuota) => SyncFailure::DailyQuota,
            Self::Marketo(Error::ExportQuota) => SyncFailure::ExportQuota,
            Self::Marketo(Error::Overloaded { .. } | Error::Unreachable) => SyncFailure::Unreachable,
            Self::Marketo(Error::QueueFull) => SyncFailure::QueueFull,
            Self::Marketo(
                Error::FilterUnsupported
                | Error::NotFound
                | Error::UserPermissionMissing
                | Error::Refused { .. }
                | Error::Unexpected(_),
            )
            | Self::DamagedFile => SyncFailure::Unexpected,
            Self::Disk(_) => SyncFailure::DiskFailed,
        })
    }

    /// The code for the list of recent errors, where Marketo is the cause.
    pub(super) fn code(&self) -> Option<String> {
        match self {
            Self::Marketo(error) => Some(error.code()),
            Self::DamagedFile => Some("damaged_file".to_owned()),
            Self::Stopped
            | Self::Disconnected(_)
            | Self::FieldsMissing
            | Self::ChangesTooOld
            | Self::Disk(_)
            | Self::Database(_) => None,
        }
    }
}
