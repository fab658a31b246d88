//! Restoring a backup where nothing is, so that nobody gets by it what they may have got already.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use api_types::AuditAction;
use tokio::task::spawn_blocking;

use super::Source;
use super::archive::{Archive, Manifest};
use super::keys::KnownKeys;
use crate::db::restored::{self, Stopped};
use crate::db::snapshot::{self, Engine};
use crate::db::{self, Db};
use crate::error::StartError;
use crate::platform::clock::Millis;
use crate::platform::partial::{self, Partial};
use crate::platform::place::Place;
use crate::platform::secrets::Keyring;
use crate::platform::{secrets, token};
use crate::services::audit;

/// The purpose of the folder for what is being restored.
const RESTORING: &str = "restoring";
/// Nothing stops it but its end.
pub(super) static GO_ON: AtomicBool = AtomicBool::new(false);
const DATABASE: &str = "msi.sqlite3";

/// Refuses a backup that this server cannot read, or not there.
pub(crate) fn check(manifest: &Manifest, file: &Path, place: &Place) -> Result<(), StartError> {
    let Manifest { engine, schema, needs, made_by, .. } = manifest;
    let file = file.display();
    if *engine != Engine::of(place) {
        return Err(match engine {
            Engine::Sqlite => format!(
                "{file} is of SQLite, which is restored into a data folder: leave --database and MSI_DATABASE out"
            ),
            Engine::Postgres => {
                format!("{file} is of PostgreSQL: name an empty database of it (--database or MSI_DATABASE)")
            }
        }
        .into());
    }
    if needs.unwrap_or(*schema) > engine.latest_schema() {
        return Err(format!(
            "{file} is of a later version of the server ({made_by}), whose data this one does not read: restore it with that \
             version, or a later one"
        )
        .into());
    }
    Ok(())
}

/// What restoring a backup would do.
pub(crate) fn plan(manifest: &Manifest, file: &Path, place: &Place) -> String {
    let Manifest { made_at, made_by, engine, tables, bytes, .. } = manifest;
    let into = match &place.database {
        None => format!("the data folder {}", place.folder.display()),
        Some(_) => "the database of --database or MSI_DATABASE".to_owned(),
    };
    format!(
        "{} was made at {made_at} by version {made_by}: {} rows in {} tables, {} MB of {}. It is restored into {into}: mails that \
         waited or were being sent then become unknown, sessions end, and links that reset passwords are void.",
        file.display(),
        tables.values().sum::<i64>(),
        tables.len(),
        bytes.div_ceil(1_000_000),
        engine.name(),
    )
}

/// What was done.
pub(crate) fn summary(stopped: &Stopped) -> String {
    let Stopped { mails, notices, batches, changes, sessions } = stopped;
    let mut text = "Restored.".to_owned();
    for (count, what) in [
        (
            mails,
            "mails of invitations are unknown: the other server may have sent them since. Their batches list them; look whether \
             they arrived before you send them again",
        ),
        (notices, "other mails to users are not sent"),
        (batches, "batches that were being filled are closed: what came after the backup is not in them"),
        (changes, "changes of members that were under way are stopped"),
        (sessions, "sessions ended"),
    ] {
        if *count > 0 {
            // Writing to a text does not fail.
            let _ = write!(text, "\n- {count} {what}");
        }
    }
    text.push_str("\nStop the other server for good before this one starts, if it still runs.");
    text
}

/// Refuses a folder with anything but keys in it, which a backup has not.
pub(crate) fn refuse_data(place: &Place) -> Result<(), StartError> {
    if place.database.is_some() || !place.folder.exists() {
        return Ok(());
    }
    let kept = [secrets::FILE, token::FILE, "lock"];
    for entry in std::fs::read_dir(&place.folder)? {
        let name = entry?.file_name();
        let is_left = partial::is_of(&name, RESTORING);
        if !is_left && !kept.iter().any(|kept| name == *kept) {
            return Err(format!(
                "{} has {} in it: name a folder that is empty, or has but {} and {}, so that nothing is overwritten",
                place.folder.display(),
                name.display(),
                secrets::FILE,
                token::FILE
            )
            .into());
        }
    }
    Ok(())
}

/// Refuses half a keyring: what its missing keys have sealed could not be opened.
pub(crate) fn refuse_lost_keys(source: &Source, manifest: &Manifest) -> Result<(), StartError> {
    let known = KnownKeys::read(source.secret_keys.as_deref(), &source.place)?;
    match known.lacks(manifest) {
        None => Ok(()),
        Some(what) => Err(format!(
            "{what}: copy {} and {} of the server that made the backup into {}, or set MSI_SECRET_KEYS and MSI_TOKEN_KEYS as there, \
             or go on without them by --without-keys; connections to Salesforce and Marketo, authenticator apps and links in mails \
             that need them are lost then",
            secrets::FILE,
            token::FILE,
            source.place.folder.display()
        )
        .into()),
    }
}

/// Restores a backup. Nothing but this works on the place.
pub(crate) async fn restore(
    archive: Archive,
    file: &Path,
    place: &Place,
    now: Millis,
) -> Result<Stopped, StartError> {
    check(&archive.manifest, file, place)?;
    partial::sweep(&place.folder, RESTORING)?;
    let work = Partial::within(&place.folder, RESTORING)?;
    let (copy, made_at) = (work.path().join("copy"), archive.manifest.made_at.clone());
    let unpacked = copy.clone();
    let manifest = spawn_blocking(move || archive.unpack(&unpacked, &GO_ON)).await??;
    // A database in a folder is made whole in another one.
    let there = match &place.database {
        None => Place::in_folder(work.path()),
        Some(_) => place.clone(),
    };
    Db::begin_restore(&there).await?;
    snapshot::fill(&there, &copy).await?;
    let db = Db::open_restored(&there).await?;
    compare(&db, &manifest).await?;
    let mut tx = db.write().await?;
    let account = db::accounts::only(&mut tx).await?.ok_or("there is no account in the backup")?;
    let detail = format!("restored from the backup of {made_at}");
    let stopped = restored::stop(&mut tx, &detail, now).await?;
    let subject = format!("{made_at} ({})", stopped.mails);
    // Where the keys were lost, there are new ones from here on.
    let keyring = Keyring::load(place.secret_keys.as_deref(), &place.folder)?;
    audit::by_operator(&mut tx, &keyring, &account.id, AuditAction::BackupRestored, &subject, now).await?;
    db.end_restore(&mut tx).await?;
    tx.commit().await?;
    db.close().await;
    if place.database.is_none() {
        // What is still in the log would be lost.
        if work.path().join(format!("{DATABASE}-wal")).metadata().is_ok_and(|log| log.len() > 0) {
            return Err("the restored database could not be closed: try again".into());
        }
        partial::put(&work.path().join(DATABASE), &place.folder.join(DATABASE))?;
    }
    Ok(stopped)
}

/// Compares how many rows there are with how many there were. Migrations may have changed that.
pub(super) async fn compare(db: &Db, manifest: &Manifest) -> Result<(), StartError> {
    let Manifest { engine, schema, tables, .. } = manifest;
    if *schema < engine.latest_schema() {
        return Ok(());
    }
    let found = snapshot::count_rows(&mut *db.read().await?, *engine).await?;
    match tables.iter().find(|(table, rows)| found.get(*table) != Some(rows)) {
        None => Ok(()),
        Some((table, rows)) => {
            let found = found.get(table).copied().unwrap_or(0);
            Err(format!("{table} has {found} rows instead of {rows}: take another backup").into())
        }
    }
}
