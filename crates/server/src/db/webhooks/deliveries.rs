//! Messages that are to be sent, and the attempts at them.

use std::time::Duration;

use api_types::{
    WebhookAttempt, WebhookData, WebhookDelivery, WebhookDeliveryState, WebhookEvent, WebhookId,
    WebhookMessageId, WebhookOutcome, limits,
};
use sqlx::FromRow;

use super::outbox::LIFETIME;
use crate::db::done::Done;
use crate::db::{AccountId, Builder, Conn, DbResult, count, from_text, push_list, statement};
use crate::platform::clock::Millis;

/// Answers to what a message says, and not to how or whether it comes: bad request, conflict, too large, of an unsupported type,
/// unprocessable.
pub(crate) const OF_THE_MESSAGE: [u16; 5] = [400, 409, 413, 415, 422];

/// Endpoints with a message that is due, whose pause is over.
pub(crate) async fn endpoints_due(
    conn: &mut Conn,
    account_id: &AccountId,
    now: Millis,
) -> DbResult<Vec<WebhookId>> {
    let due: Vec<(WebhookId,)> = statement(
        "SELECT e.id FROM webhook_endpoints e
          WHERE e.account_id = $1 AND e.state = 'active' AND e.paused_until <= $2
            AND EXISTS (SELECT 1 FROM webhook_messages m
                         WHERE m.endpoint_id = e.id AND m.state = 'waiting' AND m.next_attempt_at <= $2)
          ORDER BY e.paused_until, e.id",
    )
    .bind(account_id)
    .bind(now.0)
    .all(conn)
    .await?;
    Ok(due.into_iter().map(|(id,)| id).collect())
}

/// A message that is due.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct DueMessage {
    pub(crate) number: i64,
    pub(crate) id: WebhookMessageId,
    pub(crate) body: String,
    attempts: i64,
    attempts_before: i64,
    gives_up_at: i64,
}

impl DueMessage {
    /// Counts the next attempt, of all at this message.
    pub(crate) fn next_attempt(&self) -> u32 {
        count(self.attempts).saturating_add(1)
    }

    /// Counts the next attempt, since it was made or sent again by hand.
    pub(crate) fn next_try(&self) -> u32 {
        count(self.attempts - self.attempts_before).saturating_add(1)
    }

    pub(crate) fn gives_up_at(&self) -> Millis {
        Millis(self.gives_up_at)
    }
}

/// Messages of an endpoint that are due, in the order in which they were made or are to be tried again: one that is always refused
/// does not hold up others.
pub(crate) async fn due(
    conn: &mut Conn,
    endpoint: &WebhookId,
    limit: u32,
    now: Millis,
) -> DbResult<Vec<DueMessage>> {
    statement(
        "SELECT number, id, body, attempts, attempts_before, gives_up_at FROM webhook_messages
          WHERE endpoint_id = $1 AND state = 'waiting' AND next_attempt_at <= $2
          ORDER BY next_attempt_at, number LIMIT $3",
    )
    .bind(endpoint)
    .bind(now.0)
    .bind(limit)
    .all(conn)
    .await
}

/// An attempt at a message, and what becomes of the message.
pub(crate) struct Settled {
    pub(crate) number: i64,
    pub(crate) attempt: u32,
    pub(crate) at: Millis,
    pub(crate) took: Duration,
    pub(crate) outcome: WebhookOutcome,
    pub(crate) status: Option<u16>,
    pub(crate) response: Option<String>,
    pub(crate) becomes: Becomes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Becomes {
    Sent,
    Failed,
    /// It is tried again then.
    Waiting(Millis),
}

pub(crate) async fn settle(conn: &mut Conn, settled: &[Settled]) -> DbResult<()> {
    if settled.is_empty() {
        return Ok(());
    }
    // Another server may have made the same attempt, before it was cut off; and a message may have gone with its endpoint.
    let mut insert = Builder::new(
        "INSERT INTO webhook_attempts (message_number, attempt, at, took_ms, outcome, status, response)
         SELECT column1, column2, column3, column4, column5, column6, column7 FROM (",
    );
    insert.push_values(settled, |mut row, settled| {
        row.push_bind(settled.number)
            .push_bind(settled.attempt)
            .push_bind(settled.at.0)
            .push_bind(i64::try_from(settled.took.as_millis()).unwrap_or(i64::MAX))
            .push_bind(settled.outcome.as_str())
            .push_bind(settled.status.map(i64::from))
            .push_bind(settled.response.clone());
    });
    insert.push(
        ") AS made WHERE EXISTS (SELECT 1 FROM webhook_messages m WHERE m.number = column1)
         ON CONFLICT (message_number, attempt) DO NOTHING",
    );
    insert.build().execute(&mut *conn).await?;
    let sent: Vec<i64> =
        settled.iter().filter(|one| one.becomes == Becomes::Sent).map(|one| one.number).collect();
    if !sent.is_empty() {
        let mut update = Builder::new(
            "UPDATE webhook_messages SET state = 'sent', attempts = attempts + 1 WHERE state = 'waiting' AND number IN ",
        );
        push_list(&mut update, &sent);
        update.build().execute(&mut *conn).await?;
    }
    for one in settled {
        let (state, next) = match one.becomes {
            Becomes::Sent => continue,
            Becomes::Failed => (WebhookDeliveryState::Failed, one.at),
            Becomes::Waiting(next) => (WebhookDeliveryState::Waiting, next),
        };
        statement(
            "UPDATE webhook_messages SET state = $1, next_attempt_at = $2, attempts = attempts + 1
              WHERE number = $3 AND state = 'waiting'",
        )
        .bind(state.as_str())
        .bind(next.0)
        .bind(one.number)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Has an endpoint's waiting messages tried at once: it works again. Those that were refused for what they say go on waiting.
pub(crate) async fn hurry(conn: &mut Conn, endpoint: &WebhookId, limit: u32, now: Millis) -> DbResult<()> {
    let mut update = Builder::new("UPDATE webhook_messages SET next_attempt_at = ");
    update.push_bind(now.0);
    update.push(" WHERE number IN (SELECT m.number FROM webhook_messages m WHERE m.endpoint_id = ");
    update.push_bind(endpoint);
    update.push(" AND m.state = 'waiting' AND m.next_attempt_at > ").push_bind(now.0);
    update.push(
        " AND NOT EXISTS (SELECT 1 FROM webhook_attempts a
              WHERE a.message_number = m.number AND a.attempt = m.attempts AND a.status IN ",
    );
    push_list(&mut update, &OF_THE_MESSAGE.map(i64::from));
    update.push(") ORDER BY m.number LIMIT ").push_bind(limit).push(")");
    update.build().execute(conn).await?;
    Ok(())
}

/// Gives up messages whose time is over at endpoints that get nothing.
pub(crate) async fn give_up(conn: &mut Conn, limit: u32, now: Millis) -> DbResult<Done> {
    let given_up = statement(
        "UPDATE webhook_messages SET state = 'failed' WHERE number IN (
             SELECT m.number FROM webhook_endpoints e JOIN webhook_messages m ON m.endpoint_id = e.id
              WHERE e.state <> 'active' AND m.state = 'waiting' AND m.gives_up_at <= $1 LIMIT $2)",
    )
    .bind(now.0)
    .bind(limit)
    .execute(conn)
    .await?;
    Ok(Done::of(given_up, limit))
}

/// Whether there is anything to give up or to delete.
pub(crate) async fn has_old(conn: &mut Conn, now: Millis) -> DbResult<bool> {
    let (has,): (bool,) = statement(
        "SELECT EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.state = 'deleted' OR e.state <> 'active'
             AND EXISTS (SELECT 1 FROM webhook_messages m
                          WHERE m.endpoint_id = e.id AND m.state = 'waiting' AND m.gives_up_at <= $1))",
    )
    .bind(now.0)
    .one(conn)
    .await?;
    Ok(has)
}

/// Deletes messages of endpoints that are hidden, and then these.
pub(crate) async fn delete_hidden(conn: &mut Conn, limit: u32) -> DbResult<Done> {
    let deleted = statement(
        "DELETE FROM webhook_messages WHERE number IN (
             SELECT m.number FROM webhook_endpoints e JOIN webhook_messages m ON m.endpoint_id = e.id
              WHERE e.state = 'deleted' LIMIT $1)",
    )
    .bind(limit)
    .execute(&mut *conn)
    .await?;
    let done = Done::of(deleted, limit);
    if !done.goes_on {
        statement("DELETE FROM webhook_endpoints WHERE state = 'deleted'").execute(conn).await?;
    }
    Ok(done)
}

/// A message with one of its attempts, or with none.
#[derive(FromRow)]
struct AttemptRow {
    number: i64,
    id: WebhookMessageId,
    kind: String,
    /// Of an event of the audit log.
    body: Option<String>,
    state: String,
    created_at: i64,
    next_attempt_at: i64,
    attempt: Option<i64>,
    at: Option<i64>,
    took_ms: Option<i64>,
    outcome: Option<String>,
    status: Option<i64>,
    response: Option<String>,
}

impl AttemptRow {
    fn attempt(&mut self) -> DbResult<Option<WebhookAttempt>> {
        let (Some(attempt), Some(at), Some(outcome)) = (self.attempt, self.at, &self.outcome) else {
            return Ok(None);
        };
        Ok(Some(WebhookAttempt {
            attempt: count(attempt),
            at: Millis(at).timestamp(),
            took_ms: count(self.took_ms.unwrap_or(0)),
            outcome: from_text(outcome)?,
            status: self.status.and_then(|status| u16::try_from(status).ok()),
            response: self.response.take(),
        }))
    }

    fn message(self) -> DbResult<WebhookDelivery> {
        let state: WebhookDeliveryState = from_text(&self.state)?;
        // A later version may have stored another shape.
        let event = self.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
        let action = event.and_then(|event: WebhookEvent| match event.what {
            WebhookData::AuditRecorded(audit) => Some(audit.action),
            _ => None,
        });
        Ok(WebhookDelivery {
            kind: from_text(&self.kind)?,
            action,
            state,
            created_at: Millis(self.created_at).timestamp(),
            next_attempt_at: (state == WebhookDeliveryState::Waiting)
                .then(|| Millis(self.next_attempt_at).timestamp()),
            attempts: Vec::new(),
            id: self.id,
        })
    }
}

/// Which messages are asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) endpoint: &'a WebhookId,
    pub(crate) state: Option<WebhookDeliveryState>,
    /// Only this one.
    pub(crate) id: Option<&'a WebhookMessageId>,
    /// The number of the last one of the page before.
    pub(crate) before: Option<i64>,
}

/// Messages with their numbers, the latest first, and their latest attempts.
pub(crate) async fn list(
    conn: &mut Conn,
    wanted: &Wanted<'_>,
    limit: u32,
) -> DbResult<Vec<(i64, WebhookDelivery)>> {
    // By one statement: of two, the second may see an attempt whose message is as it was before.
    let mut select = Builder::new(
        "SELECT m.number, m.id, m.kind, m.body, m.state, m.created_at, m.next_attempt_at,
                a.attempt, a.at, a.took_ms, a.outcome, a.status, a.response
           FROM (SELECT number, id, type AS kind, CASE WHEN type = 'audit.recorded' THEN body END AS body, state,
                        created_at, next_attempt_at FROM webhook_messages
                  WHERE endpoint_id = ",
    );
    select.push_bind(wanted.endpoint);
    match wanted.state {
        Some(state) => select.push(" AND state = ").push_bind(state.as_str()),
        None => select.push(" AND state IN ('waiting', 'sent', 'failed')"),
    };
    if let Some(id) = wanted.id {
        select.push(" AND id = ").push_bind(id);
    }
    if let Some(before) = wanted.before {
        select.push(" AND number < ").push_bind(before);
    }
    select.push(" ORDER BY number DESC LIMIT ").push_bind(limit);
    select.push(
        ") AS m LEFT JOIN webhook_attempts a ON a.message_number = m.number
          ORDER BY m.number DESC, a.attempt DESC",
    );
    let rows: Vec<AttemptRow> = select.build().all(conn).await?;
    let mut messages: Vec<(i64, WebhookDelivery)> = Vec::new();
    for mut row in rows {
        let (number, attempt) = (row.number, row.attempt()?);
        if messages.last().is_none_or(|(last, _)| *last != number) {
            messages.push((number, row.message()?));
        }
        if let (Some((_, message)), Some(attempt)) = (messages.last_mut(), attempt)
            && message.attempts.len() < limits::WEBHOOK_ATTEMPTS
        {
            message.attempts.push(attempt);
        }
    }
    Ok(messages)
}

/// How many messages of an endpoint there are, of one state or of any.
pub(crate) async fn total(
    conn: &mut Conn,
    endpoint: &WebhookId,
    state: Option<WebhookDeliveryState>,
) -> DbResult<u64> {
    let mut select = Builder::new("SELECT COUNT(*) FROM webhook_messages WHERE endpoint_id = ");
    select.push_bind(endpoint);
    if let Some(state) = state {
        select.push(" AND state = ").push_bind(state.as_str());
    }
    let (total,): (i64,) = select.build().one(conn).await?;
    Ok(u64::try_from(total).unwrap_or(0))
}

/// How many messages of an endpoint wait, and how many have failed.
pub(crate) async fn counts(conn: &mut Conn, endpoint: &WebhookId) -> DbResult<(u64, u64)> {
    let waiting = total(conn, endpoint, Some(WebhookDeliveryState::Waiting)).await?;
    Ok((waiting, total(conn, endpoint, Some(WebhookDeliveryState::Failed)).await?))
}

const AGAIN: &str =
    "UPDATE webhook_messages SET state = 'waiting', attempts_before = attempts, next_attempt_at = ?,
    gives_up_at = ? WHERE ";

/// Has one message sent again, unless it waits already. Returns whether it was one that is.
pub(crate) async fn replay(
    conn: &mut Conn,
    endpoint: &WebhookId,
    id: &WebhookMessageId,
    now: Millis,
) -> DbResult<bool> {
    let mut update = Builder::new("");
    push_again(&mut update, now);
    update.push("endpoint_id = ").push_bind(endpoint);
    update.push(" AND id = ").push_bind(id).push(" AND state <> 'waiting'");
    Ok(update.build().execute(conn).await? > 0)
}

fn push_again(update: &mut Builder, now: Millis) {
    let mut parts = AGAIN.split('?');
    update.push(parts.next().unwrap_or_default()).push_bind(now.0);
    update.push(parts.next().unwrap_or_default()).push_bind(now.plus(LIFETIME).0);
    update.push(parts.next().unwrap_or_default());
}

/// Has messages sent again that have failed and were made then or later, the first first. Returns how many.
pub(crate) async fn replay_failed(
    conn: &mut Conn,
    endpoint: &WebhookId,
    since: Millis,
    limit: u32,
    now: Millis,
) -> DbResult<Done> {
    let mut update = Builder::new("");
    push_again(&mut update, now);
    update.push("number IN (SELECT number FROM webhook_messages WHERE state = 'failed' AND endpoint_id = ");
    update.push_bind(endpoint).push(" AND created_at >= ").push_bind(since.0);
    update.push(" ORDER BY number LIMIT ").push_bind(limit).push(")");
    Ok(Done::of(update.build().execute(conn).await?, limit))
}

/// Since when the message waits for an endpoint that is active, of those that were made first. One that is sent again waits since then.
pub(crate) async fn oldest_waiting(conn: &mut Conn) -> DbResult<Option<Millis>> {
    let (gives_up_at,): (Option<i64>,) = statement(
        "SELECT MIN((SELECT m.gives_up_at FROM webhook_messages m
                      WHERE m.endpoint_id = e.id AND m.state = 'waiting' ORDER BY m.number LIMIT 1))
           FROM webhook_endpoints e WHERE e.state = 'active'",
    )
    .one(conn)
    .await?;
    Ok(gives_up_at.map(|at| Millis(at).minus(LIFETIME)))
}
