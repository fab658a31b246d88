//! Several servers at one database: each shows by its heartbeat that it lives, and one of them, the lead, does the jobs.
//! What a server holds ends only once its heartbeat has, and then it has stopped by itself.

use std::time::Duration;

use crate::db::mails::Leases;
use crate::db::servers::{self, SeenServer};
use crate::db::{Conn, Db, DbResult, Reader};
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::Job;
use crate::services::{mail, own_state};
use crate::state::App;
use crate::state::this_server::{Hearts, OVERDUE, ThisServer};

const BEAT_EVERY: Duration = Duration::from_secs(1);
/// How long the database may take to store a heartbeat, and for each step after it.
const STORED_WITHIN: Duration = Duration::from_secs(3);
/// How far the clock may be from the database's.
const CLOCKS_APART: Duration = Duration::from_secs(5);

/// Registers a server before it works, and ends what the processes held that had its data folder `before`.
pub(crate) async fn register(db: &Db, id: &str, before: &[String], now: Millis) -> DbResult<ThisServer> {
    let mut tx = db.write_as_newcomer().await?;
    if db.is_shared() {
        for before in before {
            servers::delete(&mut tx, before).await?;
        }
    } else {
        // Nobody else can use a file.
        servers::delete_all(&mut tx).await?;
    }
    servers::insert(&mut tx, id, now).await?;
    let leads = take_over(&mut tx, id, now).await?;
    tx.commit().await?;
    let server = ThisServer::new(id.to_owned());
    server.set_leads(leads);
    Ok(server)
}

/// Takes the lead, if there is none, and ends what servers have left that are gone. Returns whether this one has taken it.
async fn take_over(conn: &mut Conn, id: &str, now: Millis) -> DbResult<bool> {
    mail::worker::expire_leases(conn, Leases::OfGone, now).await?;
    servers::take_lead(conn, id).await
}

/// Takes this server off, so that nobody waits until it is taken for gone.
pub(crate) async fn leave(app: &App) -> DbResult<()> {
    let mut tx = app.db.write().await?;
    servers::delete(&mut tx, &app.this_server.id).await?;
    tx.commit().await
}

/// Beats until the server ends.
pub(crate) async fn run(app: App) {
    if !app.db.is_shared() {
        return wait_for_end(app.ending.clone()).await;
    }
    let mut hearts = Hearts::default();
    let mut last = app.elapsed();
    let mut clocks_differ = false;
    while !*app.ending.borrow() {
        let began = app.elapsed();
        let done = async {
            let mut conn = in_time(beat(&app)).await?;
            // However long the rest takes: the other servers see that this one lives.
            last = began;
            let (others, clock) = in_time(hear(&app, &mut conn)).await?;
            drop(conn);
            let differ = difference(app.now(), clock);
            if let Some(differ) = differ.as_ref().filter(|_| !clocks_differ) {
                tracing::error!("{differ}");
            }
            clocks_differ = differ.is_some();
            in_time(look(&app, &mut hearts, &others)).await
        };
        let done = done.await;
        if app.elapsed().saturating_sub(last) >= OVERDUE && app.this_server.set_leads(false) {
            tracing::error!("the heartbeat is overdue: the jobs are left to another server");
        }
        let _ = app.jobs.note(Job::Heartbeat, "beat", done);
        tokio::select! {
            () = tokio::time::sleep(BEAT_EVERY) => {}
            () = wait_for_end(app.ending.clone()) => {}
        }
    }
}

/// What is the matter with a clock that is far from the database's.
fn difference(own: Millis, of_database: Millis) -> Option<String> {
    let (ahead, behind) = (of_database.until(own), own.until(of_database));
    let (by, how) = if ahead > behind { (ahead, "ahead of") } else { (behind, "behind") };
    (by > CLOCKS_APART).then(|| {
        format!(
            "the clock of this machine is {} seconds {how} the database's: set both by NTP, or mails and ends of sessions come \
             too early or too late",
            by.as_secs()
        )
    })
}

async fn in_time<T>(work: impl Future<Output = DbResult<T>>) -> DbResult<T> {
    tokio::time::timeout(STORED_WITHIN, work).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Shows that this server lives. Returns the connection.
async fn beat(app: &App) -> DbResult<Reader> {
    let id = &app.this_server.id;
    let mut conn = app.db.apart().await?;
    let leads = match servers::beat(&mut conn, id, own_state::told(app).as_deref(), &app.mail_monitor.told())
        .await?
    {
        Some(leads) => leads,
        None => {
            tracing::error!("this server was taken for gone, as its heartbeat did not come");
            // What it held is others'. Once it has a row again it may write, which its jobs must not.
            app.this_server.set_leads(false);
            app.this_server.until_idle().await;
            let mut tx = app.db.write_as_newcomer().await?;
            servers::insert(&mut tx, id, app.now()).await?;
            tx.commit().await?;
            false
        }
    };
    if app.this_server.set_leads(leads) && leads {
        tracing::info!("this server does the jobs");
        app.mail_monitor.wake();
    }
    Ok(conn)
}

/// What the other servers show. Returns them, and the time of the database.
async fn hear(app: &App, conn: &mut Conn) -> DbResult<(Vec<SeenServer>, Millis)> {
    let others = servers::others(conn, &app.this_server.id).await?;
    let lead = others.iter().find(|server| server.is_lead());
    if let Some(mail) = lead.and_then(|lead| lead.mail.as_deref()) {
        app.mail_monitor.hear(mail);
    }
    Ok((others, servers::clock(conn).await?))
}

/// Looks after the other servers, and takes over from those that are gone.
async fn look(app: &App, hearts: &mut Hearts, others: &[SeenServer]) -> DbResult<()> {
    let gone = hearts.look(others, app.elapsed());
    let has_lead = app.this_server.leads() || others.iter().any(SeenServer::is_lead);
    if gone.is_empty() && has_lead {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    for server in gone {
        tracing::warn!(server = server.id, "a server is gone: its heartbeat has stopped");
        servers::delete_silent(&mut tx, server).await?;
    }
    take_over(&mut tx, &app.this_server.id, app.now()).await?;
    tx.commit().await?;
    // Its next heartbeat says whether it leads.
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r26_a_clock_that_is_far_from_the_databases_is_told_by_one_sentence() {
        let at = |seconds: i64| Millis(1_795_000_000_000 + seconds * 1_000);
        for near in [-5, 0, 5] {
            assert_eq!(difference(at(near), at(0)), None, "{near}");
        }
        let ahead = difference(at(180), at(0)).unwrap();
        assert!(
            ahead.starts_with("the clock of this machine is 180 seconds ahead of the database's: "),
            "{ahead}"
        );
        let behind = difference(at(-6), at(0)).unwrap();
        assert!(
            behind.starts_with("the clock of this machine is 6 seconds behind the database's: "),
            "{behind}"
        );
    }
}
