//! Rows of a console that was moved to another path of its origin. It has the same server, so its person's key opens what was
//! kept at the old path, where there is no console any more.

use idb::TransactionMode;

use super::rows::{self, At, Row};
use super::vault::Vault;
use crate::platform::address::is_silent;
use crate::platform::database::{self, DatabaseSpec, commit};
use crate::platform::{files, lock, panel};

/// Brings what the person left at places that the console has left.
pub(super) async fn bring(vault: &Vault) {
    if panel::is_here() || is_silent() {
        return;
    }
    for place in database::written() {
        // A panel's place is its host's, too.
        if place != vault.place && !place.contains("://") {
            bring_from(&vault.at(place), vault).await;
        }
    }
}

async fn bring_from(old: &Vault, vault: &Vault) {
    // Another tab that brings them at the same time would bring back what this one has done with since.
    let _lock = lock::acquire(&format!("msi-moving {}", old.place)).await;
    let mut left = Vec::new();
    for database in rows::ALL {
        left.extend(rows_at(database, old).await.into_iter().map(|row| (database, row)));
    }
    // Who has nothing there need not ask. A tab that is still open there goes on with what it sends.
    if left.is_empty()
        || files::is_console_at(&old.place).await != Some(false)
        || lock::is_any_held(&rows::locks_at(&old.place)).await
    {
        return;
    }
    for (database, (at, row, content)) in left {
        let Some(moved) = vault.seal_bytes(&at, row.head.clone(), &content).await else { return };
        if put_newer(database, vault, &at, &Row { handle: row.handle.clone(), ..moved }).await.is_some() {
            remove(database, old, &at, &row).await;
        }
    }
}

/// The person's rows at a place, opened.
async fn rows_at(database: &'static DatabaseSpec, old: &Vault) -> Vec<(At, Row, Vec<u8>)> {
    let mut opened = Vec::new();
    for (at, row) in rows::all(database, &old.place).await.unwrap_or_default() {
        if let Some(row) = row.filter(|row| row.head.owner == old.owner)
            && let Some(content) = old.open_bytes(&at, &row).await
        {
            opened.push((at, row, content));
        }
    }
    opened
}

/// Stores a row unless there is one as new; `None` where the browser refuses.
async fn put_newer(database: &'static DatabaseSpec, vault: &Vault, at: &At, row: &Row) -> Option<()> {
    let put = database.run(&vault.place, TransactionMode::ReadWrite, async |transaction| {
        let store = at.store_in(&transaction)?;
        let there = store.get(at.query())?.await?.as_ref().and_then(Row::read);
        if there.is_none_or(|there| there.head.since < row.head.since) {
            store.put(&row.write(), Some(&at.key))?.await?;
        }
        commit(transaction).await
    });
    put.await.ok()
}

/// Removes a row that was moved. One that is newer is brought by the next start.
async fn remove(database: &'static DatabaseSpec, old: &Vault, at: &At, moved: &Row) {
    // What stays expires.
    let _ = rows::remove(database, &old.place, at, |found| found.head == moved.head).await;
}
