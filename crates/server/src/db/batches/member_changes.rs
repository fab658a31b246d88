//! Batches of changes of members: compared with the account first, then applied by a job, and undone by it.

use api_types::{
    ApiKeyId, MemberAction, MemberChangeBatchId, MemberChangeCode, MemberChangeQuery, MemberChangeState,
    MemberUndoCounts, MemberValues, MemberVerdict, MemberVerdictCounts, UserId,
};
use sqlx::FromRow;

use super::{BatchKind, BatchRecord, first_other_than, select, statement};
use crate::db::{AccountId, Builder, Conn, DbResult, count, text, to_json};
use crate::platform::clock::Millis;

/// What became of the changes of a batch.
#[derive(FromRow)]
pub(crate) struct MemberChanges {
    applied: i64,
    pub(crate) undone_by: UserId,
    pub(crate) undone_by_name: String,
    /// `None` once the person is removed.
    pub(crate) undoer_id: Option<UserId>,
    pub(crate) undone_at: Option<i64>,
    restored: i64,
    partly: i64,
    left_alone: i64,
}

/// A change with what is stored of it besides.
pub(crate) struct NewChange {
    pub(crate) change: Change,
    /// Whether it makes an active administrator something else.
    pub(crate) ends_admin: bool,
}

/// What a row changes.
pub(crate) struct Change {
    /// Whom it is about, whatever address they have by now.
    pub(crate) user_id: UserId,
    pub(crate) before: MemberValues,
    pub(crate) after: MemberValues,
}

impl BatchKind for MemberChanges {
    const NAME: &'static str = "member_changes";
    const COLUMNS: &'static str = "applied, undone_by, undone_by_name,
        (SELECT u.id FROM users u WHERE u.id = undone_by) AS undoer_id, undone_at, restored, partly, left_alone";
    const UNDER_WAY: &'static [&'static str] = &[MOVING];
    const CHANGES_NOTHING_WHILE_OPEN: bool = true;

    type Id = MemberChangeBatchId;
    type Terms = MemberAction;
    type State = MemberChangeState;
    type Verdict = MemberVerdict;
    type Code = MemberChangeCode;
    type Verdicts = MemberVerdictCounts;
    type Effect = NewChange;

    fn invitation(_: &NewChange) -> Option<i64> {
        None
    }
}

/// Whether a batch is being applied or undone.
const MOVING: &str = "state IN ('applying', 'undoing')";

impl BatchRecord<MemberChanges> {
    pub(crate) fn applied(&self) -> u32 {
        count(self.own.applied)
    }

    pub(crate) fn undone(&self) -> MemberUndoCounts {
        MemberUndoCounts {
            restored: count(self.own.restored),
            partly: count(self.own.partly),
            left: count(self.own.left_alone),
        }
    }

    /// The row after which what is done to it goes on.
    pub(crate) fn position(&self) -> i64 {
        self.work_after
    }

    /// How many rows match a filter.
    pub(crate) fn matching(&self, query: &MemberChangeQuery) -> u32 {
        match (query.undo, query.verdict) {
            (Some(undo), _) => self.undone().get(undo),
            (None, Some(verdict)) => self.verdicts().get(verdict),
            (None, None) => self.rows(),
        }
    }
}

/// The oldest batch that is being applied or undone, other than these.
pub(crate) async fn next_moving(
    conn: &mut Conn,
    account_id: &AccountId,
    others_than: &[MemberChangeBatchId],
) -> DbResult<Option<MemberChangeBatchId>> {
    let mut select = Builder::new("SELECT id FROM batches WHERE ");
    select.push(MOVING).push(" AND account_id = ").push_bind(account_id);
    first_other_than(conn, select, others_than).await
}

/// A batch, if it is being applied or undone.
pub(crate) async fn moving(
    conn: &mut Conn,
    id: &MemberChangeBatchId,
) -> DbResult<Option<BatchRecord<MemberChanges>>> {
    let mut select = select::<MemberChanges>();
    select.push(" AND ").push(MOVING).push(" AND id = ").push_bind(id);
    select.build().optional(conn).await
}

/// Begins the work that a state stands for, in the name of this person, who may not have compared.
pub(crate) async fn begin(
    conn: &mut Conn,
    id: &MemberChangeBatchId,
    state: MemberChangeState,
    by: (&UserId, &str),
    key_id: Option<&ApiKeyId>,
    total: u32,
    now: Millis,
) -> DbResult<()> {
    let (at, who) = match state {
        MemberChangeState::Undoing => ("undone_at", "undone_by"),
        _ => ("sealed_at", "created_by"),
    };
    let mut update = Builder::new("UPDATE batches SET state = ");
    update.push_bind(text(state)?).push(", work_after = -1, work_done = 0, work_total = ").push_bind(total);
    update.push(format!(", {at} = ")).push_bind(now.0);
    update.push(format!(", {who} = ")).push_bind(by.0);
    update.push(format!(", {who}_name = ")).push_bind(by.1);
    update.push(", work_key_id = ").push_bind(key_id);
    update.push(", revision = revision + 1 WHERE id = ").push_bind(id);
    update.build().execute(conn).await?;
    Ok(())
}

pub(crate) async fn set_state(
    conn: &mut Conn,
    id: &MemberChangeBatchId,
    state: MemberChangeState,
) -> DbResult<()> {
    statement("UPDATE batches SET state = $1, revision = revision + 1 WHERE id = $2")
        .bind(text(state)?)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// What a portion of work changes in the numbers of a batch.
pub(crate) struct Progress {
    pub(crate) position: i64,
    pub(crate) done: u32,
    pub(crate) applied: u32,
    /// All rows by the verdict that they have now.
    pub(crate) verdicts: MemberVerdictCounts,
    pub(crate) undone: MemberUndoCounts,
}

pub(crate) async fn advance(conn: &mut Conn, batch: i64, progress: &Progress) -> DbResult<()> {
    statement(
        "UPDATE batches SET work_after = $1, work_done = work_done + $2, applied = applied + $3, verdicts = $4,
                restored = restored + $5, partly = partly + $6, left_alone = left_alone + $7,
                revision = revision + 1
          WHERE number = $8",
    )
    .bind(progress.position)
    .bind(progress.done)
    .bind(progress.applied)
    .bind(to_json(&progress.verdicts)?)
    .bind(progress.undone.restored)
    .bind(progress.undone.partly)
    .bind(progress.undone.left)
    .bind(batch)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether applying a batch, or undoing it (`undone`), would make anybody an active administrator.
pub(crate) async fn makes_admins(
    conn: &mut Conn,
    account_id: &AccountId,
    number: i64,
    undone: bool,
) -> DbResult<bool> {
    for select in select_made_admins(account_id, number, undone) {
        if select.build().optional::<()>(&mut *conn).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// First those who get the role, then administrators who get their access back. Neither reads the other rows of the batch.
fn select_made_admins(account_id: &AccountId, number: i64, undone: bool) -> [Builder; 2] {
    let values = if undone { "before_values" } else { "after_values" };
    // Values are JSON without spaces, in which no text contains these.
    let mut role = Builder::new("SELECT 1 FROM member_changes WHERE ");
    role.push(values)
        .push(" LIKE '%\"role\":\"admin\"%' AND batch_number = ")
        .push_bind(number)
        .push(" LIMIT 1");
    // The order of the tables is deliberate. A member's address does not change.
    let mut status = Builder::new(
        "SELECT 1 FROM users u CROSS JOIN batch_rows r CROSS JOIN member_changes c
          WHERE u.role = 'admin' AND u.account_id = ",
    );
    status.push_bind(account_id);
    status.push(" AND r.email_key = u.email_key AND r.batch_number = ").push_bind(number);
    status.push(
        " AND c.batch_number = r.batch_number AND c.row_number = r.row_number AND c.user_id = u.id AND c.",
    );
    status.push(values).push(" LIKE '%\"status\":\"active\"%' LIMIT 1");
    [role, status]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, plan, sqlite_database};

    #[tokio::test]
    async fn r20_who_becomes_an_administrator_is_found_without_reading_the_batch() {
        let (db, account, _folder) = sqlite_database().await;
        let mut conn = db.read().await.unwrap();
        for (undone, index) in [(false, "member_changes_to_admin"), (true, "member_changes_from_admin")] {
            let [role, status] = select_made_admins(&account, 1, undone);
            let steps = plan(&mut conn, &role).await;
            assert!(steps[0].contains(index), "{steps:#?}");
            let steps = plan(&mut conn, &status).await;
            assert!(steps[0].contains("users_by_role (account_id=? AND role=?)"), "{steps:#?}");
            assert!(steps[1].contains("(batch_number=? AND email_key=?)"), "{steps:#?}");
            check_plan(&steps);
        }
    }
}
