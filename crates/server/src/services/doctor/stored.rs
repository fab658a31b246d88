//! What is on this machine: the folder, the disk, the database and the keys.

use api_types::AuditIntegrity;

use super::finding::{Check, Finding, State};
use crate::config::Config;
use crate::db::{self, Conn, Db, DbResult, Fit, audit_trail};
use crate::platform::clock::Millis;
use crate::platform::disk;
use crate::platform::secrets::Keyring;
use crate::platform::token::TokenKeys;
use crate::services::resealing;
use crate::services::server_keys::{self, Kind, SAME_KEYS};

/// What is wrong with it, and the time by the database's server where it has a clock of its own.
pub(super) async fn findings(config: &Config) -> (Vec<Finding>, Option<Millis>) {
    let mut findings = vec![folder(config), disk(config)];
    let place = config.place();
    let todo = "start the server once, or name another place: MSI_DATA, MSI_DATABASE";
    let is_there = place.database.is_some() || Db::is_in(&place.folder);
    let opened = match place.database.as_ref().map(|_| Db::is_new(&place)) {
        Some(is_new) => match is_new.await {
            Ok(true) => {
                let found = "it is reached, and empty: the first start makes what it needs";
                findings.push(Finding::ok(Check::Database, found));
                return (findings, None);
            }
            Ok(false) => Db::open_beside(&place, Fit::Sufficient).await,
            Err(error) => Err(error),
        },
        None if is_there => Db::open_beside(&place, Fit::Sufficient).await,
        None => Ok(None),
    };
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
    findings.push(audit_log(config, &db).await.unwrap_or_else(|error| failed(Check::AuditLog, error)));
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

/// Opens everything that is sealed, and looks for the keys that make links.
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
    let marks = keyring.as_ref().map(Keyring::marks).unwrap_or_default();
    let of_secrets = match (keyring, sealed - opened) {
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
    };
    if of_secrets.state != State::Ok {
        return Ok(of_secrets);
    }
    if let Some(other) = server_keys::other(&mut conn, Kind::Secrets, &marks).await? {
        return Ok(Finding::failing(Check::Keys, other, SAME_KEYS));
    }
    Ok(keys_of_tokens(config, &mut conn).await?.unwrap_or(of_secrets))
}

/// What is wrong with the keys of links and tokens.
async fn keys_of_tokens(config: &Config, conn: &mut Conn) -> DbResult<Option<Finding>> {
    let todo = "put back the keys of the backup: MSI_TOKEN_KEYS, or token.keys in the data folder";
    let marks = match TokenKeys::read(config.token_keys.as_deref(), &config.data) {
        Ok(Some(keys)) => keys.marks(),
        Ok(None) => {
            let found = "there is no key of links: those in mails that were sent are void, and drafts in browsers cannot be opened";
            return Ok(Some(Finding::warning(Check::Keys, found, todo)));
        }
        Err(error) => return Ok(Some(Finding::failing(Check::Keys, error.to_string(), todo))),
    };
    let other = server_keys::other(conn, Kind::Tokens, &marks).await?;
    Ok(other.map(|other| Finding::failing(Check::Keys, other, SAME_KEYS)))
}

/// Looks at the number and the code of every event.
async fn audit_log(config: &Config, db: &Db) -> DbResult<Finding> {
    let mut conn = db.read().await?;
    let account = db::accounts::only(&mut conn).await?;
    let keyring = Keyring::read(config.services.secret_keys.as_deref(), &config.data).ok().flatten();
    let (Some(account), Some(keyring)) = (account, keyring) else {
        return Ok(Finding::not_asked(Check::AuditLog, "there is no account, or no key"));
    };
    let numbering = audit_trail::numbering(&mut conn, &keyring, &account.id).await?;
    let checked = audit_trail::check_all(&mut conn, &keyring, &account.id).await?;
    let (mut wrong, mut unproven) = (Vec::new(), Vec::new());
    if numbering.missing_total > 0 {
        let runs = numbering.missing.iter().map(|run| match run.first == run.last {
            true => run.first.to_string(),
            false => format!("{} to {}", run.first, run.last),
        });
        let runs = runs.collect::<Vec<_>>().join(", ");
        wrong.push(format!("{} events are missing: {runs}", numbering.missing_total));
    }
    if checked.changed_total > 0 {
        let numbers: Vec<_> = checked.changed.iter().map(ToString::to_string).collect();
        wrong.push(format!(
            "{} events were changed outside of the server: {}",
            checked.changed_total,
            numbers.join(", ")
        ));
    }
    match numbering.count {
        AuditIntegrity::Unchanged | AuditIntegrity::NoCode => {}
        AuditIntegrity::Changed => {
            wrong.push("the count of events was changed outside of the server".to_owned());
        }
        AuditIntegrity::KeyMissing => {
            unproven.push("the key of the count of events is missing, or was".to_owned());
        }
    }
    if !numbering.unproven.is_empty() {
        let runs = numbering.unproven.iter().map(|run| format!("{} to {}", run.first, run.last));
        let runs = runs.collect::<Vec<_>>().join(", ");
        unproven.push(format!("events are said to be deleted for their age, without a proof: {runs}"));
    }
    if checked.key_missing > 0 {
        unproven.push(format!("the key of {} events is missing", checked.key_missing));
    }
    if !wrong.is_empty() {
        let todo = "compare it with an exported audit log, or with a backup, and find out who can write to the database";
        wrong.append(&mut unproven);
        return Ok(Finding::failing(Check::AuditLog, wrong.join("; "), todo));
    }
    if !unproven.is_empty() {
        let todo = "this stays once keys were lost, as after a restore without them; if none was lost, find out who can write to the \
                    database. What was exported before still proves what it says";
        return Ok(Finding::warning(Check::AuditLog, unproven.join("; "), todo));
    }
    let mut found = format!("all {} events are there as they were written", checked.events);
    if let Some(deleted) = numbering.deleted.last() {
        found = format!("{found}; those up to {} were deleted for their age", deleted.last);
    }
    if checked.without_code > 0 {
        found = format!("{found}; {} of before have no code yet", checked.without_code);
    }
    Ok(Finding::ok(Check::AuditLog, found))
}
