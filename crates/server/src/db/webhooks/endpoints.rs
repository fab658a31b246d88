//! Endpoints of webhooks, and their secrets.

use api_types::{Webhook, WebhookId, WebhookState, WebhookType};
use sqlx::FromRow;

use crate::db::{AccountId, Builder, Conn, DbResult, from_json, from_text, statement, to_json};
use crate::platform::clock::Millis;

/// An endpoint as stored.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct EndpointRow {
    pub(crate) id: WebhookId,
    pub(crate) url: String,
    pub(crate) description: String,
    types: String,
    state: String,
    created_at: i64,
    failing_since: Option<i64>,
    failures: i64,
    expired_until: i64,
    former_until: Option<i64>,
}

impl EndpointRow {
    pub(crate) fn types(&self) -> DbResult<Vec<WebhookType>> {
        from_json(&self.types)
    }

    pub(crate) fn state(&self) -> DbResult<WebhookState> {
        from_text(&self.state)
    }

    pub(crate) fn failing_since(&self) -> Option<Millis> {
        self.failing_since.map(Millis)
    }

    /// How many attempts in a row have failed.
    pub(crate) fn failures(&self) -> u32 {
        crate::db::count(self.failures)
    }

    pub(crate) fn expired_until(&self) -> Millis {
        Millis(self.expired_until)
    }

    pub(crate) fn view(self, (waiting, failed): (u64, u64)) -> DbResult<Webhook> {
        let time = |at: Option<i64>| at.map(|at| Millis(at).timestamp());
        Ok(Webhook {
            types: self.types()?,
            state: self.state()?,
            created_at: Millis(self.created_at).timestamp(),
            failing_since: time(self.failing_since),
            former_secret_until: time(self.former_until),
            waiting,
            failed,
            id: self.id,
            url: self.url,
            description: self.description,
        })
    }
}

fn select(account_id: &AccountId, now: Millis) -> Builder {
    let mut select = Builder::new(
        "SELECT id, url, description, types, state, created_at, failing_since, failures, expired_until,
                (SELECT MAX(s.ends_at) FROM webhook_secrets s WHERE s.endpoint_id = webhook_endpoints.id AND s.ends_at > ",
    );
    select
        .push_bind(now.0)
        .push(") AS former_until FROM webhook_endpoints WHERE state <> 'deleted' AND account_id = ");
    select.push_bind(account_id);
    select
}

/// All of them, in the order in which they were added.
pub(crate) async fn list(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<Vec<EndpointRow>> {
    let mut select = select(account_id, now);
    select.push(" ORDER BY created_at, id");
    select.build().all(conn).await
}

pub(crate) async fn find(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &WebhookId,
    now: Millis,
) -> DbResult<Option<EndpointRow>> {
    let mut select = select(account_id, now);
    select.push(" AND id = ").push_bind(id);
    select.build().optional(conn).await
}

/// The URLs in use, by the ids of their endpoints.
pub(crate) async fn urls(conn: &mut Conn, account_id: &AccountId) -> DbResult<Vec<(WebhookId, String)>> {
    statement("SELECT id, url FROM webhook_endpoints WHERE account_id = $1 AND state <> 'deleted'")
        .bind(account_id)
        .all(conn)
        .await
}

/// What an administrator says of an endpoint.
pub(crate) struct Said<'a> {
    pub(crate) url: &'a str,
    pub(crate) description: &'a str,
    pub(crate) types: &'a [WebhookType],
    pub(crate) state: WebhookState,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &WebhookId,
    said: &Said<'_>,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO webhook_endpoints (id, account_id, url, description, types, state, created_at, expired_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
    )
    .bind(id)
    .bind(account_id)
    .bind(said.url)
    .bind(said.description)
    .bind(to_json(&said.types)?)
    .bind(said.state.as_str())
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn change(conn: &mut Conn, id: &WebhookId, said: &Said<'_>) -> DbResult<()> {
    statement(
        "UPDATE webhook_endpoints SET url = $1, description = $2, types = $3, state = $4 WHERE id = $5",
    )
    .bind(said.url)
    .bind(said.description)
    .bind(to_json(&said.types)?)
    .bind(said.state.as_str())
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Has an endpoint begin anew: it is tried at once, as if nothing had failed.
pub(crate) async fn begin_anew(conn: &mut Conn, id: &WebhookId) -> DbResult<()> {
    statement(
        "UPDATE webhook_endpoints SET failing_since = NULL, failures = 0, paused_until = 0 WHERE id = $1",
    )
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Has an endpoint be tried at once, as somebody waits for it.
pub(crate) async fn end_pause(conn: &mut Conn, id: &WebhookId) -> DbResult<()> {
    statement("UPDATE webhook_endpoints SET paused_until = 0 WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

/// Hides an endpoint. Its messages, which may be many, are deleted in portions.
pub(crate) async fn hide(conn: &mut Conn, id: &WebhookId) -> DbResult<()> {
    statement("DELETE FROM webhook_secrets WHERE endpoint_id = $1").bind(id).execute(&mut *conn).await?;
    statement("UPDATE webhook_endpoints SET state = 'deleted', url = '', description = '' WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_expired_until(conn: &mut Conn, id: &WebhookId, until: Millis) -> DbResult<()> {
    statement("UPDATE webhook_endpoints SET expired_until = $1 WHERE id = $2")
        .bind(until.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// How an endpoint is after its attempts.
pub(crate) struct Health {
    pub(crate) failing_since: Option<Millis>,
    pub(crate) failures: u32,
    pub(crate) paused_until: Millis,
}

/// Notes how an active endpoint is.
pub(crate) async fn set_health(conn: &mut Conn, id: &WebhookId, health: &Health) -> DbResult<()> {
    statement(
        "UPDATE webhook_endpoints SET failing_since = $1, failures = $2, paused_until = $3 WHERE id = $4 AND state = 'active'",
    )
    .bind(health.failing_since.map(|since| since.0))
    .bind(health.failures)
    .bind(health.paused_until.0)
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Turns an active endpoint off. Returns whether it was one.
pub(crate) async fn turn_off(conn: &mut Conn, id: &WebhookId, state: WebhookState) -> DbResult<bool> {
    let changed = statement("UPDATE webhook_endpoints SET state = $1 WHERE id = $2 AND state = 'active'")
        .bind(state.as_str())
        .bind(id)
        .execute(conn)
        .await?;
    Ok(changed > 0)
}

/// Whether the server has turned an endpoint off, and nobody has done anything about it yet.
pub(crate) async fn is_one_given_up(conn: &mut Conn, account_id: &AccountId) -> DbResult<bool> {
    let (found,): (bool,) = statement(
        "SELECT EXISTS (SELECT 1 FROM webhook_endpoints WHERE account_id = $1 AND state IN ('gone', 'failing'))",
    )
    .bind(account_id)
    .one(conn)
    .await?;
    Ok(found)
}

/// Adds a sealed secret, which signs from now on. Those before sign until `until`, too.
pub(crate) async fn add_secret(
    conn: &mut Conn,
    endpoint: &WebhookId,
    (id, sealed): (&str, &str),
    (now, until): (Millis, Millis),
) -> DbResult<()> {
    statement("UPDATE webhook_secrets SET ends_at = $1 WHERE endpoint_id = $2 AND ends_at IS NULL")
        .bind(until.0)
        .bind(endpoint)
        .execute(&mut *conn)
        .await?;
    statement("INSERT INTO webhook_secrets (id, endpoint_id, secret, made_at) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(endpoint)
        .bind(sealed)
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// The secrets of an endpoint that sign, by their ids, the latest first.
pub(crate) async fn secrets(
    conn: &mut Conn,
    endpoint: &WebhookId,
    now: Millis,
) -> DbResult<Vec<(String, String)>> {
    statement(
        "SELECT id, secret FROM webhook_secrets WHERE endpoint_id = $1 AND (ends_at IS NULL OR ends_at > $2)
          ORDER BY made_at DESC, id DESC",
    )
    .bind(endpoint)
    .bind(now.0)
    .all(conn)
    .await
}
