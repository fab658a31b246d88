//! The outbox: messages about events, each written in the transaction of the change itself.

use std::time::Duration;

use api_types::{WebhookData, WebhookEvent, WebhookId, WebhookMessageId, WebhookType};

use crate::db::{
    AccountId, Builder, Conn, DbResult, ROWS_PER_STATEMENT, from_json, from_text, new_id, statement, to_json,
};
use crate::platform::clock::Millis;

/// How long a message is tried.
pub(crate) const LIFETIME: Duration = Duration::from_secs(3 * 24 * 3600);

/// The endpoints that get events.
pub(crate) struct Listeners(Vec<Listener>);

struct Listener {
    id: WebhookId,
    account_id: AccountId,
    types: Vec<WebhookType>,
}

impl Listeners {
    pub(crate) async fn load(conn: &mut Conn) -> DbResult<Self> {
        let rows: Vec<(WebhookId, AccountId, String)> =
            statement("SELECT id, account_id, types FROM webhook_endpoints WHERE state = 'active'")
                .all(conn)
                .await?;
        // Every change that is noted comes by here. A type that only a later version knows stops none of them.
        let listener = |(id, account_id, types): (WebhookId, AccountId, String)| {
            let types: Vec<String> = from_json(&types)?;
            let types = types.iter().filter_map(|text| from_text(text).ok()).collect();
            Ok(Listener { types, id, account_id })
        };
        Ok(Self(rows.into_iter().map(listener).collect::<DbResult<_>>()?))
    }

    /// Whether anybody wants to know of one of these.
    pub(crate) fn hear(&self, types: &[WebhookType]) -> bool {
        self.0.iter().any(|listener| types.iter().any(|kind| listener.types.contains(kind)))
    }

    /// Queues messages about these events for whoever wants them.
    pub(crate) async fn tell(
        &self,
        conn: &mut Conn,
        account_id: &AccountId,
        events: &[WebhookData],
        now: Millis,
    ) -> DbResult<()> {
        let mut messages = Vec::new();
        for what in events {
            let kind = what.kind();
            let heard =
                |listener: &&Listener| listener.account_id == *account_id && listener.types.contains(&kind);
            for listener in self.0.iter().filter(heard) {
                messages.push((&listener.id, what));
            }
        }
        for messages in messages.chunks(ROWS_PER_STATEMENT) {
            insert(conn, messages, now).await?;
        }
        Ok(())
    }
}

/// Queues messages about these events, if anybody wants them.
pub(crate) async fn tell(
    conn: &mut Conn,
    account_id: &AccountId,
    events: &[WebhookData],
    now: Millis,
) -> DbResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    Listeners::load(conn).await?.tell(conn, account_id, events, now).await
}

/// Queues messages to endpoints, whatever they have chosen. Returns the ids.
pub(crate) async fn insert(
    conn: &mut Conn,
    messages: &[(&WebhookId, &WebhookData)],
    now: Millis,
) -> DbResult<Vec<WebhookMessageId>> {
    let mut ids: Vec<WebhookMessageId> = Vec::with_capacity(messages.len());
    let mut rows = Vec::with_capacity(messages.len());
    for (endpoint, what) in messages {
        let body = to_json(&WebhookEvent { timestamp: now.timestamp(), what: (*what).clone() })?;
        ids.push(new_id());
        rows.push((*endpoint, what.kind().as_str(), body));
    }
    let mut insert = Builder::new(
        "INSERT INTO webhook_messages (id, endpoint_id, type, body, state, created_at, next_attempt_at, gives_up_at) ",
    );
    insert.push_values(ids.iter().zip(rows), |mut row, (id, (endpoint, kind, body))| {
        row.push_bind(id)
            .push_bind(endpoint)
            .push_bind(kind)
            .push_bind(body)
            .push("'waiting'")
            .push_bind(now.0)
            .push_bind(now.0)
            .push_bind(now.plus(LIFETIME).0);
    });
    insert.build().execute(conn).await?;
    Ok(ids)
}
