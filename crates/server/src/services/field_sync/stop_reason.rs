//! Why work on a run stops before its end.

use std::fmt;

use api_types::SyncFailure;

use crate::clients::marketo;
use crate::services::marketo::connection::Unusable;

#[derive(Debug)]
pub(super) enum StopReason {
    /// An administrator paused or cancelled it.
    Stopped,
    /// There is no connection to Marketo that can be used.
    Disconnected(Unusable),
    Marketo(marketo::Error),
    /// A file of an export does not have the size or checksum that Marketo gave.
    DamagedFile,
    /// A failure of the server's disk.
    Disk(std::io::Error),
    /// The run is continued once the database works again.
    Database(sqlx::Error),
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
            Self::Marketo(Error::DailyQuota) => SyncFailure::DailyQuota,
            Self::Marketo(Error::ExportQuota) => SyncFailure::ExportQuota,
            Self::Marketo(Error::Overloaded { .. } | Error::Unreachable) => SyncFailure::Unreachable,
            Self::Marketo(
                Error::QueueFull
                | Error::FilterUnsupported
                | Error::NotFound
                | Error::Refused { .. }
                | Error::Unexpected(_),
            )
            | Self::DamagedFile
            | Self::Disk(_) => SyncFailure::Unexpected,
        })
    }

    /// The code for the list of recent errors, where Marketo is the cause.
    pub(super) fn code(&self) -> Option<String> {
        match self {
            Self::Marketo(error) => Some(error.code()),
            Self::DamagedFile => Some("damaged_file".to_owned()),
            Self::Stopped | Self::Disconnected(_) | Self::Disk(_) | Self::Database(_) => None,
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("somebody stopped it"),
            Self::Disconnected(why) => write!(f, "the connection to Marketo cannot be used: {why:?}"),
            Self::Marketo(error) => error.fmt(f),
            Self::DamagedFile => f.write_str("the file of an export is damaged"),
            Self::Disk(error) => write!(f, "the disk: {error}"),
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl From<marketo::Error> for StopReason {
    fn from(error: marketo::Error) -> Self {
        Self::Marketo(error)
    }
}

impl From<sqlx::Error> for StopReason {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<std::io::Error> for StopReason {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error)
    }
}
