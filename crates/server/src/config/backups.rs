//! Backups, as the server makes them by itself and as the operator's command line asks for them.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use crate::platform::for_recipients::Recipient;
use crate::platform::place::Place;

const HOUR: Duration = Duration::from_secs(3600);

/// The backups that the server makes by itself.
#[derive(Clone, Debug, clap::Args)]
pub struct BackupConfig {
    /// Folder for backups of the database, which the server makes by itself then. Without it, none are made.
    #[arg(long = "backup-to", env = "MSI_BACKUP_TO")]
    pub to: Option<PathBuf>,
    /// Hours between two backups.
    #[arg(long = "backup-every-hours", env = "MSI_BACKUP_EVERY_HOURS", default_value = "24")]
    pub every_hours: NonZeroU32,
    /// How many backups are kept in the folder. Older ones are deleted.
    #[arg(long = "backup-keep", env = "MSI_BACKUP_KEEP", default_value = "14")]
    pub keep: NonZeroU32,
    /// Public keys of age that backups are encrypted to, separated by commas. Without one they can be read by whoever has them.
    #[arg(long = "backup-recipient", env = "MSI_BACKUP_RECIPIENTS", value_delimiter = ',')]
    pub recipients: Vec<Recipient>,
}

impl BackupConfig {
    pub(crate) fn every(&self) -> Duration {
        HOUR * self.every_hours.get()
    }

    pub(crate) fn keep(&self) -> usize {
        usize::try_from(self.keep.get()).unwrap_or(usize::MAX)
    }
}

/// What `server backup` is asked for.
#[derive(Clone, Debug, clap::Args)]
pub struct BackupOptions {
    #[command(flatten)]
    pub place: Place,
    /// Folder for the backup.
    #[arg(long, env = "MSI_BACKUP_TO")]
    pub to: Option<PathBuf>,
    /// Public key of age that the backup is encrypted to. Without one it can be read by whoever has it.
    #[arg(long = "recipient", env = "MSI_BACKUP_RECIPIENTS", value_delimiter = ',')]
    pub recipients: Vec<Recipient>,
    /// Restore a backup for trial instead, and throw it away: this one, or the latest in the folder.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub rehearse: Option<Option<PathBuf>>,
    /// File with an identity of age, for a backup that is encrypted.
    #[arg(long, requires = "rehearse")]
    pub identity: Option<PathBuf>,
}

/// What `server restore` is asked for.
#[derive(Clone, Debug, clap::Args)]
pub struct RestoreOptions {
    /// The backup.
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Place,
    /// File with an identity of age, for a backup that is encrypted.
    #[arg(long)]
    pub identity: Option<PathBuf>,
    /// Restore it although keys are missing. What they have sealed is lost.
    #[arg(long)]
    pub without_keys: bool,
}
