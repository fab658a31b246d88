//! Invitations.

use api_types::{DeliveryStatus, Locale, RowCode};
use sqlx::FromRow;

use super::{Builder, Conn, DbResult, count, from_optional_text, from_text, text};
use crate::clock::Millis;

/// An invitation to be stored, with its mail.
#[derive(Clone, Debug)]
pub(crate) struct NewInvitation {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) row: u32,
    pub(crate) language: Locale,
    pub(crate) expires_at: Millis,
}

/// Invitations of one batch and the mails that tell of them, in a statement each.
pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &str,
    batch_id: &str,
    invitations: &[NewInvitation],
    now: Millis,
) -> DbResult<()> {
    if invitations.is_empty() {
        return Ok(());
    }
    let mut insert = Builder::new(
        "INSERT INTO invitations (id, account_id, batch_id, row_number, user_id, language, generation, status,
         created_at, expires_at) ",
    );
    insert.push_values(invitations, |mut row, invitation| {
        row.push_bind(invitation.id.clone())
            .push_bind(account_id.to_owned())
            .push_bind(batch_id.to_owned())
            .push_bind(invitation.row)
            .push_bind(invitation.user_id.clone())
            .push_bind(invitation.language.tag())
            .push_bind(1_i64)
            .push_bind("pending")
            .push_bind(now.0)
            .push_bind(invitation.expires_at.0);
    });
    insert.build().execute(&mut *conn).await?;

    let mut mails = Builder::new(
        "INSERT INTO mails (id, account_id, kind, batch_id, invitation_id, edition, state, attempts, next_attempt_at,
         queued_at, row_number) ",
    );
    mails.push_values(invitations, |mut row, invitation| {
        row.push_bind(super::new_id())
            .push_bind(account_id.to_owned())
            .push_bind("invitation")
            .push_bind(batch_id.to_owned())
            .push_bind(invitation.id.clone())
            .push_bind(1_i64)
            .push_bind("queued")
            .push_bind(0_i64)
            .push_bind(now.0)
            .push_bind(now.0)
            .push_bind(invitation.row);
    });
    mails.build().execute(conn).await?;
    Ok(())
}

/// An invitation with its row, its person and its mail.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct InvitationRow {
    pub(crate) id: String,
    pub(crate) batch_id: String,
    row_number: i64,
    pub(crate) user_id: Option<String>,
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

pub(crate) async fn find(conn: &mut Conn, account_id: &str, id: &str) -> DbResult<Option<InvitationRow>> {
    sqlx::query_as(
        "SELECT i.id, i.batch_id, i.row_number, i.user_id, i.language, i.generation, i.status, i.created_at,
                i.expires_at, r.email, COALESCE(u.first_name, r.first_name) AS first_name,
                COALESCE(u.last_name, r.last_name) AS last_name, b.created_by_name AS inviter,
                m.state AS mail_state, m.code AS mail_code
           FROM invitations i
           JOIN batches b ON b.id = i.batch_id
           JOIN batch_rows r ON r.batch_id = i.batch_id AND r.row_number = i.row_number
           JOIN mails m ON m.invitation_id = i.id
           LEFT JOIN users u ON u.id = i.user_id
          WHERE i.account_id = $1 AND i.id = $2",
    )
    .bind(account_id)
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// The person has become a member.
pub(crate) async fn accept(conn: &mut Conn, id: &str) -> DbResult<()> {
    sqlx::query("UPDATE invitations SET status = 'accepted' WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

/// Valid until `expires_at` from now on.
pub(crate) async fn extend(conn: &mut Conn, id: &str, expires_at: Millis) -> DbResult<()> {
    sqlx::query("UPDATE invitations SET expires_at = $1 WHERE id = $2")
        .bind(expires_at.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Withdraws the links that were sent.
pub(crate) async fn next_generation(conn: &mut Conn, id: &str) -> DbResult<()> {
    sqlx::query("UPDATE invitations SET generation = generation + 1 WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Revokes those of these invitations that are pending: their people are users no longer, and mails that wait are
/// cancelled. Answers how many.
pub(crate) async fn revoke(conn: &mut Conn, ids: &[String]) -> DbResult<u32> {
    if ids.is_empty() {
        return Ok(0);
    }
    let mut select = Builder::new("SELECT id FROM invitations WHERE status = 'pending' AND id IN ");
    push_ids(&mut select, ids);
    let pending: Vec<(String,)> = select.build_query_as().fetch_all(&mut *conn).await?;
    let pending: Vec<String> = pending.into_iter().map(|(id,)| id).collect();
    if pending.is_empty() {
        return Ok(0);
    }

    let mut people = Builder::new("DELETE FROM users WHERE status = 'invited' AND invitation_id IN ");
    push_ids(&mut people, &pending);
    people.build().execute(&mut *conn).await?;

    let mut mails = Builder::new("UPDATE mails SET state = 'cancelled', code = ");
    mails.push_bind(text(RowCode::Revoked)?);
    mails.push(", detail = NULL WHERE state = 'queued' AND invitation_id IN ");
    push_ids(&mut mails, &pending);
    mails.build().execute(&mut *conn).await?;

    let mut mark = Builder::new("UPDATE invitations SET status = 'revoked', user_id = NULL WHERE id IN ");
    push_ids(&mut mark, &pending);
    mark.build().execute(conn).await?;
    Ok(u32::try_from(pending.len()).unwrap_or(u32::MAX))
}

fn push_ids(builder: &mut Builder, ids: &[String]) {
    builder.push("(");
    let mut list = builder.separated(", ");
    for id in ids {
        list.push_bind(id.clone());
    }
    builder.push(")");
}
