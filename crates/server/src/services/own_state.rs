//! What a server knows of itself alone, and tells the others at its database by its heartbeat: the room on its disk, and its backups.

use std::io;

use api_types::{SystemBackup, SystemBackups, SystemRehearsal};
use serde::{Deserialize, Serialize};

use super::backups::record;
use super::readiness;
use crate::db::{Conn, DbResult, servers};
use crate::platform::clock::Millis;
use crate::state::App;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OwnState {
    pub(crate) is_disk_low: bool,
    backups: SystemBackups,
}

impl OwnState {
    /// # Errors
    /// When what became of the backups cannot be read.
    fn of(app: &App) -> io::Result<Self> {
        let config = &app.config;
        Ok(Self {
            is_disk_low: !readiness::has_room(&config.data, config.disk_reserve_mb),
            backups: backups_of_this(app)?,
        })
    }

    /// Whether backups are to be made, and the last one could not be.
    pub(crate) fn is_backup_failing(&self) -> bool {
        self.makes_backups() && self.backups.is_failing
    }

    fn makes_backups(&self) -> bool {
        self.backups.every_hours.is_some()
    }
}

/// This server's as JSON, for the others; `None` while it is not known.
pub(crate) fn told(app: &App) -> Option<String> {
    serde_json::to_string(&OwnState::of(app).ok()?).ok()
}

/// Those of all servers, this one's first. What another version says in other words is left out.
pub(crate) async fn all(app: &App, conn: &mut Conn) -> DbResult<Vec<OwnState>> {
    let others = servers::states_of_others(conn, &app.this_server.id).await?;
    let others = others.iter().filter_map(|state| serde_json::from_str(state).ok());
    Ok([OwnState::of(app).map_err(sqlx::Error::Io)?].into_iter().chain(others).collect())
}

/// The backups of the server that makes them, of one that fails before others, or else of this one. What is not known of them is left out.
pub(crate) async fn backups(app: &App, conn: &mut Conn) -> DbResult<SystemBackups> {
    let mut all = match all(app, conn).await {
        Err(sqlx::Error::Io(error)) => {
            tracing::warn!(%error, "what became of the backups cannot be read");
            return Ok(SystemBackups::default());
        }
        all => all?,
    };
    let failing = all.iter().position(OwnState::is_backup_failing);
    let at = failing.or_else(|| all.iter().position(OwnState::makes_backups)).unwrap_or(0);
    Ok(all.swap_remove(at).backups)
}

fn backups_of_this(app: &App) -> io::Result<SystemBackups> {
    let config = &app.config;
    let record = record::last(&config.data)?;
    let last = record.latest().map(|made| SystemBackup {
        at: made.at().timestamp(),
        bytes: made.bytes,
        rows: u64::try_from(made.rows).unwrap_or(0),
        is_encrypted: made.is_encrypted,
    });
    let relied_on = record.relied_on(config.backups.to.is_some());
    Ok(SystemBackups {
        every_hours: config.backups.to.as_ref().map(|_| config.backups.every_hours.get()),
        last,
        is_failing: relied_on.is_failing(),
        failed_at: relied_on.failure.as_ref().map(|failure| failure.at().timestamp()),
        rehearsal: record.rehearsal.map(|tried| SystemRehearsal {
            at: Millis(tried.at).timestamp(),
            is_passed: tried.failure.is_none(),
        }),
    })
}
