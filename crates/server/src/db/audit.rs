//! The audit log.

use api_types::{ActorKind, ApiKeyId, AuditAction, AuditEvent, PersonName, UserId};
use sqlx::FromRow;

use super::done::Done;
use super::long_list::{Direction, LongList, Total};
use super::{Builder, Conn, DbResult, ROWS_PER_STATEMENT, from_text, new_id, statement};
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
    pub(crate) action: &'static str,
    pub(crate) request_id: &'a str,
}

/// To whom or what it was done.
pub(crate) struct EventSubject<'a> {
    pub(crate) text: &'a str,
    /// The user to whom it was done, if it was done to one, and by another.
    pub(crate) person_id: Option<&'a str>,
}

/// The name of events in the log of the operator: `RUST_LOG=audit=info` keeps them where less is logged.
const TARGET: &str = "audit";

/// How many events of one millisecond get positions of their own.
const PLACES: i64 = 1 << 20;

/// For whoever collects the log, where this server cannot change it: by ids alone. The line of the request with that id says
/// whether it was done.
fn tell(event: &NewEvent<'_>, subject: &EventSubject<'_>) {
    tracing::info!(
        target: TARGET,
        request_id = event.request_id,
        action = event.action,
        actor_kind = event.kind.as_str(),
        actor_id = event.actor_id,
        person_id = subject.person_id,
        key_id = event.key.map(|(id, _)| id),
        "audit"
    );
}

/// Writes an event for each of the subjects, in their order. One statement for many is not only one step to the database:
/// each statement adds a segment to the index of the search, and those are merged.
pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &str,
    event: &NewEvent<'_>,
    subjects: &[EventSubject<'_>],
) -> DbResult<()> {
    // The key is the actor itself where it is not a person's.
    let key_name = event.key.map(|(_, name)| name).filter(|_| event.kind == ActorKind::Person);
    let first = first_place(event.at);
    let (mut place,): (i64,) =
        statement("SELECT COALESCE(MAX(place) + 1, $1) FROM audit_events WHERE place >= $1 AND place < $2")
            .bind(first)
            .bind(first + PLACES)
            .one(&mut *conn)
            .await?;
    for subjects in subjects.chunks(ROWS_PER_STATEMENT) {
        let mut insert = Builder::new(
            "INSERT INTO audit_events (id, account_id, at, actor, actor_id, action, subject, person_id, search_text,
             request_id, actor_kind, key_id, place) ",
        );
        insert.push_values(subjects, |mut row, subject| {
            let searched = [event.actor, subject.text, key_name.unwrap_or_default()].join(" ");
            row.push_bind(new_id())
                .push_bind(account_id.to_owned())
                .push_bind(event.at.0)
                .push_bind(event.actor.to_owned())
                .push_bind(event.actor_id.map(str::to_owned))
                .push_bind(event.action)
                .push_bind(subject.text.to_owned())
                .push_bind(subject.person_id.map(str::to_owned))
                .push_bind(unaccented(&searched))
                .push_bind(event.request_id.to_owned())
                .push_bind(event.kind.as_str())
                .push_bind(event.key.map(|(id, _)| id.to_owned()))
                .push_bind(place);
            place += 1;
        });
        insert.build().execute(&mut *conn).await?;
        subjects.iter().for_each(|subject| tell(event, subject));
    }
    Ok(())
}

/// Deletes up to `limit` events of before then, the oldest first.
pub(super) async fn delete(conn: &mut Conn, before: Millis, limit: u32) -> DbResult<Done> {
    let before = first_place(before);
    statement("INSERT INTO audit_doors (purpose, before_place) VALUES ('retention', $1)")
        .bind(before)
        .execute(&mut *conn)
        .await?;
    let delete = Builder::new(format!("DELETE FROM audit_events WHERE place IN ({OLD})")).build();
    let deleted = delete.bind(before).bind(limit).execute(&mut *conn).await?;
    statement("DELETE FROM audit_doors").execute(conn).await?;
    Ok(Done::of(deleted, limit))
}

/// Events before a place, the oldest first.
pub(super) const OLD: &str = "SELECT place FROM audit_events WHERE place < $1 ORDER BY place LIMIT $2";

/// Whether an action was ever recorded.
pub(crate) async fn has(conn: &mut Conn, account_id: &str, action: AuditAction) -> DbResult<bool> {
    let (has,): (bool,) =
        statement("SELECT EXISTS (SELECT 1 FROM audit_events WHERE account_id = $1 AND action = $2)")
            .bind(account_id)
            .bind(action.as_str())
            .one(conn)
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
    let rows: Vec<(i64, i64)> = select_per_span(account_id, action, begin, span_ms).build().all(conn).await?;
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
    let rows: Vec<EventRow> = select.build().all(conn).await?;
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
        let found: Option<(i64, String, Option<String>, i64)> = statement(
            "SELECT place, actor, (SELECT u.id FROM users u WHERE u.id = actor_id), at FROM audit_events
              WHERE account_id = $1 AND action = $2 ORDER BY place DESC LIMIT 1",
        )
        .bind(account_id)
        .bind(action.as_str())
        .optional(&mut *conn)
        .await?;
        latest = latest.max(found);
    }
    Ok(latest.map(|(_, name, id, at)| {
        let by = Some(PersonName { name, id: id.map(UserId) }).filter(|by| !by.name.is_empty());
        (by, Millis(at))
    }))
}
