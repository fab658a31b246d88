//! What is found, and what to do about it.

use serde::Serialize;
use strum::IntoStaticStr;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
#[value(rename_all = "snake_case")]
pub enum Check {
    /// The data folder.
    Folder,
    /// Free space beside it.
    Disk,
    /// The database: its version, and whether what it holds is whole.
    Database,
    /// The keys that open what is sealed in it.
    Keys,
    /// The audit log: whether it is whole, and as the server wrote it.
    AuditLog,
    /// The clock, compared to others.
    Clock,
    /// The address at which the server listens.
    Port,
    /// The names of the configuration, in the DNS.
    Names,
    /// The certificates that browsers see.
    Certificate,
    /// The mail server.
    Mail,
    /// Which servers may send mails of the sender's domain.
    Spf,
    /// The key that signs them.
    Dkim,
    /// What recipients do with those that others send.
    Dmarc,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum State {
    Ok,
    /// Nothing is configured that could be looked at.
    NotAsked,
    /// It works, and will not for ever or not everywhere.
    Warning,
    Failing,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: Check,
    pub state: State,
    pub found: String,
    /// What to do about it; absent where there is nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub todo: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: Check, found: impl Into<String>) -> Self {
        Self { check, state: State::Ok, found: found.into(), todo: None }
    }

    pub(super) fn not_asked(check: Check, found: impl Into<String>) -> Self {
        Self { check, state: State::NotAsked, found: found.into(), todo: None }
    }

    pub(super) fn warning(check: Check, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { check, state: State::Warning, found: found.into(), todo: Some(todo.into()) }
    }

    pub(super) fn failing(check: Check, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { check, state: State::Failing, found: found.into(), todo: Some(todo.into()) }
    }
}

/// So many seconds, minutes, hours or days, whichever is short.
pub(super) fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
