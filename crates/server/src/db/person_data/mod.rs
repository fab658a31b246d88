//! Everything that is stored about one person: found, shown, and taken out.

mod needles;
mod places;

use std::collections::BTreeMap;

use api_types::{AuditChange, AuditIntegrity, UserId};
use serde_json::{Map, Value as Shown};
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

use super::audit_trail::KnownByAccount;
pub(crate) use needles::Needles;
use places::{DESCRIBING, EVENTS, Fate, HIDDEN, PLACES, Place};

use super::{
    AccountId, Builder, Conn, DbResult, audit, audit_trail, field_sync, like_anywhere, postgres, push_list,
    sqlite, statement,
};
use crate::platform::secrets::Keyring;
use crate::platform::text::unaccented;

/// What leads to a person's data.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traces {
    /// Of the user, and of users with the address who are gone.
    pub(crate) ids: Vec<UserId>,
    pub(crate) numbers: Vec<i64>,
    /// The address as it is compared, and what else guesses are counted for.
    pub(crate) keys: Vec<String>,
    /// What is written where an address stands: the address, or it with other signs.
    pub(crate) spellings: Vec<String>,
    pub(crate) needles: Needles,
}

impl Traces {
    /// With what led to the same person before.
    pub(crate) fn and(mut self, others: Self) -> Self {
        fn add<T: PartialEq>(to: &mut Vec<T>, more: Vec<T>) {
            for one in more {
                if !to.contains(&one) {
                    to.push(one);
                }
            }
        }
        add(&mut self.ids, others.ids);
        add(&mut self.numbers, others.numbers);
        add(&mut self.keys, others.keys);
        add(&mut self.spellings, others.spellings);
        self.needles.join(others.needles);
        self
    }
}

/// How a row is addressed whatever its key is: as text, and what stands before and after the text in a condition.
fn address_of_row(conn: &Conn) -> (&'static str, (&'static str, &'static str)) {
    match conn {
        Conn::Sqlite(_) => sqlite::ROW_ADDRESS,
        Conn::Postgres(_) => postgres::ROW_ADDRESS,
    }
}

/// What is written where addresses stand in files and synced people and contains this, with the names beside it.
pub(crate) async fn written(
    conn: &mut Conn,
    part: &str,
) -> DbResult<Vec<(String, Option<String>, Option<String>)>> {
    statement(
        "SELECT email, first_name, last_name FROM batch_rows WHERE LOWER(email) LIKE LOWER($1) ESCAPE '\\'
          UNION SELECT email, first_name, last_name FROM synced_people WHERE LOWER(email) LIKE LOWER($1) ESCAPE '\\'
          UNION SELECT email, NULL, NULL FROM sync_problems WHERE LOWER(email) LIKE LOWER($1) ESCAPE '\\'",
    )
    .bind(like_anywhere(part))
    .all(conn)
    .await
}

/// What events say that may be about a person: who did it by what name, and to whom it was done.
#[derive(FromRow)]
pub(crate) struct Event {
    place: i64,
    pub(crate) actor: String,
    pub(crate) subject: String,
    pub(crate) action: String,
    pub(crate) actor_id: Option<UserId>,
    pub(crate) person_id: Option<UserId>,
    changes: Option<String>,
    pub(crate) address: Option<String>,
    key_name: Option<String>,
}

/// An event that is to say something else.
pub(crate) struct NewWords {
    place: i64,
    actor: String,
    subject: String,
    search_text: String,
    changes: Vec<AuditChange>,
    address: Option<String>,
}

impl Event {
    /// What was changed from what to what.
    pub(crate) fn changes(&self) -> Vec<AuditChange> {
        // What cannot be read names nobody.
        audit::changes_of(self.changes.as_deref()).unwrap_or_default()
    }

    /// The event with other words in the place of those about a person.
    pub(crate) fn saying(
        self,
        actor: String,
        subject: String,
        changes: Vec<AuditChange>,
        address: Option<String>,
    ) -> NewWords {
        let key_name = self.key_name.filter(|name| *name != self.actor).unwrap_or_default();
        let search_text = unaccented(&[actor.as_str(), &subject, &key_name].join(" "));
        NewWords { place: self.place, actor, subject, search_text, changes, address }
    }
}

/// Events that name a person, by an id or in their text.
pub(crate) async fn events(conn: &mut Conn, traces: &Traces) -> DbResult<Vec<Event>> {
    let mut select = Builder::new(
        "SELECT place, actor, subject, action, actor_id, person_id, changes, address,
                (SELECT k.name FROM api_keys k WHERE k.id = key_id AND actor_kind = 'person') AS key_name
           FROM audit_events WHERE ",
    );
    push_about(&mut select, EVENTS.about.unwrap_or_default(), traces);
    push_mentions(&mut select, EVENTS.texts, &traces.needles);
    select.push(" ORDER BY place");
    select.build().all(conn).await
}

/// Has events say something else, and that they do. What was changed outside of the server before gets no code that hides it.
pub(crate) async fn change_events(conn: &mut Conn, keyring: &Keyring, events: &[NewWords]) -> DbResult<()> {
    audit_trail::open_door(conn, "erasure").await?;
    let mut known = KnownByAccount::default();
    for event in events {
        let Some(mut stored) = audit_trail::find(conn, event.place).await? else { continue };
        let known = known.of(conn, keyring, &stored.account_id).await?;
        let was = stored.integrity(keyring, known)?;
        stored.actor.clone_from(&event.actor);
        stored.subject.clone_from(&event.subject);
        stored.search_text.clone_from(&event.search_text);
        stored.changes = audit::with_words(stored.changes.as_deref(), &event.changes)?;
        stored.address.clone_from(&event.address);
        stored.is_erased = 1;
        if matches!(was, AuditIntegrity::Unchanged | AuditIntegrity::NoCode) {
            stored.mac = Some(stored.code_like(keyring, stored.mac.as_deref())?);
        }
        audit_trail::put(conn, &stored).await?;
    }
    audit_trail::close_door(conn).await
}

/// A text that is to become another one.
pub(crate) struct Change {
    table: &'static str,
    column: &'static str,
    address: String,
    from: String,
    /// `None` where nothing of it is left.
    to: Option<String>,
}

/// The texts that name a person, outside of the audit log, with what they are to become.
pub(crate) async fn changes(conn: &mut Conn, traces: &Traces, pseudonym: &str) -> DbResult<Vec<Change>> {
    let (address, _) = address_of_row(conn);
    let mut changes = Vec::new();
    for Place { table, names, texts, .. } in PLACES {
        for (id, column) in *names {
            let mut select = Builder::new(format!("SELECT {address}, {column} FROM {table} WHERE {id} IN "));
            push_list(&mut select, &traces.ids);
            select.push(format!(" AND {column} NOT IN ('', ")).push_bind(pseudonym.to_owned()).push(")");
            let found: Vec<(String, String)> = select.build().all(&mut *conn).await?;
            changes.extend(found.into_iter().map(|(address, from)| Change {
                table,
                column,
                address,
                from,
                to: Some(pseudonym.to_owned()),
            }));
        }
        for column in *texts {
            let mut select =
                Builder::new(format!("SELECT {address}, {column} FROM {table} WHERE {column} IS NOT NULL"));
            for (id, _) in names.iter().filter(|(_, name)| name == column) {
                select.push(" AND ");
                push_is_theirs(&mut select, id, traces);
            }
            select.push(" AND (1 = 0");
            push_mentions(&mut select, &[column], &traces.needles);
            select.push(")");
            let found: Vec<(String, String)> = select.build().all(&mut *conn).await?;
            changes.extend(found.into_iter().filter_map(|(address, from)| {
                let replaced = traces.needles.replaced(&from, pseudonym)?;
                let to = (!DESCRIBING.contains(&(table, column))).then_some(replaced);
                Some(Change { table, column, address, from, to })
            }));
        }
    }
    // A name beside an id is found in the text, too.
    changes.sort_by(|a, b| (a.table, a.column, &a.address).cmp(&(b.table, b.column, &b.address)));
    changes.dedup_by(|b, a| (a.table, a.column, &a.address) == (b.table, b.column, &b.address));
    Ok(changes)
}

/// Changes texts that are still what they were.
pub(crate) async fn change(conn: &mut Conn, changes: &[Change]) -> DbResult<()> {
    let (_, is_row) = address_of_row(conn);
    for Change { table, column, address, from, to } in changes {
        let mut update = Builder::new(format!("UPDATE {table} SET {column} = "));
        let (before, after) = is_row;
        update.push_bind(to.clone()).push(" WHERE ").push(before).push_bind(address.clone()).push(after);
        update.push(format!(" AND {column} = ")).push_bind(from.clone());
        update.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Deletes and empties the rows about a person that do not go with the user's own.
pub(crate) async fn take_out(
    conn: &mut Conn,
    account_id: &AccountId,
    traces: &Traces,
    pseudonym: &str,
) -> DbResult<()> {
    for Place { table, about, fate, .. } in PLACES {
        let Some(about) = about else { continue };
        let mut statement = match fate {
            Fate::GoWithUser | Fate::Stay => continue,
            Fate::Go => Builder::new(format!("DELETE FROM {table} WHERE ")),
            Fate::Are(columns) => {
                let mut update = Builder::new(format!("UPDATE {table} SET "));
                let mut parts = columns.split("{pseudonym}");
                update.push(parts.next().unwrap_or_default());
                for part in parts {
                    update.push_bind(pseudonym.to_owned()).push(part);
                }
                update.push(" WHERE ");
                update
            }
        };
        push_about(&mut statement, about, traces);
        let gone = statement.build().execute(&mut *conn).await?;
        if *table == "synced_people" {
            field_sync::people::went(conn, account_id, gone).await?;
        }
    }
    Ok(())
}

/// How many rows of each table are about a person or name them.
pub(crate) async fn counts(conn: &mut Conn, traces: &Traces) -> DbResult<Vec<(&'static str, u32)>> {
    let mut counts = Vec::new();
    for place in PLACES.iter().chain([&EVENTS]) {
        let rows = rows(conn, place, &[], traces).await?.len();
        if rows > 0 {
            counts.push((place.table, u32::try_from(rows).unwrap_or(u32::MAX)));
        }
    }
    Ok(counts)
}

/// The rows of a place that are about a person or name them: these columns, and the texts that name the person.
async fn rows(
    conn: &mut Conn,
    place: &Place,
    columns: &[&str],
    traces: &Traces,
) -> DbResult<Vec<Map<String, Shown>>> {
    const IS_ABOUT: &str = "is_about";
    let mut select = Builder::new("SELECT ");
    for column in columns {
        push_with_traces(&mut select, column, traces);
        select.push(", ");
    }
    for text in place.texts {
        match place.names.iter().find(|(_, name)| name == text) {
            Some((id, _)) => {
                select.push("CASE WHEN ");
                push_is_theirs(&mut select, id, traces);
                select.push(" THEN ").push(text).push(" END AS ").push(text).push(", ");
            }
            None => {
                select.push(text).push(", ");
            }
        }
    }
    let about = place.about.unwrap_or("1 = 0");
    select.push("CAST(CASE WHEN ");
    push_about(&mut select, about, traces);
    select
        .push(" THEN 1 ELSE 0 END AS BIGINT) AS ")
        .push(IS_ABOUT)
        .push(" FROM ")
        .push(place.table)
        .push(" WHERE ");
    push_about(&mut select, about, traces);
    push_mentions(&mut select, place.texts, &traces.needles);
    let mut rows: Vec<ShownRow> = select.build().all(conn).await?;
    rows.retain_mut(|ShownRow(row)| {
        let mut is_theirs = row.remove(IS_ABOUT) == Some(1.into());
        if !is_theirs && !matches!(place.fate, Fate::Stay) {
            // It is about somebody else.
            row.retain(|column, _| place.texts.contains(&column.as_str()));
        }
        for text in place.texts {
            let names =
                row.get(*text).and_then(Shown::as_str).and_then(|text| traces.needles.replaced(text, ""));
            if names.is_none() {
                row.remove(*text);
            }
            is_theirs |= names.is_some();
        }
        is_theirs
    });
    Ok(rows.into_iter().map(|ShownRow(row)| row).collect())
}

/// Whether a mail to the person is on its way right now.
pub(crate) async fn is_being_mailed(conn: &mut Conn, traces: &Traces) -> DbResult<bool> {
    let mails = PLACES.iter().find(|place| place.table == "mails").and_then(|place| place.about);
    let mut select = Builder::new("SELECT 1 FROM mails WHERE state = 'sending' AND (");
    push_about(&mut select, mails.unwrap_or("1 = 0"), traces);
    select.push(") LIMIT 1");
    Ok(select.build().optional::<()>(conn).await?.is_some())
}

/// The name of the file, if it has one, of a batch with the person that is being filled, applied or undone.
pub(crate) async fn batch_under_way(conn: &mut Conn, traces: &Traces) -> DbResult<Option<String>> {
    let mut select = Builder::new(
        "SELECT COALESCE(b.file_name, '') FROM batches b WHERE b.state IN ('open', 'applying', 'undoing')
            AND EXISTS (SELECT 1 FROM batch_rows r WHERE r.batch_number = b.number AND r.email_key IN ",
    );
    push_list(&mut select, &traces.keys);
    select.push(") LIMIT 1");
    let found: Option<(String,)> = select.build().optional(conn).await?;
    Ok(found.map(|(file_name,)| file_name))
}

/// Whether the account has mails copied to the person.
pub(crate) async fn gets_copies(conn: &mut Conn, traces: &Traces) -> DbResult<bool> {
    let copied: Option<(Option<String>,)> =
        statement("SELECT bcc_address FROM salesforce_sync_settings").optional(conn).await?;
    let address = copied.and_then(|(address,)| address).unwrap_or_default();
    Ok(traces.needles.replaced(&address, "").is_some())
}

/// What is named after the person, by people.
pub(crate) async fn named_after(conn: &mut Conn, traces: &Traces) -> DbResult<Vec<String>> {
    let names: Vec<(String,)> = statement(
        "SELECT name FROM teams UNION SELECT name FROM workspaces UNION SELECT name FROM api_keys
          UNION SELECT url FROM webhook_endpoints",
    )
    .all(conn)
    .await?;
    let named = names.into_iter().map(|(name,)| name);
    Ok(named.filter(|name| traces.needles.replaced(name, "").is_some()).collect())
}

/// A row as it is shown.
struct ShownRow(Map<String, Shown>);

impl<'r, R: Row> FromRow<'r, R> for ShownRow
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> DbResult<Self> {
        use sqlx::Column as _;
        let mut shown = Map::new();
        for (index, column) in row.columns().iter().enumerate() {
            let value = match row.try_get::<Option<i64>, _>(index) {
                Ok(number) => Shown::from(number),
                Err(_) => Shown::from(row.try_get::<Option<String>, _>(index)?),
            };
            shown.insert(column.name().to_owned(), value);
        }
        Ok(Self(shown))
    }
}

/// Everything that is stored about a person, by table. Names of others and texts that do not name the person are left out.
pub(crate) async fn everything(
    conn: &mut Conn,
    traces: &Traces,
) -> DbResult<BTreeMap<&'static str, Vec<Map<String, Shown>>>> {
    let mut tables = BTreeMap::new();
    for place in PLACES.iter().chain([&EVENTS]) {
        let mut rows = rows(conn, place, place.shown, traces).await?;
        if place.table == HIDDEN.0 {
            rows.iter_mut().for_each(|row| drop(row.remove(HIDDEN.1)));
        }
        if !rows.is_empty() {
            tables.insert(place.table, rows);
        }
    }
    Ok(tables)
}

/// Adds the condition of rows about a person.
fn push_about(select: &mut Builder, about: &str, traces: &Traces) {
    select.push("(");
    push_with_traces(select, about, traces);
    select.push(")");
}

/// Adds text with what leads to a person in the places that it has for that.
fn push_with_traces(select: &mut Builder, text: &str, traces: &Traces) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        select.push(before);
        match name {
            "ids" => push_list(select, &traces.ids),
            "numbers" => push_list(select, &traces.numbers),
            "keys" => push_list(select, &traces.keys),
            _ => push_list(select, &traces.spellings),
        }
        rest = after;
    }
    select.push(rest);
}

/// Adds the condition that a name is not that of another user, who may have the same.
fn push_is_theirs(select: &mut Builder, id: &str, traces: &Traces) {
    select.push(format!("(COALESCE({id}, '') = '' OR {id} IN "));
    push_list(select, &traces.ids);
    select.push(")");
}

/// Adds that a text may name a person. What is looked at closer is whether it does.
fn push_mentions(select: &mut Builder, columns: &[&str], needles: &Needles) {
    for column in columns {
        for text in needles.texts() {
            select.push(format!(" OR LOWER({column}) LIKE LOWER("));
            select.push_bind(like_anywhere(text)).push(") ESCAPE '\\'");
        }
    }
}
