//! Invitations.

use api_types::{
    AuditAction, BatchId, DeliveryStatus, INVITATION_DAYS, InvitationDay, InvitationId, InvitationStatus,
    Locale, PastInvitation, PersonName, RowCode, UserId, limits::PAGE_MAX,
};
use sqlx::FromRow;

use super::batches::invitations::Terms;
use super::mail_kind::MailKind;
use super::webhooks::{self, invitations::Happened};
use super::{
    AccountId, Builder, Conn, DbResult, Json, audit, count, from_optional_text, from_text, push_list,
    statement, text, users,
};
use crate::platform::clock::Millis;

/// An invitation to be stored, with its mail.
#[derive(Clone, Debug)]
pub(crate) struct NewInvitation {
    /// The number by which other rows refer to it.
    pub(crate) number: i64,
    pub(crate) id: InvitationId,
    pub(crate) user_id: UserId,
    pub(crate) row: u32,
    pub(crate) language: Locale,
    pub(crate) expires_at: Millis,
}

/// The number of the next invitation. That of one that was deleted may come again: whatever referred to it went first.
pub(crate) async fn next_number(conn: &mut Conn) -> DbResult<i64> {
    let (number,): (i64,) =
        statement("SELECT COALESCE(MAX(number), 0) + 1 FROM invitations").one(conn).await?;
    Ok(number)
}

/// Stores invitations of one batch and their mails, in a statement each.
pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    batch: i64,
    invitations: &[NewInvitation],
    now: Millis,
) -> DbResult<()> {
    if invitations.is_empty() {
        return Ok(());
    }
    let people = invitations.iter().map(|invitation| &invitation.user_id);
    let people = users::numbers(conn, account_id, people).await?;
    let mut insert = Builder::new(
        "INSERT INTO invitations (number, id, account_id, batch_number, row_number, user_number, language, generation,
         status, created_at, expires_at) ",
    );
    insert.push_values(invitations, |mut row, invitation| {
        row.push_bind(invitation.number)
            .push_bind(&invitation.id)
            .push_bind(account_id)
            .push_bind(batch)
            .push_bind(invitation.row)
            .push_bind(people.get(&invitation.user_id).copied())
            .push_bind(invitation.language.tag())
            .push_bind(1_i64)
            .push_bind("pending")
            .push_bind(now.0)
            .push_bind(invitation.expires_at.0);
    });
    insert.build().execute(&mut *conn).await?;

    let mut mails = Builder::new(
        "INSERT INTO mails (account_id, kind, batch_number, row_number, invitation_number, edition, state, attempts,
         queued_at, next_attempt_at) ",
    );
    mails.push_values(invitations, |mut row, invitation| {
        row.push_bind(account_id)
            .push_bind(MailKind::Invitation.into_str())
            .push_bind(batch)
            .push_bind(invitation.row)
            .push_bind(invitation.number)
            .push_bind(1_i64)
            .push_bind("queued")
            .push_bind(0_i64)
            .push_bind(now.0)
            .push_bind(now.0);
    });
    mails.build().execute(conn).await?;
    Ok(())
}

/// An invitation's status; a pending one may have expired.
pub(crate) fn present_status(stored: &str, expires_at: i64, now: Millis) -> DbResult<InvitationStatus> {
    let status = from_text(stored)?;
    let expired = status == InvitationStatus::Pending && expires_at <= now.0;
    Ok(if expired { InvitationStatus::Expired } else { status })
}

/// An invitation with its row, its person and its mail.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct InvitationRow {
    pub(crate) id: InvitationId,
    pub(crate) batch_id: BatchId,
    row_number: i64,
    pub(crate) user_id: Option<UserId>,
    language: String,
    generation: i64,
    pub(crate) status: String,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) inviter: String,
    mail_state: String,
    mail_code: Option<String>,
}

impl InvitationRow {
    pub(crate) fn row(&self) -> u32 {
        count(self.row_number)
    }

    pub(crate) fn generation(&self) -> u32 {
        count(self.generation)
    }

    pub(crate) fn language(&self) -> DbResult<Locale> {
        from_text(&self.language)
    }

    pub(crate) fn delivery(&self) -> DbResult<DeliveryStatus> {
        from_text(&self.mail_state)
    }

    pub(crate) fn code(&self) -> DbResult<Option<RowCode>> {
        from_optional_text(self.mail_code.as_deref())
    }
}

pub(crate) async fn find(
    conn: &mut Conn,
    account_id: &AccountId,
    id: &InvitationId,
) -> DbResult<Option<InvitationRow>> {
    statement(
        "SELECT i.id, b.id AS batch_id, i.row_number, u.id AS user_id, i.language, i.generation, i.status, i.created_at,
                i.expires_at, r.email, COALESCE(u.first_name, r.first_name) AS first_name,
                COALESCE(u.last_name, r.last_name) AS last_name, b.created_by_name AS inviter,
                m.state AS mail_state, m.code AS mail_code
           FROM invitations i
           JOIN batches b ON b.number = i.batch_number
           JOIN batch_rows r ON r.batch_number = i.batch_number AND r.row_number = i.row_number
           JOIN mails m ON m.invitation_number = i.number
           LEFT JOIN users u ON u.number = i.user_number
          WHERE i.account_id = $1 AND i.id = $2",
    )
    .bind(account_id)
    .bind(id)
    .optional(conn)
    .await
}

#[derive(FromRow)]
struct PastRow {
    id: InvitationId,
    batch_id: BatchId,
    terms: Json<Terms>,
    file_name: Option<String>,
    inviter: String,
    inviter_id: Option<UserId>,
    created_at: i64,
    expires_at: i64,
    status: String,
    state: String,
    code: Option<String>,
}

fn past(user_id: &UserId) -> Builder {
    let mut select = Builder::new(
        "SELECT i.id, b.id AS batch_id, b.terms, b.file_name, b.created_by_name AS inviter,
                (SELECT u.id FROM users u WHERE u.id = b.created_by) AS inviter_id, i.created_at, i.expires_at,
                i.status, m.state, m.code
           FROM invitations i
           JOIN batches b ON b.number = i.batch_number
           JOIN mails m ON m.invitation_number = i.number
          WHERE i.user_number = (SELECT u.number FROM users u WHERE u.id = ",
    );
    select.push_bind(user_id).push(") ORDER BY i.number DESC LIMIT ").push_bind(PAGE_MAX);
    select
}

/// The invitations of a user, the latest first.
pub(crate) async fn of_user(conn: &mut Conn, user_id: &UserId, now: Millis) -> DbResult<Vec<PastInvitation>> {
    let rows: Vec<PastRow> = past(user_id).build().all(conn).await?;
    let invitations = rows.into_iter().map(|row| {
        Ok(PastInvitation {
            id: row.id,
            batch_id: row.batch_id,
            source: row.terms.0.source,
            file_name: row.file_name,
            by: PersonName { name: row.inviter, id: row.inviter_id },
            created_at: Millis(row.created_at).timestamp(),
            expires_at: Millis(row.expires_at).timestamp(),
            status: present_status(&row.status, row.expires_at, now)?,
            delivery: from_text(&row.state)?,
            code: from_optional_text(row.code.as_deref())?,
        })
    });
    invitations.collect()
}

const DAY_MS: i64 = 24 * 3600 * 1000;

/// How many people were invited and how many accepted on each of the latest days. Batches count whom they invited: all who
/// are ready once a batch is complete, before that those to whom mails were sent. The audit log has an event for each who
/// accepted.
pub(crate) async fn by_day(
    conn: &mut Conn,
    account_id: &AccountId,
    now: Millis,
) -> DbResult<Vec<InvitationDay>> {
    let today = now.0.div_euclid(DAY_MS) * DAY_MS;
    let mut days: Vec<InvitationDay> = (0..INVITATION_DAYS as i64)
        .rev()
        .map(|ago| {
            let begins_at = Millis(today - ago * DAY_MS).timestamp();
            InvitationDay { begins_at, invited: 0, accepted: 0 }
        })
        .collect();
    let begin = Millis(today - (INVITATION_DAYS as i64 - 1) * DAY_MS);
    let invited: Vec<(i64, i64)> = select_invited(account_id, begin).build().all(&mut *conn).await?;
    let accepted = audit::per_span(conn, account_id, AuditAction::UserActivated, begin, DAY_MS).await?;
    let day = |index: i64| usize::try_from(index).ok();
    for (index, people) in invited {
        if let Some(day) = day(index).and_then(|index| days.get_mut(index)) {
            day.invited = u32::try_from(people).unwrap_or(u32::MAX);
        }
    }
    for (index, count) in accepted {
        if let Some(day) = day(index).and_then(|index| days.get_mut(index)) {
            day.accepted = count;
        }
    }
    Ok(days)
}

/// The days since, counted from it, on which people were invited, and how many.
fn select_invited(account_id: &AccountId, begin: Millis) -> Builder {
    let mut select = Builder::new("SELECT (created_at - ");
    select.push_bind(begin.0).push(format!(
        ") / {DAY_MS} AS day, CAST(SUM(CASE state WHEN 'sealed' THEN mails_queued + mails_sending + mails_sent + mails_failed
                    + mails_cancelled + mails_unknown ELSE mails_sent END) AS BIGINT)
           FROM batches WHERE account_id = "
    ));
    select.push_bind(account_id);
    select.push(" AND kind = 'invitations' AND is_dry_run = 0 AND created_at >= ").push_bind(begin.0);
    select.push(" GROUP BY day");
    select
}

/// Marks an invitation as accepted.
pub(crate) async fn accept(conn: &mut Conn, id: &InvitationId) -> DbResult<()> {
    statement("UPDATE invitations SET status = 'accepted' WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

/// Makes an invitation valid until `expires_at`.
pub(crate) async fn extend(conn: &mut Conn, id: &InvitationId, expires_at: Millis) -> DbResult<()> {
    statement("UPDATE invitations SET expires_at = $1 WHERE id = $2")
        .bind(expires_at.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Invalidates the links that were sent.
pub(crate) async fn next_generation(conn: &mut Conn, id: &InvitationId) -> DbResult<()> {
    statement("UPDATE invitations SET generation = generation + 1 WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Revokes those of these invitations that are pending: their people are deleted from the users, and waiting mails are
/// cancelled. With a time, other systems are told of those that could still be accepted then. Returns how many.
pub(crate) async fn revoke(conn: &mut Conn, ids: &[InvitationId], told_at: Option<Millis>) -> DbResult<u32> {
    if ids.is_empty() {
        return Ok(0);
    }
    let mut select = Builder::new("SELECT number FROM invitations WHERE status = 'pending' AND id IN ");
    push_list(&mut select, ids);
    let pending: Vec<(i64,)> = select.build().all(&mut *conn).await?;
    let pending: Vec<i64> = pending.into_iter().map(|(number,)| number).collect();
    revoke_pending(conn, &pending, told_at).await
}

/// A pending invitation of an administrator.
#[derive(FromRow)]
pub(crate) struct AdminInvited {
    pub(crate) number: i64,
    pub(crate) batch_id: BatchId,
    /// Who began the batch.
    pub(crate) created_by: UserId,
}

/// Pending invitations of administrators in batches that these people began.
pub(crate) async fn admins_of(
    conn: &mut Conn,
    account_id: &AccountId,
    user_ids: &[&UserId],
    limit: u32,
) -> DbResult<Vec<AdminInvited>> {
    select_admins_of(account_id, user_ids, limit).build().all(conn).await
}

fn select_admins_of(account_id: &AccountId, user_ids: &[&UserId], limit: u32) -> Builder {
    let mut select = Builder::new("SELECT i.number, b.id AS batch_id, b.created_by");
    push_admins_of(&mut select, account_id, user_ids);
    select.push(" LIMIT ").push_bind(limit);
    select
}

/// Pending invitations `i` of administrators, in batches `b` that these people began.
pub(super) fn push_admins_of(select: &mut Builder, account_id: &AccountId, user_ids: &[&UserId]) {
    push_pending_admins(select, account_id);
    select.push(" AND b.kind = 'invitations' AND b.created_by IN ");
    push_list(select, user_ids);
}

/// Whether a pending invitation of a batch makes an administrator.
pub(crate) async fn makes_admins(conn: &mut Conn, account_id: &AccountId, batch: i64) -> DbResult<bool> {
    let found = select_admins_in(account_id, batch).build().optional::<()>(conn).await?;
    Ok(found.is_some())
}

fn select_admins_in(account_id: &AccountId, batch: i64) -> Builder {
    let mut select = Builder::new("SELECT 1");
    push_pending_admins(&mut select, account_id);
    select.push(" AND b.number = ").push_bind(batch).push(" LIMIT 1");
    select
}

/// Of pending invitations of administrators, beginning with those who are invited as such: they are few, while the
/// invitations of a batch are many. The order of the tables is deliberate.
fn push_pending_admins(select: &mut Builder, account_id: &AccountId) {
    select.push(
        " FROM users u CROSS JOIN invitations i CROSS JOIN batches b
          WHERE u.status = 'invited' AND u.role = 'admin' AND i.user_number = u.number AND i.status = 'pending'
            AND b.number = i.batch_number AND u.account_id = ",
    );
    select.push_bind(account_id);
}

/// The batches that this person began and of which somebody's invitation is pending.
pub(crate) async fn batches_pending(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
) -> DbResult<Vec<BatchId>> {
    let batches: Vec<(BatchId,)> = statement(
        "SELECT b.id FROM batches b
          WHERE b.account_id = $1 AND b.kind = 'invitations' AND b.created_by = $2
            AND EXISTS (SELECT 1 FROM invitations i WHERE i.batch_number = b.number AND i.status = 'pending')",
    )
    .bind(account_id)
    .bind(user_id)
    .all(conn)
    .await?;
    Ok(batches.into_iter().map(|(id,)| id).collect())
}

/// Revokes the pending invitations with these numbers, and tells of it like [`revoke`]. Returns how many.
pub(crate) async fn revoke_pending(
    conn: &mut Conn,
    pending: &[i64],
    told_at: Option<Millis>,
) -> DbResult<u32> {
    if pending.is_empty() {
        return Ok(0);
    }
    if let Some(now) = told_at {
        webhooks::invitations::tell(conn, pending, Happened::Revoked, now).await?;
    }
    let mut people = Builder::new("DELETE FROM users WHERE status = 'invited' AND invitation_number IN ");
    push_list(&mut people, pending);
    people.build().execute(&mut *conn).await?;

    let mut mails = Builder::new("UPDATE mails SET state = 'cancelled', code = ");
    mails.push_bind(text(RowCode::Revoked)?);
    mails.push(", detail = NULL WHERE state = 'queued' AND invitation_number IN ");
    push_list(&mut mails, pending);
    mails.build().execute(&mut *conn).await?;

    let mut mark =
        Builder::new("UPDATE invitations SET status = 'revoked', user_number = NULL WHERE number IN ");
    push_list(&mut mark, pending);
    mark.build().execute(conn).await?;
    Ok(u32::try_from(pending.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::test::{check_plan, plan, sqlite_database};
    use super::*;

    #[tokio::test]
    async fn p7_the_invitations_of_a_person_are_found_without_reading_those_of_others() {
        let (db, _, _folder) = sqlite_database().await;
        let steps = plan(&mut db.read().await.unwrap(), &past(&UserId("ana".to_owned()))).await;
        check_plan(&steps);
        assert!(steps[0].contains("invitations_by_user (user_number=?)"), "{steps:#?}");
    }

    #[tokio::test]
    async fn p7_days_are_counted_without_reading_other_batches_and_events() {
        let (db, account, _folder) = sqlite_database().await;
        let mut conn = db.read().await.unwrap();
        // One for the days.
        const GROUPED: [&str; 1] = ["USE TEMP B-TREE FOR GROUP BY"];
        let steps = plan(&mut conn, &select_invited(&account, Millis(0))).await;
        assert!(
            steps[0].contains("batches_by_account (account_id=? AND kind=? AND is_dry_run=?)"),
            "{steps:#?}"
        );
        assert_eq!(steps[1..], GROUPED);
        let accepted = audit::select_per_span(&account, AuditAction::UserActivated, Millis(0), DAY_MS);
        let steps = plan(&mut conn, &accepted).await;
        let index = "COVERING INDEX audit_events_by_action (account_id=? AND action=? AND place>?)";
        assert!(steps[0].contains(index), "{steps:#?}");
        assert_eq!(steps[1..], GROUPED);
    }
    #[tokio::test]
    async fn r20_administrators_who_are_invited_are_found_without_reading_their_batches() {
        let (db, account, _folder) = sqlite_database().await;
        let mut conn = db.read().await.unwrap();
        for select in [
            select_admins_of(&account, &[&UserId("a".to_owned()), &UserId("b".to_owned())], 9),
            select_admins_in(&account, 1),
        ] {
            let steps = plan(&mut conn, &select).await;
            assert!(steps[0].contains("users_invited_as_admins ("), "{steps:#?}");
            assert!(steps[1].contains("invitations_by_user (user_number=?)"), "{steps:#?}");
            check_plan(&steps);
        }
    }
}
