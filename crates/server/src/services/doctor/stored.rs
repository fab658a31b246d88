//! What is on this machine: the folder, the disk, the database and the keys.

use super::finding::{Check, Finding};
use crate::config::Config;
use crate::db::{self, Db, DbResult};
use crate::platform::clock::Millis;
use crate::platform::disk;
use crate::platform::secrets::Keyring;
use crate::services::resealing;

/// What is wrong with it, and the time by the database's server where it has a clock of its own.
pub(super) async fn findings(config: &Config) -> (Vec<Finding>, Option<Millis>) {
    let mut findings = vec![folder(config), disk(config)];
    let place = config.place();
    let todo = "start the server once, or name another place: MSI_DATA, MSI_DATABASE";
    let is_there = place.database.is_some() || Db::is_in(&place.folder);
    let opened = if is_there { Db::open_beside(&place).await } else { Ok(None) };
    let db = match opened {
        Ok(Some(db)) => db,
        Ok(None) if is_there => {
            let todo = "start the server once, which upgrades it";
            findings.push(Finding::failing(Check::Database, "it is of another version", todo));
            return (findings, None);
        }
        Ok(None) => {
            findings.push(Finding::failing(Check::Database, "there is none", todo));
            return (findings, None);
        }
        Err(error) => {
            findings.push(Finding::failing(Check::Database, error.to_string(), todo));
            return (findings, None);
        }
    };
    let failed = |check, error: sqlx::Error| {
        Finding::failing(check, error.to_string(), "look at the disk and at the database's server")
    };
    findings.push(database(&db).await.unwrap_or_else(|error| failed(Check::Database, error)));
    findings.push(keys(config, &db).await.unwrap_or_else(|error| failed(Check::Keys, error)));
    let clock = db.clock().await.ok().flatten();
    db.close().await;
    (findings, clock)
}

fn folder(config: &Config) -> Finding {
    let shown = config.data.display();
    if !config.data.is_dir() {
        let todo = "start the server once, or name another one: MSI_DATA";
        return Finding::failing(Check::Folder, format!("{shown} is no folder"), todo);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let others = |path: &std::path::Path| {
            std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
        };
        if others(&config.data) {
            let todo = format!("take their rights: chmod go= {shown}");
            return Finding::warning(
                Check::Folder,
                format!("other users of the machine can open {shown}"),
                todo,
            );
        }
    }
    Finding::ok(Check::Folder, format!("{shown} is this user's own"))
}

fn disk(config: &Config) -> Finding {
    let Some(free) = disk::free(&config.data).map(|bytes| bytes / 1_000_000) else {
        return Finding::not_asked(Check::Disk, "its free space is not known");
    };
    let found = format!("{free} MB are free beside the data folder");
    if free < config.disk_reserve_mb {
        let todo = "free space: below MSI_DISK_RESERVE_MB the server is not ready, and without any it stores nothing";
        return Finding::failing(Check::Disk, found, todo);
    }
    if free < 4 * config.disk_reserve_mb {
        return Finding::warning(Check::Disk, found, "free space before it is less than MSI_DISK_RESERVE_MB");
    }
    Finding::ok(Check::Disk, found)
}

async fn database(db: &Db) -> DbResult<Finding> {
    let damage = db.damage().await?;
    let version = db.version().await?;
    Ok(match damage.first() {
        None => Finding::ok(Check::Database, format!("{version}: whole, and of this server's version")),
        Some(first) => {
            let found = format!("{version}: {} things are wrong, first {first}", damage.len());
            Finding::failing(Check::Database, found, "stop the server, and restore a backup")
        }
    })
}

/// Opens everything that is sealed.
async fn keys(config: &Config, db: &Db) -> DbResult<Finding> {
    let mut conn = db.read().await?;
    let Some(account) = db::accounts::only(&mut conn).await? else {
        return Ok(Finding::not_asked(Check::Keys, "there is no account"));
    };
    let keyring = match Keyring::read(config.services.secret_keys.as_deref(), &config.data) {
        Ok(keyring) => keyring,
        Err(error) => {
            let todo = "put back the keys of the backup: MSI_SECRET_KEYS, or the file in the data folder";
            return Ok(Finding::failing(Check::Keys, error.to_string(), todo));
        }
    };
    let (sealed, opened) = resealing::opened(&mut conn, keyring.as_ref(), &account.uuid).await?;
    Ok(match (keyring, sealed - opened) {
        (None, 0) => Finding::ok(Check::Keys, "nothing is sealed, and no key is needed yet"),
        (None, lost) => Finding::failing(
            Check::Keys,
            format!("there is no key for {lost} sealed secrets"),
            "set MSI_SECRET_KEYS, or put the file of keys from the backup into the data folder",
        ),
        (Some(_), 0) => Finding::ok(Check::Keys, format!("they open all {sealed} sealed secrets")),
        (Some(_), lost) => Finding::failing(
            Check::Keys,
            format!("they do not open {lost} of {sealed} sealed secrets"),
            "add the keys from before to MSI_SECRET_KEYS; what is lost is connected anew",
        ),
    })
}
