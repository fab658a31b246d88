//! The audit log.

use api_types::{ActorKind, ApiKeyId, AuditAction, AuditEvent, PersonName, UserId};
use sqlx::FromRow;

use super::long_list::{Direction, LongList, Total};
use super::{Builder, Conn, DbResult, from_text, new_id};
use crate::platform::clock::Millis;
use crate::platform::text::unaccented;

/// An event as it is written.
pub(crate) struct NewEvent<'a> {
    pub(crate) at: Millis,
    pub(crate) kind: ActorKind,
    pub(crate) actor: &'a str,
    /// The user who did it; `None` for the server and for backends of hosts.
    pub(crate) actor_id: Option<&'a str>,
    /// The key through which it was done, or that did it, by id and name.
    pub(crate) key: Option<(&'a str, &'a str)>,
    pub(crate) action: &'a str,
    pub(crate) subject: &'a str,
    /// The user to whom it was done, if it was done to one, and by another.
    pub(crate) person_id: Option<&'a str>,
    pub(crate) request_id: &'a str,
}

/// How many events of one millisecond get positions of their own.
const PLACES: i64 = 1 << 20;

pub(crate) async fn insert(conn: &mut Conn, account_id: &str, event: &NewEvent<'_>) -> DbResult<()> {
    // The key is the actor itself where it is not a person's.
    let key_name = event.key.map(|(_, name)| name).filter(|_| event.kind == ActorKind::Person);
    sqlx::query(
        "INSERT INTO audit_events (id, account_id, at, actor, actor_id, action, subject, person_id, search_text, request_id,
                actor_kind, key_id, place)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                 (SELECT COALESCE(MAX(place) + 1, $13) FROM audit_events WHERE place >= $13 AND place < $14))",
    )
    .bind(new_id())
    .bind(account_id)
    .bind(event.at.0)
    .bind(event.actor)
    .bind(event.actor_id)
    .bind(event.action)
    .bind(event.subject)
    .bind(event.person_id)
    .bind(unaccented(&[event.actor, event.subject, key_name.unwrap_or_default()].join(" ")))
    .bind(event.request_id)
    .bind(event.kind.as_str())
    .bind(event.key.map(|(id, _)| id))
    .bind(first_place(event.at))
    .bind(first_place(event.at) + PLACES)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether an action was ever recorded.
pub(crate) async fn has(conn: &mut Conn, account_id: &str, action: AuditAction) -> DbResult<bool> {
    let (has,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM audit_events WHERE account_id = $1 AND action = $2)")
            .bind(account_id)
            .bind(action.as_str())
            .fetch_one(conn)
            .await?;
    Ok(has)
}

/// How many events of an action there were in each span of so many milliseconds since `begin`, by the number of the span.
/// Those without events are left out.
pub(crate) async fn per_span(
    conn: &mut Conn,
    account_id: &str,
    action: AuditAction,
    begin: Millis,
    span_ms: i64,
) -> DbResult<Vec<(i64, u32)>> {
    let rows: Vec<(i64, i64)> =
        select_per_span(account_id, action, begin, span_ms).build_query_as().fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(span, count)| (span, u32::try_from(count).unwrap_or(u32::MAX))).collect())
}

pub(super) fn select_per_span(account_id: &str, action: AuditAction, begin: Millis, span_ms: i64) -> Builder {
    let begin = first_place(begin);
    let mut select = Builder::new("SELECT (place - ");
    select.push_bind(begin).push(") / ").push_bind(span_ms * PLACES);
    select.push(" AS span, COUNT(*) FROM audit_events WHERE account_id = ").push_bind(account_id.to_owned());
    select.push(" AND action = ").push_bind(action.as_str()).push(" AND place >= ").push_bind(begin);
    select.push(" GROUP BY span");
    select
}

/// The position of the first event of a millisecond.
fn first_place(at: Millis) -> i64 {
    at.0.clamp(0, i64::MAX / PLACES - 1) * PLACES
}

/// Which events to list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter<'a> {
    /// The ids of who did it, and of whom it was done to by another.
    pub(crate) actor: Option<&'a str>,
    pub(crate) person: Option<&'a str>,
    pub(crate) action: Option<AuditAction>,
    pub(crate) search: Option<&'a str>,
    pub(crate) from: Option<Millis>,
    pub(crate) until: Option<Millis>,
}

impl<'a> Filter<'a> {
    /// Columns with the values wanted in them; those come first of which fewer events are expected.
    fn columns(&self) -> Vec<(&'static str, &'a str)> {
        let action = self.action.map(AuditAction::as_str);
        let columns = [("person_id", self.person), ("actor_id", self.actor), ("action", action)];
        columns.into_iter().filter_map(|(column, value)| Some((column, value?))).collect()
    }
}

#[derive(FromRow)]
struct EventRow {
    place: i64,
    id: String,
    at: i64,
    actor_kind: String,
    actor: String,
    actor_id: Option<String>,
    key_id: Option<String>,
    key_name: Option<String>,
    action: String,
    subject: String,
    person_id: Option<String>,
    request_id: String,
}

/// Events with their positions, the latest first, and how many there are. `before` is the last position of the page
/// before.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &str,
    filter: &Filter<'_>,
    before: Option<i64>,
    limit: u32,
) -> DbResult<(Vec<(i64, AuditEvent)>, Total)> {
    let columns = filter.columns();
    let list = LongList {
        table: "audit_events",
        key: "place",
        direction: Direction::Descending,
        index: "audit_search",
        offset: 0,
        account_id,
        size: None,
        filters: &columns,
    };
    let places = filter.from.map_or(0, first_place)..filter.until.map_or(i64::MAX, first_place);
    let (places, total) = list.page(conn, filter.search, places, before, limit).await?;
    if places.is_empty() {
        return Ok((Vec::new(), total));
    }
    let mut select = Builder::new(
        "SELECT place, id, at, actor_kind, actor, key_id, (SELECT k.name FROM api_keys k WHERE k.id = key_id) AS key_name,
                (SELECT u.id FROM users u WHERE u.id = actor_id) AS actor_id, action, subject,
                (SELECT u.id FROM users u WHERE u.id = person_id) AS person_id, request_id
           FROM audit_events WHERE account_id = ",
    );
    select.push_bind(account_id.to_owned()).push(" AND place IN (");
    let mut list = select.separated(", ");
    for place in places {
        list.push_bind(place);
    }
    select.push(") ORDER BY place DESC");
    let rows: Vec<EventRow> = select.build_query_as().fetch_all(conn).await?;
    let events = rows.into_iter().map(|row| {
        let event = AuditEvent {
            id: row.id,
            at: Millis(row.at).timestamp(),
            actor_kind: from_text(&row.actor_kind)?,
            actor: row.actor,
            key_id: row.key_id.map(ApiKeyId),
            key_name: row.key_name,
            actor_id: row.actor_id.map(UserId),
            action: from_text(&row.action)?,
            subject: row.subject,
            person_id: row.person_id.map(UserId),
            request_id: row.request_id,
        };
        Ok((row.place, event))
    });
    Ok((events.collect::<DbResult<_>>()?, total))
}

/// The latest event of one of these actions: who did it, if a person did, and when.
pub(crate) async fn latest(
    conn: &mut Conn,
    account_id: &str,
    actions: &[AuditAction],
) -> DbResult<Option<(Option<PersonName>, Millis)>> {
    let mut latest = None;
    for action in actions {
        let found: Option<(i64, String, Option<String>, i64)> = sqlx::query_as(
            "SELECT place, actor, (SELECT u.id FROM users u WHERE u.id = actor_id), at FROM audit_events
              WHERE account_id = $1 AND action = $2 ORDER BY place DESC LIMIT 1",
        )
        .bind(account_id)
        .bind(action.as_str())
        .fetch_optional(&mut *conn)
        .await?;
        latest = latest.max(found);
    }
    Ok(latest.map(|(_, name, id, at)| {
        let by = Some(PersonName { name, id: id.map(UserId) }).filter(|by| !by.name.is_empty());
        (by, Millis(at))
    }))
}
