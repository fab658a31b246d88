//! Batches of rows, of two kinds: people to invite, and changes of members.

pub(crate) mod invitations;
pub(crate) mod member_changes;

use std::time::Duration;

use api_types::{ApiKeyId, BatchId, CancelCode, RowCounts, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::FromRow;

use super::{
    AccountId, Builder, Conn, DbResult, Json, Stored, StoredId, count, from_optional_text, from_text,
    statement, text, to_json,
};
use crate::platform::clock::Millis;

/// What the rows of a batch are, and what becomes of them. The values of the type are what only batches of the kind
/// have.
pub(crate) trait BatchKind: Stored {
    /// The kind as it is stored.
    const NAME: &'static str;
    /// The columns that only this kind has.
    const COLUMNS: &'static str;
    /// What of a batch is the server's or its sender's to do yet, so that it is under way.
    const UNDER_WAY: &'static [&'static str];
    /// Whether its rows change nothing before it is closed.
    const CHANGES_NOTHING_WHILE_OPEN: bool;

    type Id: StoredId;
    /// What was chosen for all rows.
    type Terms: Serialize + DeserializeOwned + Send + Unpin + 'static;
    type State: Serialize + DeserializeOwned;
    type Verdict: Copy + Into<&'static str>;
    /// Why a row has its verdict.
    type Code: Copy + Serialize;
    /// Rows by verdict.
    type Verdicts: RowCounts<By = Self::Verdict> + Serialize + DeserializeOwned + Send + Unpin + 'static;
    /// What is made of a row that has an effect.
    type Effect;

    /// The number of the invitation that is made of a row.
    fn invitation(effect: &Self::Effect) -> Option<i64>;
}

/// A batch that changes nothing is deleted this long after its last rows: a dry run, or a comparison with the account that
/// is not applied.
pub(crate) const TRIALS_KEPT: Duration = Duration::from_secs(24 * 3600);

/// A batch takes rows while it has this state, and begins with it.
const OPEN: &str = "open";

#[derive(FromRow)]
pub(crate) struct BatchRecord<K: BatchKind> {
    /// The number by which other rows refer to the batch.
    pub(crate) number: i64,
    pub(crate) id: K::Id,
    pub(crate) created_by: UserId,
    pub(crate) created_by_name: String,
    /// `None` once the person is removed.
    pub(crate) creator_id: Option<UserId>,
    pub(crate) file_name: Option<String>,
    terms: Json<K::Terms>,
    verdicts: Json<K::Verdicts>,
    state: String,
    is_dry_run: i64,
    expected_rows: i64,
    next_chunk: i64,
    pub(crate) revision: i64,
    pub(crate) created_at: i64,
    filled_at: i64,
    pub(crate) sealed_at: Option<i64>,
    work_after: i64,
    work_done: i64,
    work_total: i64,
    /// The key through which the work was begun.
    pub(crate) work_key_id: Option<ApiKeyId>,
    cancel_code: Option<String>,
    #[sqlx(flatten)]
    pub(crate) own: K,
}

impl<K: BatchKind> BatchRecord<K> {
    pub(crate) fn terms(&self) -> &K::Terms {
        &self.terms.0
    }

    pub(crate) fn verdicts(&self) -> K::Verdicts {
        self.verdicts.0
    }

    pub(crate) fn state(&self) -> DbResult<K::State> {
        from_text(&self.state)
    }

    /// Why the server has cancelled it, if it has.
    pub(crate) fn cancel_code(&self) -> DbResult<Option<CancelCode>> {
        from_optional_text(self.cancel_code.as_deref())
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state == OPEN
    }

    /// Whether housekeeping may be deleting it, portion by portion: it is open, but changes nothing, and its last rows came
    /// long ago.
    pub(crate) fn is_expired(&self, now: Millis) -> bool {
        let is_trial = K::CHANGES_NOTHING_WHILE_OPEN || self.is_dry_run();
        is_trial && self.is_open() && self.filled_at <= now.minus(TRIALS_KEPT).0
    }

    pub(crate) fn is_dry_run(&self) -> bool {
        self.is_dry_run != 0
    }

    pub(crate) fn expected_rows(&self) -> u32 {
        count(self.expected_rows)
    }

    /// How many rows it has.
    pub(crate) fn rows(&self) -> u32 {
        self.verdicts().total()
    }

    pub(crate) fn next_chunk(&self) -> u32 {
        count(self.next_chunk)
    }

    /// How many rows are dealt with by what is done to them, and how many there were.
    pub(crate) fn progress(&self) -> (u32, u32) {
        (count(self.work_done), count(self.work_total))
    }
}

/// Cancels a batch for that reason.
pub(crate) async fn cancel<K: BatchKind>(
    conn: &mut Conn,
    batch: &BatchRecord<K>,
    code: CancelCode,
    now: Millis,
) -> DbResult<()> {
    statement(
        "UPDATE batches SET state = 'cancelled', cancel_code = $1, sealed_at = COALESCE(sealed_at, $2),
                revision = revision + 1
          WHERE id = $3",
    )
    .bind(text(code)?)
    .bind(now.0)
    .bind(batch.id.clone())
    .execute(conn)
    .await?;
    Ok(())
}

/// The batches of a kind. Conditions follow.
fn select<K: BatchKind>() -> Builder {
    let mut select = Builder::new(
        "SELECT number, id, created_by, created_by_name,
                (SELECT u.id FROM users u WHERE u.id = created_by) AS creator_id, file_name, terms, verdicts, state,
                is_dry_run, expected_rows, next_chunk, revision, created_at, filled_at, sealed_at, work_after,
                work_done, work_total, work_key_id, cancel_code, ",
    );
    select.push(K::COLUMNS).push(" FROM batches WHERE kind = '").push(K::NAME).push("'");
    select
}

/// The id of the oldest of the selected batches, other than these. Nothing else of a batch is read, which might be what
/// cannot be.
pub(super) async fn first_other_than<Id: StoredId>(
    conn: &mut Conn,
    mut select: Builder,
    others: &[Id],
) -> DbResult<Option<Id>> {
    for other in others {
        select.push(" AND id <> ").push_bind(other.clone());
    }
    select.push(" ORDER BY id LIMIT 1");
    let first: Option<(Id,)> = select.build().optional(conn).await?;
    Ok(first.map(|(id,)| id))
}

/// A batch to be opened.
pub(crate) struct New<'a, K: BatchKind> {
    pub(crate) file_name: Option<&'a str>,
    pub(crate) expected_rows: u32,
    pub(crate) is_dry_run: bool,
    pub(crate) terms: K::Terms,
}

/// Stores a batch without rows, opened by the person with this id and name.
pub(crate) async fn insert<K: BatchKind>(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &K::Id,
    by: (&UserId, &str),
    new: &New<'_, K>,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO batches (id, account_id, kind, created_by, created_by_name, file_name, terms, verdicts, state,
                is_dry_run, expected_rows, created_at, filled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
    )
    .bind(id.clone())
    .bind(account_id)
    .bind(K::NAME)
    .bind(by.0)
    .bind(by.1)
    .bind(new.file_name)
    .bind(to_json(&new.terms)?)
    .bind(to_json(&K::Verdicts::default())?)
    .bind(OPEN)
    .bind(i64::from(new.is_dry_run))
    .bind(new.expected_rows)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn find<K: BatchKind>(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &K::Id,
) -> DbResult<Option<BatchRecord<K>>> {
    let mut select = select::<K>();
    select.push(" AND account_id = ").push_bind(account_id);
    select.push(" AND id = ").push_bind(id.clone());
    select.build().optional(conn).await
}

/// Batches that are no dry runs, the latest first, and how many there are. `before` is the last id of the page before.
pub(crate) async fn list<K: BatchKind>(
    conn: &mut Conn,
    account_id: &AccountId,
    before: Option<K::Id>,
    limit: u32,
) -> DbResult<(Vec<BatchRecord<K>>, u64)> {
    let mut select = select::<K>();
    select.push(" AND account_id = ").push_bind(account_id).push(" AND is_dry_run = 0");
    if let Some(before) = before {
        select.push(" AND id < ").push_bind(before);
    }
    select.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
    let rows = select.build().all(&mut *conn).await?;
    let (total,): (i64,) =
        statement("SELECT COUNT(*) FROM batches WHERE account_id = $1 AND kind = $2 AND is_dry_run = 0")
            .bind(account_id)
            .bind(K::NAME)
            .one(conn)
            .await?;
    Ok((rows, u64::try_from(total).unwrap_or(0)))
}

/// Batches with which something happens yet, in no order.
pub(crate) async fn under_way<K: BatchKind>(
    conn: &mut Conn,
    account_id: &AccountId,
    limit: u32,
) -> DbResult<Vec<BatchRecord<K>>> {
    under_way_of::<K>(account_id, limit).build().all(conn).await
}

fn under_way_of<K: BatchKind>(account_id: &AccountId, limit: u32) -> Builder {
    let mut select = select::<K>();
    select.push(" AND number IN (");
    for (index, condition) in K::UNDER_WAY.iter().enumerate() {
        select.push(if index == 0 { "" } else { " UNION ALL " });
        select.push("SELECT number FROM batches WHERE account_id = ").push_bind(account_id);
        select.push(" AND kind = '").push(K::NAME).push("' AND is_dry_run = 0 AND ").push(condition);
    }
    select.push(") LIMIT ").push_bind(limit);
    select
}

/// Batches that were sealed or applied, and with which nothing more happens by itself; the latest first.
pub(crate) async fn ended<K: BatchKind>(
    conn: &mut Conn,
    account_id: &AccountId,
    limit: u32,
) -> DbResult<Vec<BatchRecord<K>>> {
    ended_of::<K>(account_id, limit).build().all(conn).await
}

fn ended_of<K: BatchKind>(account_id: &AccountId, limit: u32) -> Builder {
    let mut select = select::<K>();
    select.push(" AND account_id = ").push_bind(account_id);
    select.push(" AND is_dry_run = 0 AND sealed_at IS NOT NULL");
    for condition in K::UNDER_WAY {
        select.push(" AND NOT (").push(condition).push(")");
    }
    select.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
    select
}

/// The fingerprint under which a chunk was stored.
pub(crate) async fn chunk_fingerprint(conn: &mut Conn, batch: i64, chunk: u32) -> DbResult<Option<String>> {
    let found: Option<(String,)> =
        statement("SELECT fingerprint FROM batch_chunks WHERE batch_number = $1 AND chunk = $2")
            .bind(batch)
            .bind(chunk)
            .optional(conn)
            .await?;
    Ok(found.map(|(fingerprint,)| fingerprint))
}

/// Notes a chunk and the rows by verdict with it, and expects the next one.
pub(crate) async fn add_chunk<K: BatchKind>(
    conn: &mut Conn,
    batch: i64,
    (chunk, fingerprint): (u32, &str),
    verdicts: &K::Verdicts,
    now: Millis,
) -> DbResult<()> {
    statement("INSERT INTO batch_chunks (batch_number, chunk, fingerprint) VALUES ($1, $2, $3)")
        .bind(batch)
        .bind(chunk)
        .bind(fingerprint)
        .execute(&mut *conn)
        .await?;
    statement(
        "UPDATE batches SET next_chunk = next_chunk + 1, verdicts = $1, filled_at = $2, revision = revision + 1
          WHERE number = $3",
    )
    .bind(to_json(verdicts)?)
    .bind(now.0)
    .bind(batch)
    .execute(conn)
    .await?;
    Ok(())
}

/// Tells clients that follow the batch that it changed.
pub(crate) async fn touch(conn: &mut Conn, id: &BatchId) -> DbResult<()> {
    statement("UPDATE batches SET revision = revision + 1 WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::invitations::Invitations;
    use super::member_changes::MemberChanges;
    use super::*;
    use crate::db::test::{check_plan, database, plan};

    #[tokio::test]
    async fn p7_what_is_under_way_and_what_has_ended_is_found_by_indexes() {
        let (db, account, _folder) = database().await;
        let mut conn = db.read().await.unwrap();
        for select in [
            under_way_of::<Invitations>(&account, 20),
            under_way_of::<MemberChanges>(&account, 20),
            ended_of::<Invitations>(&account, 20),
            ended_of::<MemberChanges>(&account, 20),
        ] {
            check_plan(&plan(&mut conn, &select).await);
        }
    }
}
