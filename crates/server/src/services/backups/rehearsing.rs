//! Restoring a backup for trial: it is opened as a server would, and thrown away.

use std::path::Path;

use tokio::task::spawn_blocking;

use super::Source;
use super::archive::{Archive, Manifest};
use super::keys::KnownKeys;
use super::record::{self, Rehearsal};
use super::restoring::{self, GO_ON};
use crate::db::snapshot;
use crate::db::{self, Db};
use crate::error::StartError;
use crate::platform::clock::Millis;
use crate::platform::for_recipients::Identities;
use crate::platform::partial::{self, Partial};
use crate::platform::place::Place;
use crate::platform::secrets::Keyring;
use crate::services::resealing;

const REHEARSAL: &str = "rehearsal";

/// Restores a backup for trial, and notes what became of it. Returns what to say.
pub(crate) async fn rehearse(
    source: &Source,
    file: &Path,
    identities: Option<Identities>,
    now: Millis,
) -> Result<String, StartError> {
    let rehearsed = unnoted(source, file, identities.as_ref()).await;
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
) -> Result<String, StartError> {
    let archive = Archive::open(file, identities)?;
    restoring::check(&archive.manifest, file, &source.place)?;
    let known = KnownKeys::read(source.secret_keys.as_deref(), &source.place)?;
    if let Some(lacks) = known.lacks(&archive.manifest.secret_keys, &archive.manifest.token_keys) {
        return Err(format!("{lacks}: without it, what it has sealed in this backup is lost").into());
    }
    let folder = &source.place.folder;
    partial::sweep(folder, REHEARSAL)?;
    let work = Partial::within(folder, REHEARSAL)?;
    let copy = work.path().join("copy");
    let unpacked = copy.clone();
    let manifest = spawn_blocking(move || archive.unpack(&unpacked, &GO_ON)).await??;
    let there = match &source.place.database {
        None => Place::in_folder(work.path()),
        Some(url) => Place { database: Some(snapshot::make_database(url).await?), ..source.place.clone() },
    };
    let looked = look(source, &there, &copy, &manifest).await;
    if let Some(url) = &there.database {
        snapshot::drop_database(url).await?;
    }
    let (secrets, opened) = looked?;
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
    let keyring = Keyring::load(source.secret_keys.as_deref(), &source.place.folder)?;
    let opened = resealing::opened(&mut conn, Some(&keyring), &account.uuid).await?;
    drop(conn);
    db.close().await;
    Ok(opened)
}
