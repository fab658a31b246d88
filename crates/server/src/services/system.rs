//! How the server does: what the System part of the Diagnostics page shows, and how much of each limit is used.

use api_types::{
    DatabaseKind, LimitName, LimitUse, ProblemCode, SystemDatabase, SystemJob, SystemMails, SystemReport,
    limits,
};

use crate::db::{self, Conn, DbResult};
use crate::error::ApiResult;
use crate::platform::clock::Millis;
use crate::services::{own_state, readiness};
use crate::state::App;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const CHANGE_LOG: &str = include_str!("../../../../CHANGELOG.md");

/// What an administrator may know of the server.
pub(crate) async fn report(app: &App) -> ApiResult<SystemReport> {
    let readiness = readiness::look(app).await;
    let (readers_used, readers) = app.db.readers();
    let kind = if app.db.is_shared() { DatabaseKind::Postgresql } else { DatabaseKind::Sqlite };
    let bytes = app.db.bytes().await?;
    let mut conn = app.db.read().await?;
    let mails = mails(&mut conn).await?;
    let jobs = app.jobs.failures().into_iter();
    Ok(SystemReport {
        at: app.now().timestamp(),
        version: VERSION.to_owned(),
        commit: option_env!("MSI_COMMIT").map(str::to_owned),
        changes: changes(CHANGE_LOG, VERSION),
        readiness,
        database: SystemDatabase { kind, bytes, readers_used, readers },
        mails,
        does_jobs: app.this_server.leads(),
        jobs: jobs.map(|(job, failures)| SystemJob { job: job.into_str().to_owned(), failures }).collect(),
        backups: own_state::backups(app, &mut conn).await?,
        limits: limits_used(app, &mut conn).await?,
    })
}

/// How much of each limit of the account is used.
pub(crate) async fn limits_used(app: &App, conn: &mut Conn) -> ApiResult<Vec<LimitUse>> {
    let account = db::accounts::only(conn).await?.ok_or(ProblemCode::NotFound)?;
    let seats = db::accounts::seats(conn, &account.id, app.now()).await?;
    let teams = db::teams::named(conn, &account.id).await?.len();
    let keys = db::api_keys::valid_names(conn, &account.id).await?.len();
    let webhooks = db::webhooks::endpoints::urls(conn, &account.id).await?.len();
    let of = |limit, used: usize, most: usize| LimitUse { limit, used: small(used), most: small(most) };
    Ok(vec![
        LimitUse { limit: LimitName::Seats, used: seats.used, most: seats.limit },
        of(LimitName::Teams, teams, (account.team_limit as usize).min(limits::TEAMS_MAX)),
        of(LimitName::ApiKeys, keys, limits::API_KEYS_MAX),
        of(LimitName::Webhooks, webhooks, limits::WEBHOOKS_MAX),
    ])
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

async fn mails(conn: &mut Conn) -> DbResult<SystemMails> {
    let (waiting, unknown) = db::mails::counts(conn).await?;
    let oldest = db::mails::oldest_waiting(conn).await?;
    Ok(SystemMails {
        waiting: u64::try_from(waiting).unwrap_or(0),
        oldest_waiting: oldest.map(Millis::timestamp),
        unknown: u64::try_from(unknown).unwrap_or(0),
    })
}

/// The paragraphs and the points of a list that a change log has under a version, each in one line.
fn changes(log: &str, version: &str) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    let mut goes_on = false;
    let of_version = log.lines().skip_while(|line| !is_heading_of(line, version)).skip(1);
    for line in of_version.take_while(|line| !line.starts_with("## ")) {
        let text = line.trim();
        let (begins, text) = match text.strip_prefix("- ").or_else(|| text.strip_prefix("### ")) {
            Some(text) => (true, text),
            None => (!goes_on, text),
        };
        match said.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if !begins => {
                last.push(' ');
                last.push_str(text);
            }
            _ => said.push(text.to_owned()),
        }
        goes_on = !text.is_empty() && !line.starts_with('#');
    }
    said
}

/// `## 1.2.3`, maybe with a date behind it.
fn is_heading_of(line: &str, version: &str) -> bool {
    line.strip_prefix("## ").and_then(|title| title.split_whitespace().next()) == Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n2_what_is_new_is_what_the_change_log_has_under_the_version() {
        let log = "# Changes\n\nWhat is noticed.\n\n## 1.2.10 (2026-11-01)\n\nOther.\n\n## 1.2.1\n\nOne that\ngoes on.\n\n\
                   ### Upgrading\nStop all.\n\n- a point\n  of two lines\n- another\n\n## 1.2.0\n\nOld.\n";
        let said = ["One that goes on.", "Upgrading", "Stop all.", "a point of two lines", "another"];
        assert_eq!(changes(log, "1.2.1"), said);
        assert_eq!(changes(log, "1.2.0"), ["Old."]);
        assert_eq!(changes(log, "1.2"), [""; 0]);
    }

    #[test]
    fn n2_this_version_is_in_the_change_log() {
        assert!(!changes(CHANGE_LOG, VERSION).is_empty());
    }
}
