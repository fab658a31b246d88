//! By what a change of the audit log outside of the server shows: every event of an account has a number, and a code over all
//! that it says. What is deleted for its age leaves its numbers, and the last number is kept apart; both have codes, too.
//!
//! Transactions that write come one after the other, so that numbers have no gaps.

use std::collections::BTreeMap;

use api_types::{ApiKeyId, AuditIntegrity, AuditNumbers, UserId};
use futures_util::TryStreamExt as _;
use serde::Serialize;
use sqlx::FromRow;

use super::{AccountId, Builder, Conn, DbResult, statement};
use crate::platform::secrets::{Keyring, Proven};

/// How many gaps are named.
const GAPS: usize = 100;
/// So many events say whether those at the beginning have codes of another key.
const BEGIN: u32 = 20;

/// An event as it is stored: all of it, in the order in which its code is made.
#[derive(Clone, Debug, FromRow, Serialize)]
pub(crate) struct StoredEvent {
    pub(super) number: i64,
    pub(super) account_id: AccountId,
    pub(super) id: String,
    pub(super) place: i64,
    pub(super) at: i64,
    pub(super) actor_kind: String,
    pub(super) actor: String,
    pub(super) actor_id: Option<UserId>,
    pub(super) key_id: Option<ApiKeyId>,
    pub(super) action: String,
    pub(super) subject: String,
    pub(super) person_id: Option<UserId>,
    pub(super) search_text: String,
    pub(super) request_id: String,
    pub(super) address: Option<String>,
    pub(super) changes: Option<String>,
    pub(super) is_erased: i64,
    #[serde(skip)]
    pub(super) mac: Option<String>,
}

/// The columns of [`StoredEvent`].
pub(super) const COLUMNS: &str =
    "number, account_id, id, place, at, actor_kind, actor, actor_id, key_id, action, subject, person_id,
    search_text, request_id, address, changes, is_erased, mac";

impl StoredEvent {
    /// What its code is made of. One database stores NULs, and the other does not.
    fn text(&self) -> DbResult<Vec<u8>> {
        let text =
            serde_json::to_string(&("event", self)).map_err(|error| sqlx::Error::Encode(error.into()))?;
        Ok(text.replace("\\u0000", "\u{FFFD}").into_bytes())
    }

    /// By the first key: for [`recode`] alone.
    fn new_code(&self, keyring: &Keyring) -> DbResult<String> {
        Ok(keyring.code(&self.text()?))
    }

    /// By the key that made another one.
    pub(super) fn code_like(&self, keyring: &Keyring, other: Option<&str>) -> DbResult<String> {
        Ok(keyring.code_like(other, &self.text()?))
    }

    /// Whether [`recode`] would make its code anew.
    fn is_by_another_key(&self, keyring: &Keyring) -> DbResult<bool> {
        let Some(code) = self.mac.as_deref().filter(|code| !code.starts_with(&keyring.mark())) else {
            return Ok(false);
        };
        Ok(keyring.proves(code, &self.text()?) == Proven::Unchanged)
    }

    /// Whether it is as the server wrote it.
    pub(super) fn integrity(&self, keyring: &Keyring, known: Known) -> DbResult<AuditIntegrity> {
        Ok(match &self.mac {
            None if self.number <= known.uncoded_to => AuditIntegrity::NoCode,
            None => AuditIntegrity::Changed,
            Some(code) => match keyring.proves(code, &self.text()?) {
                Proven::Unchanged => AuditIntegrity::Unchanged,
                Proven::Changed => AuditIntegrity::Changed,
                Proven::KeyMissing if self.number <= known.key_missing_to => AuditIntegrity::KeyMissing,
                Proven::KeyMissing => AuditIntegrity::Changed,
            },
        })
    }
}

/// What is known of an account's events without a code of a key that is here. It is the count that says it: anybody can delete a code,
/// or write the name of a key that there never was.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// The last number of what was written before there were codes, and has none yet.
    uncoded_to: i64,
    /// The last number of what was written under a key that is missing.
    key_missing_to: i64,
}

impl Known {
    /// For whoever shows events: a count whose own key is missing may be right.
    pub(super) async fn find(conn: &mut Conn, keyring: &Keyring, account: &AccountId) -> DbResult<Self> {
        let Some(count) = Count::find(conn, account).await? else { return Ok(Self::default()) };
        Ok(Self::shown(&count, count.proven(conn, keyring, account).await?))
    }

    fn shown(count: &Count, proven: Proven) -> Self {
        match proven {
            Proven::KeyMissing => Self { uncoded_to: 0, key_missing_to: count.last_number },
            proven => Self::by(count, proven),
        }
    }

    /// For whoever signs what it leads to: nothing, unless the count is proven.
    async fn proven(conn: &mut Conn, keyring: &Keyring, account: &AccountId) -> DbResult<Self> {
        let Some(count) = Count::find(conn, account).await? else { return Ok(Self::default()) };
        Ok(Self::by(&count, count.proven(conn, keyring, account).await?))
    }

    fn by(count: &Count, proven: Proven) -> Self {
        match proven {
            Proven::Unchanged => Self {
                uncoded_to: count.uncoded_to,
                key_missing_to: count.key_missing_at.map_or(0, |number| number.saturating_sub(1)),
            },
            Proven::KeyMissing | Proven::Changed => Self::default(),
        }
    }
}

/// The same for whoever signs, of each account once in a transaction.
#[derive(Debug, Default)]
pub(super) struct KnownByAccount(BTreeMap<AccountId, Known>);

impl KnownByAccount {
    pub(super) async fn of(
        &mut self,
        conn: &mut Conn,
        keyring: &Keyring,
        account: &AccountId,
    ) -> DbResult<Known> {
        if let Some(known) = self.0.get(account) {
            return Ok(*known);
        }
        let known = Known::proven(conn, keyring, account).await?;
        self.0.insert(account.clone(), known);
        Ok(known)
    }
}

/// The numbers of events that may be deleted for their age, by account. One that was changed outside of the server is left out, so
/// that it goes on to be missing: its age may be what was changed.
pub(super) async fn removable(
    conn: &mut Conn,
    keyring: &Keyring,
    events: &[StoredEvent],
) -> DbResult<BTreeMap<AccountId, Vec<i64>>> {
    let (mut known, mut numbers) = (KnownByAccount::default(), BTreeMap::<AccountId, Vec<i64>>::new());
    for event in events {
        let known = known.of(conn, keyring, &event.account_id).await?;
        if event.integrity(keyring, known)? != AuditIntegrity::Changed {
            numbers.entry(event.account_id.clone()).or_default().push(event.number);
        }
    }
    Ok(numbers)
}

pub(super) async fn find(conn: &mut Conn, place: i64) -> DbResult<Option<StoredEvent>> {
    let select = format!("SELECT {COLUMNS} FROM audit_events WHERE place = $1");
    Builder::new(select).build().bind(place).optional(conn).await
}

/// Stores an event whose words were changed. The door of erasure is open.
pub(super) async fn put(conn: &mut Conn, event: &StoredEvent) -> DbResult<()> {
    statement(
        "UPDATE audit_events SET actor = $1, subject = $2, search_text = $3, changes = $4, address = $5, is_erased = $6, mac = $7
          WHERE place = $8",
    )
    .bind(&event.actor)
    .bind(&event.subject)
    .bind(&event.search_text)
    .bind(event.changes.as_deref())
    .bind(event.address.as_deref())
    .bind(event.is_erased)
    .bind(event.mac.as_deref())
    .bind(event.place)
    .execute(conn)
    .await?;
    Ok(())
}

/// The last number of an account.
#[derive(Clone, Debug, Default, FromRow)]
struct Count {
    last_number: i64,
    uncoded_to: i64,
    broken_at: Option<i64>,
    key_missing_at: Option<i64>,
    mac: Option<String>,
}

impl Count {
    async fn find(conn: &mut Conn, account: &AccountId) -> DbResult<Option<Self>> {
        statement(
            "SELECT last_number, uncoded_to, broken_at, key_missing_at, mac FROM audit_counts WHERE account_id = $1",
        )
        .bind(account)
        .optional(conn)
        .await
    }

    fn text(&self, account: &AccountId) -> String {
        let Self { last_number, uncoded_to, broken_at, key_missing_at, mac: _ } = self;
        // As it was before there was this column, where it says nothing.
        let key_missing =
            key_missing_at.map_or_else(String::new, |number| format!("key missing at {number} "));
        format!("count {last_number} {uncoded_to} {broken_at:?} {key_missing}{account}")
    }

    /// Whether it is as the server wrote it. It has no code before the first event that follows the upgrade.
    async fn proven(&self, conn: &mut Conn, keyring: &Keyring, account: &AccountId) -> DbResult<Proven> {
        Ok(match &self.mac {
            Some(code) => keyring.proves(code, self.text(account).as_bytes()),
            None if self.last_number == self.uncoded_to && !has_codes(conn, account).await? => {
                Proven::Unchanged
            }
            None => Proven::Changed,
        })
    }

    async fn store(&self, conn: &mut Conn, account: &AccountId) -> DbResult<()> {
        statement(
            "INSERT INTO audit_counts (account_id, last_number, uncoded_to, broken_at, key_missing_at, mac)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (account_id) DO UPDATE SET last_number = excluded.last_number, uncoded_to = excluded.uncoded_to,
                broken_at = excluded.broken_at, key_missing_at = excluded.key_missing_at, mac = excluded.mac",
        )
        .bind(account)
        .bind(self.last_number)
        .bind(self.uncoded_to)
        .bind(self.broken_at)
        .bind(self.key_missing_at)
        .bind(self.mac.as_deref())
        .execute(conn)
        .await?;
        Ok(())
    }
}

async fn has_codes(conn: &mut Conn, account: &AccountId) -> DbResult<bool> {
    let (has,): (bool,) = statement(
        "SELECT EXISTS (SELECT 1 FROM audit_events WHERE account_id = $1 AND mac IS NOT NULL)
             OR EXISTS (SELECT 1 FROM audit_removals WHERE account_id = $1)",
    )
    .bind(account)
    .one(conn)
    .await?;
    Ok(has)
}

/// The count of a new account.
pub(super) async fn begin(conn: &mut Conn, account: &AccountId) -> DbResult<()> {
    Count::default().store(conn, account).await
}

/// Gives numbers to so many events. Returns the first, and the code of the count: theirs are made by its key.
pub(super) async fn next(
    conn: &mut Conn,
    keyring: &Keyring,
    account: &AccountId,
    events: usize,
) -> DbResult<(i64, String)> {
    let found = Count::find(conn, account).await?;
    let mut count = found.clone().unwrap_or_default();
    let proven = match found {
        Some(_) => count.proven(conn, keyring, account).await?,
        None => Proven::Changed,
    };
    if proven != Proven::Unchanged {
        // It goes on, and says from then on what is the matter with it.
        let (greatest,): (i64,) = statement(
            "SELECT COALESCE(MAX(number), 0) FROM (
                SELECT MAX(number) AS number FROM audit_events WHERE account_id = $1
                UNION ALL SELECT MAX(last_number) FROM audit_removals WHERE account_id = $1) AS known",
        )
        .bind(account)
        .one(&mut *conn)
        .await?;
        count.last_number = count.last_number.max(greatest);
        let number = count.last_number + 1;
        // What is not proven says nothing of what may be without a code.
        count.uncoded_to = 0;
        if proven == Proven::KeyMissing {
            count.key_missing_at = Some(number);
            tracing::warn!(number, "the key that proves the count of the audit log is missing");
        } else {
            count.broken_at = Some(number);
            count.key_missing_at = count.key_missing_at.filter(|before| (1..=number).contains(before));
            tracing::error!(number, "the count of the audit log was changed outside of the server");
        }
    }
    let first = count.last_number + 1;
    count.last_number += i64::try_from(events).unwrap_or(i64::MAX);
    let text = count.text(account);
    // The key that has made the code of the count is the one that has made all, see [`recode`]: also where another server has its
    // keys in another order.
    let before = count.mac.as_deref().filter(|_| proven == Proven::Unchanged);
    let code = keyring.code_like(before, text.as_bytes());
    count.mac = Some(code.clone());
    count.store(conn, account).await?;
    Ok((first, code))
}

/// Numbers that were deleted for their age.
#[derive(Clone, Debug, FromRow)]
struct Removal {
    first_number: i64,
    last_number: i64,
    mac: String,
}

impl Removal {
    fn text(account: &AccountId, first: i64, last: i64) -> String {
        format!("removal {first} {last} {account}")
    }

    fn proven(&self, keyring: &Keyring, account: &AccountId) -> Proven {
        let text = Self::text(account, self.first_number, self.last_number);
        keyring.proves(&self.mac, text.as_bytes())
    }

    fn is_right(&self, keyring: &Keyring, account: &AccountId) -> bool {
        self.proven(keyring, account) == Proven::Unchanged
    }

    async fn all(conn: &mut Conn, account: &AccountId) -> DbResult<Vec<Self>> {
        statement(
            "SELECT first_number, last_number, mac FROM audit_removals WHERE account_id = $1 ORDER BY first_number",
        )
        .bind(account)
        .all(conn)
        .await
    }
}

/// Notes that events are being deleted for their age, by their numbers in order.
pub(super) async fn remove(
    conn: &mut Conn,
    keyring: &Keyring,
    account: &AccountId,
    numbers: &[i64],
) -> DbResult<()> {
    let of_count = Count::find(conn, account).await?.and_then(|count| count.mac);
    let known = Removal::all(conn, account).await?;
    let mut known: Vec<_> = known.into_iter().filter(|removal| removal.is_right(keyring, account)).collect();
    for run in numbers.chunk_by(|before, after| before + 1 == *after) {
        let (Some(mut first), Some(mut last)) = (run.first().copied(), run.last().copied()) else { continue };
        // With those before and after, it becomes one.
        known.retain(|removal| {
            let touches = removal.last_number + 1 >= first && removal.first_number <= last + 1;
            if touches {
                (first, last) = (first.min(removal.first_number), last.max(removal.last_number));
            }
            !touches
        });
        statement(
            "DELETE FROM audit_removals WHERE account_id = $1 AND first_number >= $2 AND last_number <= $3",
        )
        .bind(account)
        .bind(first)
        .bind(last)
        .execute(&mut *conn)
        .await?;
        let text = Removal::text(account, first, last);
        let mac = keyring.code_like(of_count.as_deref(), text.as_bytes());
        statement(
            "INSERT INTO audit_removals (account_id, first_number, last_number, mac) VALUES ($1, $2, $3, $4)
             ON CONFLICT (account_id, first_number) DO UPDATE SET last_number = excluded.last_number, mac = excluded.mac",
        )
        .bind(account)
        .bind(first)
        .bind(last)
        .bind(&mac)
        .execute(&mut *conn)
        .await?;
        known.push(Removal { first_number: first, last_number: last, mac });
    }
    Ok(())
}

/// Which numbers have events or were deleted by the server, and which have not.
pub(crate) async fn numbering(
    conn: &mut Conn,
    keyring: &Keyring,
    account: &AccountId,
) -> DbResult<api_types::AuditNumbering> {
    // Others write meanwhile. So what must be there is read before the events, and what may be there after them.
    let expected = Count::find(conn, account).await?.map_or(0, |count| count.last_number);
    // Where neighbours are no neighbours, and the first and the last one.
    let mut runs: Vec<(i64, i64)> = statement(
        "SELECT MIN(number), MAX(number) FROM (
            SELECT number, number - ROW_NUMBER() OVER (ORDER BY number) AS run FROM audit_events WHERE account_id = $1
         ) AS numbered GROUP BY run",
    )
    .bind(account)
    .all(conn)
    .await?;
    let removals = Removal::all(conn, account).await?;
    let found = Count::find(conn, account).await?;
    let count = found.clone().unwrap_or_default();
    let proven = match &found {
        Some(count) => count.proven(conn, keyring, account).await?,
        None => Proven::Changed,
    };
    let known = Known::shown(&count, proven);
    let (mut deleted, mut unproven) = (Vec::new(), Vec::new());
    for removal in removals {
        let run = (removal.first_number, removal.last_number);
        match removal.proven(keyring, account) {
            Proven::Unchanged => deleted.push(run),
            Proven::KeyMissing if removal.last_number <= known.key_missing_to => unproven.push(run),
            Proven::KeyMissing | Proven::Changed => {}
        }
    }
    runs.extend(deleted.iter().chain(&unproven));
    runs.sort_unstable();
    let (missing, greatest) = gaps(&runs, expected);
    let integrity = match proven {
        _ if count.broken_at.is_some() || greatest > count.last_number => AuditIntegrity::Changed,
        Proven::Changed => AuditIntegrity::Changed,
        Proven::KeyMissing => AuditIntegrity::KeyMissing,
        Proven::Unchanged if count.key_missing_at.is_some() => AuditIntegrity::KeyMissing,
        Proven::Unchanged => AuditIntegrity::Unchanged,
    };
    let numbers =
        |(first, last): &(i64, i64)| AuditNumbers { first: unsigned(*first), last: unsigned(*last) };
    Ok(api_types::AuditNumbering {
        last: unsigned(count.last_number.max(greatest)),
        deleted: deleted.iter().map(numbers).collect(),
        unproven: unproven.iter().map(numbers).collect(),
        missing: missing.iter().take(GAPS).map(numbers).collect(),
        missing_total: missing.iter().map(|(first, last)| unsigned(last - first + 1)).sum(),
        count: integrity,
    })
}

/// What is not in runs of numbers, given in order, of those from one to the last; and the greatest that is.
fn gaps(runs: &[(i64, i64)], last: i64) -> (Vec<(i64, i64)>, i64) {
    let (mut gaps, mut expected) = (Vec::new(), 1);
    for (first, end) in runs {
        if *first > expected {
            gaps.push((expected, first - 1));
        }
        expected = expected.max(end + 1);
    }
    if expected <= last {
        gaps.push((expected, last));
    }
    (gaps, expected - 1)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// What was found in all events of an account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checked {
    pub(crate) events: u64,
    /// The numbers of events that were changed outside of the server: the first hundred.
    pub(crate) changed: Vec<i64>,
    pub(crate) changed_total: u64,
    pub(crate) key_missing: u64,
    pub(crate) without_code: u64,
}

impl Checked {
    fn add(&mut self, number: i64, integrity: AuditIntegrity) {
        self.events += 1;
        match integrity {
            AuditIntegrity::Unchanged => {}
            AuditIntegrity::Changed => {
                self.changed_total += 1;
                if self.changed.len() < GAPS {
                    self.changed.push(number);
                }
            }
            AuditIntegrity::KeyMissing => self.key_missing += 1,
            AuditIntegrity::NoCode => self.without_code += 1,
        }
    }
}

/// Looks at every event.
pub(crate) async fn check_all(conn: &mut Conn, keyring: &Keyring, account: &AccountId) -> DbResult<Checked> {
    let known = Known::find(conn, keyring, account).await?;
    let mut checked = Checked::default();
    let select = format!("SELECT {COLUMNS} FROM audit_events WHERE account_id = $1 ORDER BY number");
    let mut events = Builder::new(select).build().bind(account).stream::<StoredEvent>(conn)?;
    while let Some(event) = events.try_next().await? {
        checked.add(event.number, event.integrity(keyring, known)?);
    }
    Ok(checked)
}

/// Where the making of codes has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recoded {
    /// To this number; there are more.
    To(i64),
    /// At the end. So many events had no code since they were written before there were any.
    All { first_codes: i64 },
}

/// The last number that was deleted for its age.
pub(crate) async fn deleted_to(
    conn: &mut Conn,
    keyring: &Keyring,
    account: &AccountId,
) -> DbResult<Option<i64>> {
    let removals = Removal::all(conn, account).await?;
    let proven = removals.iter().filter(|removal| removal.is_right(keyring, account));
    Ok(proven.map(|removal| removal.last_number).max())
}

/// Whether codes are to be made, or made again with the first key.
pub(crate) async fn needs_codes(conn: &mut Conn, keyring: &Keyring, account: &AccountId) -> DbResult<bool> {
    let Some(count) = Count::find(conn, account).await? else { return Ok(false) };
    if count.uncoded_to > 0 || count.mac.is_some_and(|code| !code.starts_with(&keyring.mark())) {
        return Ok(true);
    }
    // A server with its keys in another order may have ended in the middle of making codes: it began with these.
    let select = format!("SELECT {COLUMNS} FROM audit_events WHERE account_id = $1 ORDER BY number LIMIT $2");
    let begin: Vec<StoredEvent> = Builder::new(select).build().bind(account).bind(BEGIN).all(conn).await?;
    for event in begin {
        if event.is_by_another_key(keyring)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes the codes of up to `limit` events after a number by the first key: of those that had none, and of those that another
/// key has made and that are unchanged. At the end those of the removals and the count.
pub(crate) async fn recode(
    conn: &mut Conn,
    keyring: &Keyring,
    account: &AccountId,
    after: i64,
    limit: u32,
) -> DbResult<Recoded> {
    let Some(mut count) = Count::find(conn, account).await? else {
        return Ok(Recoded::All { first_codes: 0 });
    };
    let proven = count.proven(conn, keyring, account).await?;
    let (is_right, known) = (proven == Proven::Unchanged, Known::by(&count, proven));
    if is_right && count.mac.is_none() {
        // From here on, nobody can say that there have never been codes.
        count.mac = Some(keyring.code(count.text(account).as_bytes()));
        count.store(conn, account).await?;
    }
    let select = format!(
        "SELECT {COLUMNS} FROM audit_events WHERE account_id = $1 AND number > $2 ORDER BY number LIMIT $3"
    );
    let events: Vec<StoredEvent> =
        Builder::new(select).build().bind(account).bind(after).bind(limit).all(&mut *conn).await?;
    open_door(conn, "codes").await?;
    for event in &events {
        let is_by_first = event.mac.as_ref().is_some_and(|code| code.starts_with(&keyring.mark()));
        let integrity = event.integrity(keyring, known)?;
        if !is_by_first && matches!(integrity, AuditIntegrity::Unchanged | AuditIntegrity::NoCode) {
            statement("UPDATE audit_events SET mac = $1 WHERE place = $2")
                .bind(event.new_code(keyring)?)
                .bind(event.place)
                .execute(&mut *conn)
                .await?;
        }
    }
    close_door(conn).await?;
    if let Some(last) = events.last().filter(|_| events.len() == limit as usize) {
        return Ok(Recoded::To(last.number));
    }
    for removal in Removal::all(conn, account).await? {
        if removal.is_right(keyring, account) && !removal.mac.starts_with(&keyring.mark()) {
            let text = Removal::text(account, removal.first_number, removal.last_number);
            statement("UPDATE audit_removals SET mac = $1 WHERE account_id = $2 AND first_number = $3")
                .bind(keyring.code(text.as_bytes()))
                .bind(account)
                .bind(removal.first_number)
                .execute(&mut *conn)
                .await?;
        }
    }
    let first_codes = known.uncoded_to;
    if is_right {
        count.uncoded_to = 0;
        count.mac = Some(keyring.code(count.text(account).as_bytes()));
        count.store(conn, account).await?;
    }
    Ok(Recoded::All { first_codes })
}

/// Lets this transaction do what the audit log refuses, until [`close_door`].
pub(super) async fn open_door(conn: &mut Conn, purpose: &str) -> DbResult<()> {
    statement("INSERT INTO audit_doors (purpose, before_place) VALUES ($1, 0)")
        .bind(purpose)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn close_door(conn: &mut Conn) -> DbResult<()> {
    statement("DELETE FROM audit_doors").execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{database, note_event};
    use crate::platform::clock::Millis;

    const KEYS: [&str; 2] =
        ["k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "k2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"];

    /// How many codes are not by the second key.
    async fn by_another_than_second(conn: &mut Conn) -> DbResult<i64> {
        let (found,): (i64,) = statement(
            "SELECT COUNT(*) FROM (SELECT mac FROM audit_events UNION ALL SELECT mac FROM audit_removals
                UNION ALL SELECT mac FROM audit_counts) AS codes WHERE mac NOT LIKE 'k2.%'",
        )
        .one(conn)
        .await?;
        Ok(found)
    }

    #[tokio::test]
    async fn n6_a_server_with_its_keys_in_another_order_leaves_no_code_by_an_old_one() -> DbResult<()> {
        let (db, account, folder) = database().await;
        let ring = |order: [&str; 2]| Keyring::load(Some(&order.join(",")), folder.path());
        let (before, after) = (ring(KEYS)?, ring([KEYS[1], KEYS[0]])?);
        let mut tx = db.write().await?;
        for _ in 0..3 {
            note_event(&mut tx, &before, &account, Millis(1)).await?;
        }
        assert!(needs_codes(&mut tx, &after, &account).await?);
        assert_eq!(recode(&mut tx, &after, &account, 0, 9).await?, Recoded::All { first_codes: 0 });
        assert_eq!(by_another_than_second(&mut tx).await?, 0);

        // One that was not started again yet.
        note_event(&mut tx, &before, &account, Millis(1)).await?;
        remove(&mut tx, &before, &account, &[1]).await?;
        assert_eq!(by_another_than_second(&mut tx).await?, 0);
        assert!(!needs_codes(&mut tx, &after, &account).await?);

        // It does the jobs, and ends in the middle of them.
        assert_eq!(recode(&mut tx, &before, &account, 0, 1).await?, Recoded::To(1));
        assert_eq!(by_another_than_second(&mut tx).await?, 1);
        assert!(needs_codes(&mut tx, &after, &account).await?);
        recode(&mut tx, &after, &account, 0, 9).await?;
        assert_eq!(by_another_than_second(&mut tx).await?, 0);
        Ok(())
    }

    #[test]
    fn n6_gaps_are_what_no_run_has() {
        assert_eq!(gaps(&[], 0), (vec![], 0));
        assert_eq!(gaps(&[], 3), (vec![(1, 3)], 0));
        assert_eq!(gaps(&[(1, 4), (5, 17), (21, 22)], 25), (vec![(18, 20), (23, 25)], 22));
        assert_eq!(gaps(&[(2, 3), (2, 9)], 9), (vec![(1, 1)], 9), "what is twice is not missing");
        assert_eq!(gaps(&[(1, 5)], 3), (vec![], 5), "more than were counted");
    }
}
