//! Restoring a backup for trial: it is opened as a server would, and thrown away.

use std::fs::File;
use std::path::Path;

use tokio::task::spawn_blocking;

use super::Source;
use super::archive::{Archive, Manifest};
use super::keys::KnownKeys;
use super::making;
use super::record::{self, Rehearsal};
use super::restoring::{self, GO_ON};
use crate::db::snapshot::{self, SpareName};
use crate::db::{self, Db};
use crate::error::StartError;
use crate::platform::clock::Millis;
use crate::platform::for_recipients::Identities;
use crate::platform::partial::{self, Partial};
use crate::platform::place::{DatabaseUrl, Place};
use crate::platform::secrets::Keyring;
use crate::services::resealing;

const REHEARSAL: &str = "rehearsal";
/// One backup is rehearsed at a time: each rehearsal deletes what others have left.
const LOCK: &str = "rehearsal.lock";
/// The file in its folder with the name of the database that was made for it.
const SPARE: &str = "database";

/// Restores a backup for trial, and notes what became of it. Returns what to say.
pub(crate) async fn rehearse(
    source: &Source,
    file: &Path,
    identities: Option<Identities>,
    now: Millis,
) -> Result<String, StartError> {
    let lock = making::lock(&source.place.folder.join(LOCK));
    if matches!(lock, Ok(None)) {
        return Err("another backup is being rehearsed: wait for its end".into());
    }
    let rehearsed = unnoted(source, file, identities.as_ref(), lock).await;
    record::note(&source.place.folder, |record| {
        record.rehearsal = Some(Rehearsal {
            at: now.0,
            file: file.display().to_string(),
            failure: rehearsed.as_ref().err().map(ToString::to_string),
        });
    });
    rehearsed
}

async fn unnoted(
    source: &Source,
    file: &Path,
    identities: Option<&Identities>,
    lock: Result<Option<File>, StartError>,
) -> Result<String, StartError> {
    let archive = Archive::open(file, identities)?;
    restoring::check(&archive.manifest, file, &source.place)?;
    let known = KnownKeys::read(source.secret_keys.as_deref(), &source.place)?;
    if let Some(lacks) = known.lacks(&archive.manifest) {
        return Err(format!("{lacks}: without it, what it has sealed in this backup is lost").into());
    }
    let folder = &source.place.folder;
    // Not sooner: where the data folder is missing, the refusals above say more than this error.
    let _lock = lock?;
    sweep(source).await?;
    let work = Partial::within(folder, REHEARSAL)?;
    let copy = work.path().join("copy");
    let unpacked = copy.clone();
    let manifest = spawn_blocking(move || archive.unpack(&unpacked, &GO_ON)).await??;
    let (secrets, opened) = match &source.place.database {
        None => look(source, &Place::in_folder(work.path()), &copy, &manifest).await?,
        Some(url) => {
            let name = SpareName::new();
            partial::replace(&work.path().join(SPARE), name.as_str().as_bytes())?;
            let looked = look_beside(source, url, &name, &copy, &manifest).await;
            let dropped = snapshot::drop_database(url, &name).await;
            if dropped.is_err() {
                work.leave();
            }
            let looked = looked?;
            dropped?;
            looked
        }
    };
    if opened < secrets {
        return Err(
            format!("{} of {secrets} secrets cannot be opened by the keyring", secrets - opened).into()
        );
    }
    Ok(format!(
        "{} of {} was restored for trial, opened and compared: {} rows in {} tables, {secrets} secrets opened by the keyring",
        file.display(),
        manifest.made_at,
        manifest.tables.values().sum::<i64>(),
        manifest.tables.len(),
    ))
}

/// Deletes what rehearsals have left that were killed: their folders, and the databases that are named there.
async fn sweep(source: &Source) -> Result<(), StartError> {
    for left in partial::left(&source.place.folder, REHEARSAL)? {
        let noted = std::fs::read_to_string(left.join(SPARE)).unwrap_or_default();
        if let (Some(url), Some(name)) = (&source.place.database, SpareName::read(&noted)) {
            snapshot::drop_database(url, &name).await?;
        }
        std::fs::remove_dir_all(left)?;
    }
    Ok(())
}

/// Opens the copy in a database that is made beside the server's.
async fn look_beside(
    source: &Source,
    url: &DatabaseUrl,
    name: &SpareName,
    copy: &Path,
    manifest: &Manifest,
) -> Result<(usize, usize), StartError> {
    let database = Some(snapshot::make_database(url, name).await?);
    look(source, &Place { database, ..source.place.clone() }, copy, manifest).await
}

/// Opens the copy as a server would. Returns how many secrets there are, and how many of them the keyring opens.
async fn look(
    source: &Source,
    there: &Place,
    copy: &Path,
    manifest: &Manifest,
) -> Result<(usize, usize), StartError> {
    Db::begin_restore(there).await?;
    snapshot::fill(there, copy).await?;
    let db = Db::open_restored(there).await?;
    restoring::compare(&db, manifest).await?;
    let mut conn = db.read().await?;
    let account = db::accounts::only(&mut conn).await?.ok_or("there is no account in the backup")?;
    let keyring = Keyring::read(source.secret_keys.as_deref(), &source.place.folder)?;
    let opened = resealing::opened(&mut conn, keyring.as_ref(), &account.uuid).await?;
    drop(conn);
    db.close().await;
    Ok(opened)
}
