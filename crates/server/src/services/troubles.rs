//! Tells the administrators by mail when something fails that they cannot see unless they look, and when it works again.
//!
//! Each is told once: what fails is stored, so a restart tells nothing anew.

use std::time::Duration;

use api_types::{
    SyncRunState, WebhookConnection, WebhookData, WebhookService, WebhookTrouble, WebhookTroubleKind,
};
use strum::VariantArray as _;

use crate::db::field_sync::Schedule;
use crate::db::mail_kind::MailKind;
use crate::db::troubles::{self, Trouble, Watched};
use crate::db::webhooks::outbox;
use crate::db::{self, Conn, DbResult, to_json};
use crate::error::ApiResult;
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::Job;
use crate::services::notices::{self, TroublePayload};
use crate::services::own_state::{self, OwnState};
use crate::state::App;

/// How often the server looks.
const NAP: Duration = Duration::from_secs(1);
/// What works again within this time is no news.
const PATIENCE: Duration = Duration::from_secs(600);
/// A sync is behind by as many polls that did not come, and by this.
const POLLS_MISSED: u64 = 3;
const SYNC_PATIENCE: Duration = Duration::from_secs(3600);

/// Looks again and again, until the server ends.
pub(crate) async fn run(app: App) {
    loop {
        let _ = app.jobs.note(Job::Troubles, "look", look(&app).await);
        tokio::select! {
            () = tokio::time::sleep(NAP) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

/// Compares what fails with what was noted, and tells what is new.
async fn look(app: &App) -> ApiResult<()> {
    let (noted, failing) = {
        let mut conn = app.db.read().await?;
        (troubles::all(&mut conn, &app.account_id).await?, failing(app, &mut conn).await?)
    };
    let now = app.now();
    let of = |watched| noted.iter().find(|trouble: &&Trouble| trouble.watched == watched);
    for &watched in Watched::VARIANTS {
        match (of(watched), failing.contains(&watched)) {
            (None, true) => {
                let mut tx = app.db.write().await?;
                troubles::begin(&mut tx, &app.account_id, watched, now).await?;
                tell_of_connection(app, &mut tx, watched, WebhookData::ConnectionFailed, now).await?;
                tx.commit().await?;
            }
            (Some(trouble), true) if !trouble.is_told && trouble.since.is_past(PATIENCE, now) => {
                fail(app, trouble, now).await?;
            }
            (Some(trouble), false) => work_again(app, trouble, now).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Tells that something fails. Of the mail server, mails cannot tell.
async fn fail(app: &App, trouble: &Trouble, now: Millis) -> DbResult<()> {
    let mut tx = app.db.write().await?;
    troubles::set_told(&mut tx, &app.account_id, trouble.watched, now).await?;
    let is_mailed = trouble.watched != Watched::Mail;
    if is_mailed {
        tell(app, &mut tx, trouble, None, now).await?;
    }
    let began = WebhookData::TroubleBegan(of_webhook(app, trouble));
    outbox::tell(&mut tx, &app.account_id, &[began], now).await?;
    tx.commit().await?;
    tracing::warn!(watched = trouble.watched.into_str(), "it fails, and the administrators are told");
    if is_mailed {
        app.mail_monitor.wake();
    }
    Ok(())
}

async fn work_again(app: &App, trouble: &Trouble, now: Millis) -> DbResult<()> {
    let mut tx = app.db.write().await?;
    troubles::end(&mut tx, &app.account_id, trouble.watched).await?;
    // What was disconnected fails no more, and does not work again.
    let works = !is_disconnected(app, &mut tx, trouble.watched).await?;
    if trouble.is_told {
        if works {
            tell(app, &mut tx, trouble, Some(now.0), now).await?;
        }
        let ended = WebhookData::TroubleEnded(of_webhook(app, trouble));
        outbox::tell(&mut tx, &app.account_id, &[ended], now).await?;
    }
    if works {
        tell_of_connection(app, &mut tx, trouble.watched, WebhookData::ConnectionRestored, now).await?;
    }
    tx.commit().await?;
    if trouble.is_told && works {
        tracing::info!(
            watched = trouble.watched.into_str(),
            "it works again, and the administrators are told"
        );
        app.mail_monitor.wake();
    }
    Ok(())
}

/// Whether something is a connection that nobody has.
async fn is_disconnected(app: &App, conn: &mut Conn, watched: Watched) -> DbResult<bool> {
    Ok(match watched {
        Watched::Salesforce => db::salesforce::of_admins(conn, &app.account_id).await?.is_empty(),
        Watched::Marketo => db::marketo::connection(conn, &app.account_id).await?.is_none(),
        _ => false,
    })
}

async fn tell(
    app: &App,
    conn: &mut Conn,
    trouble: &Trouble,
    until: Option<i64>,
    now: Millis,
) -> DbResult<()> {
    let payload = to_json(&TroublePayload { watched: trouble.watched, since: trouble.since.0, until })?;
    let admins = db::users::latest_admins(conn, &app.account_id, notices::ADMINS).await?;
    let admins: Vec<_> = admins.iter().collect();
    db::mails::queue_personal_to_each(conn, &app.account_id, &admins, MailKind::Trouble, &payload, now).await
}

/// What other systems are told of it.
fn of_webhook(app: &App, trouble: &Trouble) -> WebhookTrouble {
    let kind = match trouble.watched {
        Watched::Salesforce => WebhookTroubleKind::Salesforce,
        Watched::Marketo => WebhookTroubleKind::Marketo,
        Watched::Sync => WebhookTroubleKind::Sync,
        Watched::Disk => WebhookTroubleKind::Disk,
        Watched::Backup => WebhookTroubleKind::Backup,
        Watched::Mail => WebhookTroubleKind::Mail,
        Watched::Webhooks => WebhookTroubleKind::Webhooks,
    };
    let cause = app.mail_monitor.state().trouble.map(|trouble| trouble.cause);
    let cause = cause.filter(|_| trouble.watched == Watched::Mail);
    WebhookTrouble { trouble: kind, since: trouble.since.timestamp(), cause }
}

/// Tells other systems of a connection, at once: it need not last to be of use to them.
async fn tell_of_connection(
    app: &App,
    conn: &mut Conn,
    watched: Watched,
    what: fn(WebhookConnection) -> WebhookData,
    now: Millis,
) -> DbResult<()> {
    let service = match watched {
        Watched::Salesforce => WebhookService::Salesforce,
        Watched::Marketo => WebhookService::Marketo,
        _ => return Ok(()),
    };
    outbox::tell(conn, &app.account_id, &[what(WebhookConnection { service })], now).await
}

/// What fails at this moment.
pub(crate) async fn failing(app: &App, conn: &mut Conn) -> ApiResult<Vec<Watched>> {
    let mut failing = Vec::new();
    let servers = own_state::all(app, conn).await?;
    for &watched in Watched::VARIANTS {
        if fails(app, conn, &servers, watched).await? {
            failing.push(watched);
        }
    }
    Ok(failing)
}

/// Whether something fails at this moment. What nobody has connected does not.
async fn fails(app: &App, conn: &mut Conn, servers: &[OwnState], watched: Watched) -> ApiResult<bool> {
    let account = &app.account_id;
    Ok(match watched {
        Watched::Salesforce => {
            let connections = db::salesforce::of_admins(conn, account).await?;
            !connections.is_empty() && !connections.iter().any(db::salesforce::ConnectionRow::is_healthy)
        }
        Watched::Marketo => match db::marketo::connection(conn, account).await? {
            Some(connection) => connection.failure()?.is_some(),
            None => false,
        },
        Watched::Sync => is_behind(app, conn).await?,
        Watched::Disk => servers.iter().any(|server| server.is_disk_low),
        Watched::Backup => servers.iter().any(OwnState::is_backup_failing),
        Watched::Mail => app.mail_monitor.state().trouble.is_some(),
        Watched::Webhooks => db::webhooks::endpoints::is_one_given_up(conn, account).await?,
    })
}

/// Whether several polls have not come.
async fn is_behind(app: &App, conn: &mut Conn) -> ApiResult<bool> {
    let Some((until, schedule)) = polled(app, conn).await? else { return Ok(false) };
    let polls = Duration::from_secs(60 * u64::from(schedule.polling_minutes()) * POLLS_MISSED);
    Ok(until.is_past(polls + SYNC_PATIENCE, app.now()))
}

/// Up to when the people of the sync are known to be complete, with its schedule; `None` where they need not be: nothing polls, as nobody
/// has begun, somebody has paused it, or Marketo is disconnected.
pub(crate) async fn polled(app: &App, conn: &mut Conn) -> ApiResult<Option<(Millis, Schedule)>> {
    let account = &app.account_id;
    let schedule = db::field_sync::schedule(conn, account).await?;
    let (Some(until), Some(_)) = (schedule.complete_until(), schedule.next_poll_at()) else {
        return Ok(None);
    };
    let run = db::field_sync::runs::current(conn, account).await?;
    let is_paused = matches!(run.map(|run| run.state()).transpose()?, Some(SyncRunState::Paused));
    let is_connected = db::marketo::connection(conn, account).await?.is_some();
    Ok((is_connected && !is_paused).then_some((until, schedule)))
}
