//! Sends the messages of the outbox: those of an endpoint one after the other, in the order in which they were made.
//!
//! A message is marked only after it was answered, so that one whose server ends in between is sent again, with the same id.
//! One that fails is tried again after a while, while others go on; and an endpoint that fails is left alone for a while. One that
//! refuses a message for what it says has not failed: the next message may be to its liking.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use api_types::{AuditAction, WebhookId, WebhookOutcome, WebhookState};
use tokio::task::JoinSet;

use super::AT_A_TIME;
use super::endpoints::named;
use super::sending::{Attempt, Message, send};
use crate::db::sealed::WEBHOOK_SECRET;
use crate::db::troubles::{self, Watched};
use crate::db::webhooks::deliveries::{self, Becomes, DueMessage, Settled};
use crate::db::webhooks::endpoints::{self, EndpointRow, Health};
use crate::db::webhooks::{invitations, outbox};
use crate::db::{self, DbResult};
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::jitter::random_share;
use crate::platform::jobs::Job;
use crate::platform::secrets::{Secret, SecretContext};
use crate::services::audit::{self, Actor};
use crate::state::App;

/// How often the outbox is looked into.
const NAP: Duration = Duration::from_secs(1);
/// How many endpoints are sent to at once.
const AT_ONCE: usize = 8;
/// Messages that are sent before what became of them is stored, at most, and the time that this should take at most.
const PORTION: u32 = 50;
const STORED_EVERY: Duration = Duration::from_secs(1);
/// The wait after a message has failed for the first time; each one is four times as long as the one before.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3600);
/// The same for an endpoint, whatever messages failed; each one is twice as long.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);
/// The longest that an endpoint may ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(6 * 3600);
/// An endpoint that fails for so long is turned off.
const PATIENCE: Duration = outbox::LIFETIME;
/// An endpoint that has failed as often and works again gets all that waits at once.
const IN_TROUBLE: u32 = 3;

/// Sends until the server ends.
pub(crate) async fn run(app: App) {
    // Tasks of their own: one that stores what became of its messages holds up all writers, and must go on while this looks around.
    let mut under_way: JoinSet<(WebhookId, DbResult<()>)> = JoinSet::new();
    let mut busy: Vec<WebhookId> = Vec::new();
    let mut looked: Option<Instant> = None;
    // The turn in which each endpoint was served last: with more of them than places, all come in turn.
    let mut served: HashMap<WebhookId, u64> = HashMap::new();
    let mut turn = 0;
    loop {
        if looked.is_none_or(|at| at.elapsed() >= NAP) {
            looked = Some(Instant::now());
            let _ = app.jobs.note(Job::Webhooks, "ended invitations", tell_of_ended(&app).await);
            let _ = app.jobs.note(Job::Webhooks, "old messages", tidy(&app).await);
        }
        let due =
            async { deliveries::endpoints_due(&mut *app.db.read().await?, &app.account_id, app.now()).await };
        if let Ok(mut due) = app.jobs.note(Job::Webhooks, "looking", due.await) {
            served.retain(|endpoint, _| due.contains(endpoint) || busy.contains(endpoint));
            due.sort_by_key(|endpoint| served.get(endpoint).copied().unwrap_or_default());
            for endpoint in due {
                if under_way.len() < AT_ONCE && !busy.contains(&endpoint) {
                    busy.push(endpoint.clone());
                    turn += 1;
                    served.insert(endpoint.clone(), turn);
                    let app = app.clone();
                    under_way.spawn(async move {
                        let sent = send_portion(&app, &endpoint).await;
                        (endpoint, sent)
                    });
                }
            }
        }
        let nap = tokio::time::sleep(NAP);
        tokio::select! {
            Some(ended) = under_way.join_next() => {
                // After a panic the job is begun anew.
                let Ok((endpoint, sent)) = ended else { return };
                busy.retain(|other| *other != endpoint);
                let sent = app.jobs.note(Job::Webhooks, "sending", sent);
                if sent.is_err() {
                    // The database fails, and would at once again.
                    tokio::time::sleep(NAP).await;
                }
            }
            () = app.webhooks.woken.notified() => {}
            () = nap => {}
            () = wait_for_end(app.ending.clone()) => {
                // What was sent is noted, so that it is not sent again.
                while under_way.join_next().await.is_some() {}
                return;
            }
        }
    }
}

/// Sends what is due to one endpoint, up to a portion, and stores what became of it.
async fn send_portion(app: &App, id: &WebhookId) -> DbResult<()> {
    let mut conn = app.db.read().await?;
    let now = app.now();
    let Some(endpoint) = endpoints::find(&mut conn, &app.account_id, id, now).await? else { return Ok(()) };
    let due = deliveries::due(&mut conn, id, PORTION, now).await?;
    let sealed = endpoints::secrets(&mut conn, id, now).await?;
    drop(conn);
    let opened = sealed.iter().filter_map(|(row, secret)| {
        app.keyring.open(SecretContext { column: WEBHOOK_SECRET, row }, secret).ok()
    });
    let secrets: Vec<Secret> = opened.collect();
    let began = Instant::now();
    let (mut settled, mut heard) = (Vec::new(), Heard::default());
    for message in &due {
        let at = app.now();
        let said =
            Message { url: &endpoint.url, secrets: &secrets, id: message.id.as_str(), body: &message.body };
        let attempt = tokio::select! {
            attempt = send(app, &said) => attempt,
            () = wait_for_end(app.ending.clone()) => break,
        };
        app.metrics.delivered(attempt.outcome);
        settled.push(settle(message, at, &attempt));
        match attempt.outcome {
            WebhookOutcome::Delivered => heard.succeeded = true,
            _ if attempt.is_of_the_message() => heard.refused = true,
            _ => heard.failed = Some(attempt),
        }
        if heard.failed.is_some() || began.elapsed() > STORED_EVERY {
            break;
        }
    }
    store(app, &endpoint, settled, &heard).await
}

/// What a portion says of its endpoint.
#[derive(Default)]
struct Heard {
    succeeded: bool,
    /// A message was refused for what it says.
    refused: bool,
    /// The last attempt, where it failed.
    failed: Option<Attempt>,
}

/// What becomes of a message after an attempt.
fn settle(message: &DueMessage, at: Millis, attempt: &Attempt) -> Settled {
    let becomes = match attempt.outcome {
        WebhookOutcome::Delivered => Becomes::Sent,
        _ if attempt.is_gone() || message.gives_up_at() <= at => Becomes::Failed,
        _ => {
            let wait = jittered(FIRST_WAIT, 4, message.next_try(), LONGEST_WAIT).max(asked_for(attempt));
            // The last attempt is at the end of its time.
            Becomes::Waiting(at.plus(wait).min(message.gives_up_at()))
        }
    };
    Settled {
        number: message.number,
        attempt: message.next_attempt(),
        at,
        took: attempt.took,
        outcome: attempt.outcome,
        status: attempt.status.map(|status| status.as_u16()),
        response: attempt.response.clone(),
        becomes,
    }
}

fn asked_for(attempt: &Attempt) -> Duration {
    attempt.retry_after.unwrap_or_default().min(RETRY_AFTER_MAX)
}

/// How long to wait after so many failures: between half of a time that grows and all of it.
fn jittered(first: Duration, factor: u32, failures: u32, longest: Duration) -> Duration {
    let whole = first.saturating_mul(factor.saturating_pow(failures.saturating_sub(1))).min(longest);
    whole.mul_f64(0.5 + random_share() / 2.0)
}

async fn store(app: &App, endpoint: &EndpointRow, mut settled: Vec<Settled>, heard: &Heard) -> DbResult<()> {
    if settled.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    let now = app.now();
    // Of an address that was corrected meanwhile, or turned on anew, this says nothing.
    let present = endpoints::find(&mut tx, &app.account_id, &endpoint.id, now).await?;
    let is_same = |present: EndpointRow| {
        present.url == endpoint.url && present.failing_since() == endpoint.failing_since()
    };
    if !present.is_some_and(is_same) {
        // What it did not take is sent anew as the endpoint is now, and not given up.
        for one in settled.iter_mut().filter(|one| one.becomes != Becomes::Sent) {
            one.becomes = Becomes::Waiting(now);
        }
        deliveries::settle(&mut tx, &settled).await?;
        return tx.commit().await;
    }
    deliveries::settle(&mut tx, &settled).await?;
    let answered = heard.succeeded || heard.refused;
    if answered && endpoint.failures() >= IN_TROUBLE {
        deliveries::hurry(&mut tx, &endpoint.id, AT_A_TIME, now).await?;
    }
    let before = if answered { 0 } else { endpoint.failures() };
    // Whoever refuses everything for days takes nothing, either.
    let since = if heard.succeeded { None } else { endpoint.failing_since() };
    let health = match &heard.failed {
        None => Health {
            failing_since: since.or_else(|| (heard.refused && !heard.succeeded).then_some(now)),
            failures: 0,
            paused_until: Millis::ZERO,
        },
        Some(attempt) => {
            let failures = before.saturating_add(1);
            let pause = jittered(FIRST_WAIT, 2, failures, LONGEST_PAUSE).max(asked_for(attempt));
            Health { failing_since: Some(since.unwrap_or(now)), failures, paused_until: now.plus(pause) }
        }
    };
    let is_news = health.failing_since != endpoint.failing_since() || endpoint.failures() > 0;
    if heard.failed.is_some() || is_news {
        endpoints::set_health(&mut tx, &endpoint.id, &health).await?;
    }
    let turned_off = match &heard.failed {
        Some(attempt) if attempt.is_gone() => Some(WebhookState::Gone),
        _ if health.failing_since.is_some_and(|since| since.is_past(PATIENCE, now)) => {
            Some(WebhookState::Failing)
        }
        _ => None,
    };
    if let Some(state) = turned_off
        && endpoints::turn_off(&mut tx, &endpoint.id, state).await?
    {
        audit::note(app, &mut tx, Actor::Server, AuditAction::WebhookTurnedOff, &named(&endpoint.url))
            .await?;
        // Administrators who were told of another one are told of this one, too.
        troubles::forget_told(&mut tx, &app.account_id, Watched::Webhooks).await?;
        tracing::warn!(
            endpoint = endpoint.id.as_str(),
            state = state.as_str(),
            "an endpoint of webhooks was turned off"
        );
    }
    tx.commit().await
}

/// Makes messages about invitations that have ended without an answer since the last look.
async fn tell_of_ended(app: &App) -> DbResult<()> {
    let now = app.now();
    // Not held while this waits for its turn to write: readers are few.
    let endpoints = endpoints::list(&mut *app.db.read().await?, &app.account_id, now).await?;
    for endpoint in endpoints {
        let wants = endpoint.state()? == WebhookState::Active
            && endpoint.types()?.contains(&api_types::WebhookType::InvitationExpired);
        if !wants || endpoint.expired_until() >= now {
            continue;
        }
        let span = (endpoint.expired_until(), now);
        let mut conn = app.db.read().await?;
        let (ended, _) = invitations::ended(&mut conn, &app.account_id, span, AT_A_TIME).await?;
        drop(conn);
        // Nothing is written in vain, but for once an hour, so that the next look is short.
        if ended.is_empty() && span.0.until(now) < Duration::from_secs(3600) {
            continue;
        }
        // Read again, as a person among them may have been erased since.
        let mut tx = app.db.write().await?;
        let (ended, until) = invitations::ended(&mut tx, &app.account_id, span, AT_A_TIME).await?;
        let messages: Vec<_> = ended.iter().map(|what| (&endpoint.id, what)).collect();
        for messages in messages.chunks(db::ROWS_PER_STATEMENT) {
            outbox::insert(&mut tx, messages, now).await?;
        }
        endpoints::set_expired_until(&mut tx, &endpoint.id, until).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Gives up what waits in vain, and deletes what belongs to endpoints that were deleted: a portion of each.
async fn tidy(app: &App) -> DbResult<()> {
    let now = app.now();
    let mut conn = app.db.read().await?;
    if !deliveries::has_old(&mut conn, now).await? {
        return Ok(());
    }
    drop(conn);
    let mut tx = app.db.write().await?;
    deliveries::give_up(&mut tx, AT_A_TIME, now).await?;
    deliveries::delete_hidden(&mut tx, AT_A_TIME).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n5_waits_grow_to_a_limit_and_differ_by_chance() {
        for (failures, whole) in [(1, 5), (2, 20), (3, 80), (20, 6 * 3600), (u32::MAX, 6 * 3600)] {
            let whole = Duration::from_secs(whole);
            let wait = jittered(FIRST_WAIT, 4, failures, LONGEST_WAIT);
            assert!(wait >= whole / 2 && wait <= whole, "{failures}: {wait:?}");
        }
        let waits: std::collections::BTreeSet<_> =
            (0..20).map(|_| jittered(FIRST_WAIT, 4, 5, LONGEST_WAIT)).collect();
        assert!(waits.len() > 1);
    }
}
