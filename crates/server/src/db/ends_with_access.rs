//! What ends once a person is no active administrator any more, and handing it to another.

use api_types::{ApiKeyId, BatchId, EndingWork, EndingWorkKind, EndsWithAccess, UserId};
use sqlx::FromRow;

use super::batches::invitations::{UNSETTLED, push_has_right};
use super::invitations::push_admins_of;
use super::{AccountId, Builder, Conn, DbResult, api_keys, count, statement};
use crate::platform::clock::Millis;

/// What there is of it at the moment, with up to `limit` batches.
pub(crate) async fn of(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
    limit: u32,
    now: Millis,
) -> DbResult<EndsWithAccess> {
    let mut select = Builder::new("SELECT COUNT(*)");
    push_admins_of(&mut select, account_id, &[user_id]);
    let (admins,): (i64,) = select.build().one(&mut *conn).await?;
    let (pending,): (i64,) = statement(
        "SELECT COUNT(*)
           FROM batches b JOIN invitations i ON i.batch_number = b.number JOIN users u ON u.number = i.user_number
          WHERE b.account_id = $1 AND b.kind = 'invitations' AND b.created_by = $2 AND i.status = 'pending'
            AND u.status = 'invited'",
    )
    .bind(account_id)
    .bind(user_id)
    .one(&mut *conn)
    .await?;
    Ok(EndsWithAccess {
        api_keys: api_keys::valid_of_maker(conn, account_id, user_id, now).await?,
        admin_invitations: count(admins),
        user_invitations: count(pending - admins),
        work: work(conn, account_id, user_id, limit).await?.into_iter().map(Work::view).collect(),
    })
}

/// A batch that is under way in the name of a person.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Work {
    pub(crate) number: i64,
    pub(crate) id: BatchId,
    kind: String,
    state: String,
    pub(crate) file_name: Option<String>,
    left: i64,
}

impl Work {
    pub(crate) fn kind(&self) -> EndingWorkKind {
        match (self.kind.as_str(), self.state.as_str()) {
            ("invitations", _) => EndingWorkKind::Invitations,
            (_, "undoing") => EndingWorkKind::Undo,
            _ => EndingWorkKind::MemberChanges,
        }
    }

    /// How many people are left.
    pub(crate) fn left(&self) -> u32 {
        count(self.left)
    }

    fn view(self) -> EndingWork {
        EndingWork { kind: self.kind(), left: self.left(), id: self.id, file_name: self.file_name }
    }
}

/// Up to `limit` batches that a person has sent, sent again, applied or undone and that would stop without them, the latest
/// first.
pub(crate) async fn work(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
    limit: u32,
) -> DbResult<Vec<Work>> {
    select_work(account_id, user_id, limit).build().all(conn).await
}

/// Invitations are listed if they end for lack of anybody else with a right to them. Each part has an index of its own, of
/// the few batches that are under way.
fn select_work(account_id: &AccountId, user_id: &UserId, limit: u32) -> Builder {
    let mut select = Builder::new(
        "SELECT number, id, kind, state, file_name,
                CASE WHEN kind = 'invitations' AND retrying IS NULL THEN mails_queued + mails_sending
                     WHEN work_total > work_done THEN work_total - work_done ELSE 0 END AS left
           FROM batches WHERE id IN (SELECT id FROM batches WHERE ",
    );
    select.push(UNSETTLED).push(" AND is_dry_run = 0 AND account_id = ").push_bind(account_id);
    select.push(" AND ").push_bind(user_id).push(" IN (created_by, retried_by) AND NOT ");
    push_has_right(&mut select, Some(user_id));
    select.push(" UNION SELECT id FROM batches WHERE retrying IS NOT NULL AND account_id = ");
    select.push_bind(account_id).push(" AND retried_by = ").push_bind(user_id);
    select.push(" UNION SELECT id FROM batches WHERE state IN ('applying', 'undoing') AND account_id = ");
    select.push_bind(account_id);
    select.push(" AND CASE state WHEN 'undoing' THEN undone_by ELSE created_by END = ");
    select.push_bind(user_id).push(") ORDER BY id DESC LIMIT ").push_bind(limit);
    select
}

/// Who gets it.
pub(crate) struct Heir<'a> {
    pub(crate) id: &'a UserId,
    pub(crate) name: &'a str,
    /// The key through which they act.
    pub(crate) key_id: Option<&'a ApiKeyId>,
}

/// Hands a batch on: from here on, it goes on for as long as the heir may do it.
pub(crate) async fn hand_on(conn: &mut Conn, work: &Work, from: &UserId, to: &Heir<'_>) -> DbResult<()> {
    match work.kind() {
        EndingWorkKind::Invitations => {
            rename(conn, work, "created_by", from, to).await?;
            become_actor(conn, work, "retried_by", from, to).await
        }
        EndingWorkKind::MemberChanges => become_actor(conn, work, "created_by", from, to).await,
        EndingWorkKind::Undo => become_actor(conn, work, "undone_by", from, to).await,
    }
}

/// The one who also acts, by what they act through.
async fn become_actor(
    conn: &mut Conn,
    work: &Work,
    who: &'static str,
    from: &UserId,
    to: &Heir<'_>,
) -> DbResult<()> {
    let mut update = Builder::new("UPDATE batches SET work_key_id = ");
    update.push_bind(to.key_id);
    update.push(" WHERE number = ").push_bind(work.number);
    update.push(format!(" AND {who} = ")).push_bind(from);
    update.build().execute(&mut *conn).await?;
    rename(conn, work, who, from, to).await
}

async fn rename(
    conn: &mut Conn,
    work: &Work,
    who: &'static str,
    from: &UserId,
    to: &Heir<'_>,
) -> DbResult<()> {
    let mut update = Builder::new("UPDATE batches SET revision = revision + 1");
    update.push(format!(", {who} = ")).push_bind(to.id);
    update.push(format!(", {who}_name = ")).push_bind(to.name.to_owned());
    update.push(" WHERE number = ").push_bind(work.number);
    update.push(format!(" AND {who} = ")).push_bind(from);
    update.build().execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test::{plan, sqlite_database};
    use super::*;

    #[tokio::test]
    async fn p7_work_that_ends_is_found_without_reading_batches_that_are_done() {
        let (db, account, _folder) = sqlite_database().await;
        let steps =
            plan(&mut db.read().await.unwrap(), &select_work(&account, &UserId("eva".to_owned()), 9)).await;
        for index in ["batches_unsettled (", "batches_retrying (", "batches_moving ("] {
            assert!(steps.iter().any(|step| step.contains(index)), "{index} {steps:#?}");
        }
        assert!(steps.iter().all(|step| !step.starts_with("SCAN batches")), "{steps:#?}");
    }
}
