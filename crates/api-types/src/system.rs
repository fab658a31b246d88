use serde::{Deserialize, Serialize};

use crate::{Readiness, Timestamp};

/// How the server does, for the administrators: to look at, and to copy into a support request. Contains no personal data, no
/// address, no secret, and no path of the server's machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SystemReport {
    pub at: Timestamp,
    pub version: String,
    /// The commit that the server was built from, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// What the change log says of this version: paragraphs, in English.
    pub changes: Vec<String>,
    pub readiness: Readiness,
    pub database: SystemDatabase,
    pub mails: SystemMails,
    /// Whether the server that answers does the jobs: of several servers, one does.
    pub does_jobs: bool,
    /// Every background task, as the server that answers knows it.
    pub jobs: Vec<SystemJob>,
    pub backups: SystemBackups,
    pub limits: Vec<LimitUse>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SystemDatabase {
    pub kind: DatabaseKind,
    pub bytes: u64,
    /// Connections that read, in use.
    pub readers_used: u32,
    /// Connections that read, at most.
    pub readers: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DatabaseKind {
    Sqlite,
    Postgresql,
}

/// The queue of mails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SystemMails {
    /// Mails that are queued or being sent.
    pub waiting: u64,
    /// Since when the oldest of them waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_waiting: Option<Timestamp>,
    /// Mails of which nobody knows whether they were sent.
    pub unknown: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SystemJob {
    /// The task's name in logs, probes and metrics.
    pub job: String,
    /// How often in a row a piece of its work has failed.
    pub failures: u32,
}

/// The backups of the server that makes them, or else of the one that answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SystemBackups {
    /// How often the server makes one by itself, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_hours: Option<u32>,
    /// The last one that was made and checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<SystemBackup>,
    /// When one could not be made last. The log says why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Timestamp>,
    /// Whether none was made since.
    pub is_failing: bool,
    /// The last one that was restored for trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rehearsal: Option<SystemRehearsal>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SystemBackup {
    pub at: Timestamp,
    pub bytes: u64,
    pub rows: u64,
    pub is_encrypted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SystemRehearsal {
    pub at: Timestamp,
    /// Whether a server could start with it, and everything was there.
    pub is_passed: bool,
}

/// How much of a limit is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LimitUse {
    pub limit: LimitName,
    pub used: u32,
    pub most: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LimitName {
    Seats,
    Teams,
    ApiKeys,
    Webhooks,
}

impl LimitName {
    pub const ALL: [Self; 4] = [Self::Seats, Self::Teams, Self::ApiKeys, Self::Webhooks];

    /// As in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seats => "seats",
            Self::Teams => "teams",
            Self::ApiKeys => "api_keys",
            Self::Webhooks => "webhooks",
        }
    }
}
