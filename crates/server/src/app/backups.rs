//! The commands that back up, rehearse and restore.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::data_folder::{lock, make_private};
use crate::config::backups::{BackupOptions, RestoreOptions};
use crate::db::Fit;
use crate::error::StartError;
use crate::platform::clock::{Clock as _, SystemClock};
use crate::platform::for_recipients::Identities;
use crate::services::backups::archive::Archive;
use crate::services::backups::making::{self, Order};
use crate::services::backups::record::{Failure, note};
use crate::services::backups::{self, Source, rehearsing, restoring};
use crate::services::operator;

/// What to say where the keys of the server were not there.
const UNSEEN: &str = ". The server's keys were not found here. A restore needs them all the same: give this command MSI_SECRET_KEYS and \
                      MSI_TOKEN_KEYS, or their files, as the server has them, so that the file tells them from others";

/// Makes a backup beside a running server, or restores one for trial. Returns what to say.
///
/// # Errors
/// When it cannot be made or restored. Nothing is left of it then.
pub async fn back_up(options: BackupOptions, secret_keys: Option<String>) -> Result<String, StartError> {
    let BackupOptions { place, to, recipients, rehearse, identity } = options;
    let source = Source { place, secret_keys };
    let folder = || to.clone().ok_or("name the folder for backups: --to or MSI_BACKUP_TO");
    if let Some(file) = rehearse {
        let identities = identities(identity.as_deref())?;
        let file = match file {
            Some(file) => file,
            None => latest(&source, &folder()?).await?,
        };
        return rehearsing::rehearse(&source, &file, identities, SystemClock.now()).await;
    }
    let order = Order { source, to: folder()?, recipients };
    let now = SystemClock.now();
    let made = making::make(&order, now, &Arc::new(AtomicBool::new(false))).await;
    let data = &order.source.place.folder;
    match &made {
        Ok(Some(made)) => note(data, |record| record.by_command.success = Some(made.success.clone())),
        // Of a place without data there is nothing to note.
        Err(error) if data.is_dir() => {
            let failure = Failure { at: now.0, why: error.to_string() };
            note(data, |record| record.by_command.failure = Some(failure));
        }
        _ => {}
    }
    let made = made?.ok_or("another backup is being made: wait for its end")?;
    let manifest = &made.manifest;
    Ok(format!(
        "{}\n{} rows in {} tables, opened and checked; {} MB{}. Keys are not in it: keep secrets.keys and token.keys of the data folder \
         elsewhere{}",
        made.file.display(),
        manifest.tables.values().sum::<i64>(),
        manifest.tables.len(),
        made.bytes.div_ceil(1_000_000),
        if made.success.is_encrypted { ", encrypted" } else { "" },
        if manifest.unseen_keys.is_empty() && !manifest.token_keys.is_empty() { "" } else { UNSEEN },
    ))
}

/// The latest backup of the account in a folder.
async fn latest(source: &Source, folder: &Path) -> Result<std::path::PathBuf, StartError> {
    let (db, account) = operator::opened(&source.place, Fit::Sufficient).await?;
    db.close().await;
    let found = backups::latest(folder, &account.uuid)?;
    Ok(found.ok_or_else(|| format!("{} has no backup of this account: name one", folder.display()))?)
}

fn identities(file: Option<&Path>) -> Result<Option<Identities>, String> {
    file.map(Identities::read).transpose()
}

/// Restores a backup where nothing is. Says before what it will do, and returns what to say at the end.
///
/// # Errors
/// When something is there, or the backup cannot be used. Nothing is changed then.
pub async fn restore(
    options: RestoreOptions,
    secret_keys: Option<String>,
    say: impl Fn(&str),
) -> Result<String, StartError> {
    let RestoreOptions { file, place, identity, without_keys } = options;
    let archive = Archive::open(&file, identities(identity.as_deref())?.as_ref())?;
    restoring::check(&archive.manifest, &file, &place)?;
    restoring::refuse_data(&place)?;
    let source = Source { place, secret_keys };
    if !without_keys {
        restoring::refuse_lost_keys(&source, &archive.manifest)?;
    }
    let place = source.place;
    make_private(&place.folder)?;
    let lock = lock(&place.folder)?;
    say(&restoring::plan(&archive.manifest, &file, &place));
    let stopped = restoring::restore(archive, &file, &place, SystemClock.now()).await?;
    lock.unlock()?;
    Ok(restoring::summary(&stopped))
}
