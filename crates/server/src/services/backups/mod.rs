//! Backups: made beside a running server, by its schedule or the operator's command line, rehearsed, and restored.

pub(crate) mod archive;
mod key_name;
mod keys;
pub(crate) mod making;
mod names;
pub(crate) mod record;
pub(crate) mod rehearsing;
pub(crate) mod restoring;
pub(crate) mod schedule;

use std::path::PathBuf;

use crate::platform::place::Place;

/// A server whose data is backed up or restored: where it is, and its keyring where that is no file of the data folder.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) place: Place,
    pub(crate) secret_keys: Option<String>,
}

/// The latest backup of an account in a folder.
pub(crate) fn latest(folder: &std::path::Path, account: &str) -> std::io::Result<Option<PathBuf>> {
    Ok(names::listed(folder, account)?.into_iter().next())
}
