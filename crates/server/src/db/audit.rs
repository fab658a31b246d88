//! The audit log.

use api_types::{ActorKind, ApiKeyId, AuditAction, AuditChange, AuditEvent, PersonName, UserId};
use serde_json::{Map, Value};
use sqlx::FromRow;

use super::audit_trail::{self, COLUMNS, Known, StoredEvent};
use super::done::Done;
use super::long_list::{Direction, LongList, Total};
use super::{
    AccountId, Builder, Conn, DbResult, ROWS_PER_STATEMENT, from_text, like_anywhere, new_id, statement,
};
use crate::platform::clock::Millis;
use crate::platform::secrets::Keyring;
use crate::platform::text::unaccented;

/// An event as it is written.
pub(crate) struct NewEvent<'a> {
    pub(crate) at: Millis,
    pub(crate) kind: ActorKind,
    pub(crate) actor: &'a str,
    /// The user who did it; `None` for the server and for backends of hosts.
    pub(crate) actor_id: Option<&'a UserId>,
    /// The key through which it was done, or that did it, by id and name.
    pub(crate) key: Option<(&'a ApiKeyId, &'a str)>,
    pub(crate) action: &'static str,
    pub(crate) request_id: &'a str,
    pub(crate) address: Option<&'a str>,
}

/// To whom or what it was done.
pub(crate) struct EventSubject<'a> {
    pub(crate) text: &'a str,
    /// The user to whom it was done, if it was done to one, and by another.
    pub(crate) person_id: Option<&'a UserId>,
    pub(crate) changes: &'a [AuditChange],
}

/// The name of events in the log of the operator: `RUST_LOG=audit=info` keeps them where less is logged.
const TARGET: &str = "audit";

/// How many events of one millisecond get positions of their own.
const PLACES: i64 = 1 << 20;

/// For whoever collects the log, where this server cannot change it: by ids alone. The line of the request with that id says
/// whether it was done.
fn tell(number: i64, event: &NewEvent<'_>, subject: &EventSubject<'_>) {
    tracing::info!(
        target: TARGET,
        number,
        request_id = event.request_id,
        action = event.action,
        actor_kind = event.kind.as_str(),
        actor_id = event.actor_id.map(UserId::as_str),
        person_id = subject.person_id.map(UserId::as_str),
        key_id = event.key.map(|(id, _)| id.as_str()),
        "audit"
    );
}

/// Writes an event for each of the subjects, in their order. Returns the number of the first. One statement for many is not only
/// one step to the database: each statement adds a segment to the index of the search, and those are merged.
pub(crate) async fn insert(
    conn: &mut Conn,
    keyring: &Keyring,
    account_id: &AccountId,
    event: &NewEvent<'_>,
    subjects: &[EventSubject<'_>],
) -> DbResult<i64> {
    // The key is the actor itself where it is not a person's.
    let key_name = event.key.map(|(_, name)| name).filter(|_| event.kind == ActorKind::Person);
    let first = first_place(event.at);
    let (mut place,): (i64,) =
        statement("SELECT COALESCE(MAX(place) + 1, $1) FROM audit_events WHERE place >= $1 AND place < $2")
            .bind(first)
            .bind(first + PLACES)
            .one(&mut *conn)
            .await?;
    let (first_number, of_count) = audit_trail::next(conn, keyring, account_id, subjects.len()).await?;
    let mut number = first_number;
    for subjects in subjects.chunks(ROWS_PER_STATEMENT) {
        let mut rows = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let searched = [event.actor, subject.text, key_name.unwrap_or_default()].join(" ");
            let mut row = StoredEvent {
                number,
                account_id: account_id.clone(),
                id: new_id(),
                place,
                at: event.at.0,
                actor_kind: event.kind.as_str().to_owned(),
                actor: event.actor.to_owned(),
                actor_id: event.actor_id.cloned(),
                key_id: event.key.map(|(id, _)| id.clone()),
                action: event.action.to_owned(),
                subject: subject.text.to_owned(),
                person_id: subject.person_id.cloned(),
                search_text: unaccented(&searched),
                request_id: event.request_id.to_owned(),
                address: event.address.map(str::to_owned),
                changes: changes_text(subject.changes)?,
                is_erased: 0,
                mac: None,
            };
            row.mac = Some(row.code_like(keyring, Some(&of_count))?);
            tell(number, event, subject);
            rows.push(row);
            (number, place) = (number + 1, place + 1);
        }
        let mut insert = Builder::new(format!("INSERT INTO audit_events ({COLUMNS}) "));
        insert.push_values(rows, |mut to, row| {
            to.push_bind(row.number)
                .push_bind(row.account_id)
                .push_bind(row.id)
                .push_bind(row.place)
                .push_bind(row.at)
                .push_bind(row.actor_kind)
                .push_bind(row.actor)
                .push_bind(row.actor_id)
                .push_bind(row.key_id)
                .push_bind(row.action)
                .push_bind(row.subject)
                .push_bind(row.person_id)
                .push_bind(row.search_text)
                .push_bind(row.request_id)
                .push_bind(row.address)
                .push_bind(row.changes)
                .push_bind(row.is_erased)
                .push_bind(row.mac);
        });
        insert.build().execute(&mut *conn).await?;
    }
    Ok(first_number)
}

/// Changes as they are stored.
pub(super) fn changes_text(changes: &[AuditChange]) -> DbResult<Option<String>> {
    if changes.is_empty() { Ok(None) } else { super::to_json(&changes).map(Some) }
}

/// Changes as they are stored, with other words: their fields stay, also those that only a later version knows.
pub(super) fn with_words(stored: Option<&str>, words: &[AuditChange]) -> DbResult<Option<String>> {
    let known: Option<Vec<Map<String, Value>>> = stored.and_then(|text| super::from_json(text).ok());
    let Some(mut changes) = known.filter(|changes| changes.len() == words.len()) else {
        return changes_text(words);
    };
    for (change, words) in changes.iter_mut().zip(words) {
        for (name, word) in [("from", &words.from), ("to", &words.to)] {
            match word {
                Some(word) => change.insert(name.to_owned(), word.as_str().into()),
                None => change.remove(name),
            };
        }
    }
    if changes.is_empty() { Ok(None) } else { super::to_json(&changes).map(Some) }
}

/// Changes as they were stored.
pub(super) fn changes_of(text: Option<&str>) -> DbResult<Vec<AuditChange>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    super::from_json(text)
}

/// Deletes up to `limit` events of before then, the oldest first.
pub(super) async fn delete(conn: &mut Conn, keyring: &Keyring, before: Millis, limit: u32) -> DbResult<Done> {
    let before = first_place(before);
    let select = format!("SELECT {COLUMNS} FROM audit_events WHERE place IN ({OLD})");
    let old: Vec<StoredEvent> = Builder::new(select).build().bind(before).bind(limit).all(&mut *conn).await?;
    for (account, mut numbers) in audit_trail::removable(conn, keyring, &old).await? {
        numbers.sort_unstable();
        audit_trail::remove(conn, keyring, &account, &numbers).await?;
    }
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
pub(crate) async fn has(conn: &mut Conn, account_id: &AccountId, action: AuditAction) -> DbResult<bool> {
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
    account_id: &AccountId,
    action: AuditAction,
    begin: Millis,
    span_ms: i64,
) -> DbResult<Vec<(i64, u32)>> {
    let rows: Vec<(i64, i64)> = select_per_span(account_id, action, begin, span_ms).build().all(conn).await?;
    Ok(rows.into_iter().map(|(span, count)| (span, u32::try_from(count).unwrap_or(u32::MAX))).collect())
}

pub(super) fn select_per_span(
    account_id: &AccountId,
    action: AuditAction,
    begin: Millis,
    span_ms: i64,
) -> Builder {
    let begin = first_place(begin);
    let mut select = Builder::new("SELECT (place - ");
    select.push_bind(begin).push(") / ").push_bind(span_ms * PLACES);
    select.push(" AS span, COUNT(*) FROM audit_events WHERE account_id = ").push_bind(account_id);
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
    pub(crate) actor: Option<&'a UserId>,
    pub(crate) person: Option<&'a UserId>,
    pub(crate) action: Option<AuditAction>,
    pub(crate) search: Option<&'a str>,
    pub(crate) from: Option<Millis>,
    pub(crate) until: Option<Millis>,
}

impl<'a> Filter<'a> {
    /// Columns with the values wanted in them; those come first of which fewer events are expected.
    fn columns(&self) -> Vec<(&'static str, &'a str)> {
        let action = self.action.map(AuditAction::as_str);
        let (person, actor) = (self.person.map(UserId::as_str), self.actor.map(UserId::as_str));
        let columns = [("person_id", person), ("actor_id", actor), ("action", action)];
        columns.into_iter().filter_map(|(column, value)| Some((column, value?))).collect()
    }
}

/// An event with what is asked for beside it.
#[derive(FromRow)]
struct EventRow {
    #[sqlx(flatten)]
    stored: StoredEvent,
    key_name: Option<String>,
    /// Of those users who are still there.
    has_actor: bool,
    has_person: bool,
}

/// Events with their positions, the latest first, and how many there are. `before` is the last position of the page
/// before.
pub(crate) async fn list(
    conn: &mut Conn,
    keyring: &Keyring,
    account_id: &AccountId,
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
    let known = Known::find(conn, keyring, account_id).await?;
    let mut select =
        Builder::new(format!("SELECT {COLUMNS}, {BESIDE} FROM audit_events WHERE account_id = "));
    select.push_bind(account_id).push(" AND place IN (");
    let mut list = select.separated(", ");
    for place in places {
        list.push_bind(place);
    }
    select.push(") ORDER BY place DESC");
    let rows: Vec<EventRow> = select.build().all(conn).await?;
    let events = rows.into_iter().map(|row| Ok((row.stored.place, row.event(keyring, known)?)));
    Ok((events.collect::<DbResult<_>>()?, total))
}

/// The columns of [`EventRow`].
const BESIDE: &str = "(SELECT k.name FROM api_keys k WHERE k.id = key_id) AS key_name,
    EXISTS (SELECT 1 FROM users u WHERE u.id = actor_id) AS has_actor,
    EXISTS (SELECT 1 FROM users u WHERE u.id = person_id) AS has_person";

/// The next events in the order in which they happened, after a position and up to another one, with their positions. However
/// many there are, each portion takes as long as the first.
pub(crate) async fn portion(
    conn: &mut Conn,
    keyring: &Keyring,
    account_id: &AccountId,
    filter: &Filter<'_>,
    (after, to): (i64, i64),
    limit: u32,
) -> DbResult<Vec<(i64, AuditEvent)>> {
    let known = Known::find(conn, keyring, account_id).await?;
    let rows: Vec<EventRow> =
        select_portion(account_id, filter, (after, to), limit).build().all(conn).await?;
    rows.into_iter().map(|row| Ok((row.stored.place, row.event(keyring, known)?))).collect()
}

fn select_portion(
    account_id: &AccountId,
    filter: &Filter<'_>,
    (after, to): (i64, i64),
    limit: u32,
) -> Builder {
    let mut select =
        Builder::new(format!("SELECT {COLUMNS}, {BESIDE} FROM audit_events WHERE account_id = "));
    select.push_bind(account_id);
    for (column, value) in filter.columns() {
        select.push(" AND ").push(column).push(" = ").push_bind(value.to_owned());
    }
    let first = filter.from.map_or(0, first_place);
    let last = filter.until.map_or(i64::MAX, |until| first_place(until) - 1).min(to);
    select.push(" AND place > ").push_bind(after.max(first - 1)).push(" AND place <= ").push_bind(last);
    if let Some(search) = filter.search {
        select.push(" AND search_text LIKE ").push_bind(like_anywhere(&unaccented(search)));
        select.push(" ESCAPE '\\'");
    }
    select.push(" ORDER BY place LIMIT ").push_bind(limit);
    select
}

/// The position of the last event.
pub(crate) async fn last_place(conn: &mut Conn, account_id: &AccountId) -> DbResult<i64> {
    let (last,): (Option<i64>,) = statement("SELECT MAX(place) FROM audit_events WHERE account_id = $1")
        .bind(account_id)
        .one(conn)
        .await?;
    Ok(last.unwrap_or_default())
}

impl EventRow {
    fn event(self, keyring: &Keyring, known: Known) -> DbResult<AuditEvent> {
        let Self { stored: row, key_name, has_actor, has_person } = self;
        // Whatever somebody has written there, the event is shown.
        let changes = changes_of(row.changes.as_deref()).unwrap_or_default();
        Ok(AuditEvent {
            integrity: row.integrity(keyring, known)?,
            id: row.id,
            number: u64::try_from(row.number).unwrap_or_default(),
            at: Millis(row.at).timestamp(),
            actor_kind: from_text(&row.actor_kind).unwrap_or(ActorKind::Person),
            actor: row.actor,
            key_id: row.key_id,
            key_name,
            actor_id: row.actor_id.filter(|_| has_actor),
            // A server of a later version may write beside this one.
            action: from_text(&row.action).unwrap_or(AuditAction::Unknown),
            subject: row.subject,
            person_id: row.person_id.filter(|_| has_person),
            request_id: row.request_id,
            address: row.address,
            changes,
            erased: row.is_erased != 0,
        })
    }
}

/// The latest event of one of these actions: who did it, if a person did, and when.
pub(crate) async fn latest(
    conn: &mut Conn,
    account_id: &AccountId,
    actions: &[AuditAction],
) -> DbResult<Option<(Option<PersonName>, Millis)>> {
    let mut latest = None;
    for action in actions {
        let found: Option<(i64, String, Option<UserId>, i64)> = statement(
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
        let by = Some(PersonName { name, id }).filter(|by| !by.name.is_empty());
        (by, Millis(at))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, database, plan};

    #[tokio::test]
    async fn n6_each_portion_of_an_export_is_found_in_an_index() {
        let (db, account, _folder) = database().await;
        let mut conn = db.read().await.unwrap();
        for filter in [
            Filter::default(),
            Filter { action: Some(AuditAction::SignedIn), ..Filter::default() },
            Filter { actor: Some(&UserId("ana".to_owned())), search: Some("ana"), ..Filter::default() },
        ] {
            let mut steps = plan(&mut conn, &select_portion(&account, &filter, (7, 9), 500)).await;
            // The names beside an event are one row each.
            steps.retain(|step| !step.contains("SCALAR SUBQUERY"));
            check_plan(&steps);
        }
    }
}
