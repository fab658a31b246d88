//! Making a backup: a copy of the database that is looked at, then packed, encrypted where that is wanted, and put in its place.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::task::spawn_blocking;

use super::archive::{self, Archive, Manifest};
use super::keys::KnownKeys;
use super::record::Success;
use super::{Source, names};
use crate::db::Fit;
use crate::db::snapshot::{self, Content, Engine};
use crate::error::StartError;
use crate::platform::clock::Millis;
use crate::platform::for_recipients::Recipient;
use crate::platform::partial::{self, Partial};
use crate::services::operator;

/// One backup of a data folder is made at a time.
const LOCK: &str = "backup.lock";

/// A backup to be made.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) source: Source,
    /// The folder for it.
    pub(crate) to: PathBuf,
    /// Who can read it; whoever has the file, if it is nobody.
    pub(crate) recipients: Vec<Recipient>,
}

/// A backup that was made.
pub(crate) struct Made {
    pub(crate) file: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) manifest: Manifest,
    /// The id of the account.
    pub(crate) account: String,
    /// What is noted of it.
    pub(crate) success: Success,
}

/// Makes a backup; `None` while another one is being made.
///
/// # Errors
/// When it cannot be made. Nothing is left of it then.
pub(crate) async fn make(
    order: &Order,
    now: Millis,
    stop: &Arc<AtomicBool>,
) -> Result<Option<Made>, StartError> {
    let Order { source, to, recipients } = order;
    let data = &source.place.folder;
    let to = &std::path::absolute(to)?;
    if !to.is_dir() {
        // Not made here: it may be where a disk is missing.
        return Err(format!("{} is not there: make the folder, or mount its disk", to.display()).into());
    }
    let (db, account) = operator::opened(&source.place, Fit::Sufficient).await?;
    db.close().await;
    let Some(_lock) = lock(&data.join(LOCK))? else { return Ok(None) };
    let own = names::of_account(&account.uuid);
    // Servers with data folders of their own may share this one. Where it has no locks, backups are made all the same.
    let shared = lock(&to.join(format!(".msi-{own}.lock")));
    if matches!(shared, Ok(None)) {
        return Ok(None);
    }
    let not_written = |error: std::io::Error| {
        format!(
            "the backup cannot be written to {}: {error}: make room there, or name another folder",
            to.display()
        )
    };
    for folder in [to, data] {
        partial::sweep(folder, &own).map_err(not_written)?;
    }
    let packing = Partial::within(to, &own).map_err(not_written)?;
    // What is to be encrypted is nowhere else as it is.
    let copying = if recipients.is_empty() { None } else { Some(Partial::within(data, &own)?) };
    let folder = copying.as_ref().unwrap_or(&packing).path();
    let copy = snapshot::copy(&source.place, folder).await?;
    let manifest = manifest(source, copy.engine, copy.content, now)?;

    let packed = packing.path().join("packed");
    let is_encrypted = !recipients.is_empty();
    let (path, recipients, stop) = (packed.clone(), recipients.clone(), Arc::clone(stop));
    let written = spawn_blocking(move || {
        let file = archive::new_private(&path)?;
        let manifest = archive::write(file, manifest, &copy.file, &recipients, &stop)?;
        if !is_encrypted {
            let read = Archive::open(&path, None).and_then(|archive| archive.check(&stop, |_| Ok(())));
            read.map_err(std::io::Error::other)?;
        }
        Ok(manifest)
    });
    let manifest = written.await?.map_err(not_written)?;
    let file = to.join(names::name(&account.name, &account.uuid, now));
    if file.exists() {
        return Err(format!("{} is there already: wait for a second", file.display()).into());
    }
    partial::put(&packed, &file).map_err(not_written)?;
    let bytes = file.metadata().map_err(not_written)?.len();
    let success = Success {
        at: now.0,
        file: file.display().to_string(),
        bytes,
        rows: manifest.tables.values().sum(),
        is_encrypted,
    };
    Ok(Some(Made { file, bytes, manifest, account: account.uuid, success }))
}

/// `None` while another process or task holds it.
pub(super) fn lock(file: &Path) -> Result<Option<File>, StartError> {
    let file = File::options().create(true).truncate(false).write(true).open(file)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn manifest(source: &Source, engine: Engine, content: Content, now: Millis) -> std::io::Result<Manifest> {
    let known = KnownKeys::read(source.secret_keys.as_deref(), &source.place)?;
    let unseen_keys = known.unseen(&content.key_names);
    Ok(Manifest {
        made_at: now.timestamp().0,
        made_by: env!("CARGO_PKG_VERSION").to_owned(),
        engine,
        schema: content.schema,
        needs: Some(content.needs),
        account: content.account.uuid,
        bytes: 0,
        sha256: String::new(),
        tables: content.tables,
        secret_keys: known
            .secrets
            .into_iter()
            .filter(|key| content.key_names.all.contains(&key.name))
            .collect(),
        token_keys: known.tokens,
        unseen_keys,
    })
}
