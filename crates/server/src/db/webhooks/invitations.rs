//! What messages say of invitations.

use api_types::{BatchId, InvitationId, RowCode, UserId, WebhookData, WebhookInvitation, WebhookType};
use sqlx::FromRow;

use super::outbox::Listeners;
use crate::db::{AccountId, Builder, Conn, DbResult, ROWS_PER_STATEMENT, from_text, push_list, statement};
use crate::platform::clock::Millis;

#[derive(FromRow)]
struct Row {
    account_id: AccountId,
    id: InvitationId,
    batch_id: BatchId,
    user_id: UserId,
    email: String,
    role: String,
    expires_at: i64,
}

impl Row {
    fn view(self, code: Option<RowCode>) -> DbResult<(AccountId, WebhookInvitation)> {
        let invitation = WebhookInvitation {
            invitation_id: self.id,
            batch_id: self.batch_id,
            user_id: self.user_id,
            role: from_text(&self.role)?,
            email: self.email,
            expires_at: Millis(self.expires_at).timestamp(),
            code,
        };
        Ok((self.account_id, invitation))
    }
}

const SELECT: &str =
    "SELECT b.account_id, i.id, b.id AS batch_id, u.id AS user_id, u.email, u.role, i.expires_at
   FROM invitations i
   JOIN batches b ON b.number = i.batch_number
   JOIN users u ON u.number = i.user_number WHERE ";

/// What has happened to invitations.
#[derive(Clone, Copy)]
pub(crate) enum Happened {
    Sent,
    Failed(RowCode),
    Accepted,
    /// Of those that could still be accepted.
    Revoked,
}

impl Happened {
    fn kind(self) -> WebhookType {
        match self {
            Self::Sent => WebhookType::InvitationSent,
            Self::Failed(_) => WebhookType::InvitationFailed,
            Self::Accepted => WebhookType::InvitationAccepted,
            Self::Revoked => WebhookType::InvitationRevoked,
        }
    }

    fn data(self, invitation: WebhookInvitation) -> WebhookData {
        match self {
            Self::Sent => WebhookData::InvitationSent(invitation),
            Self::Failed(_) => WebhookData::InvitationFailed(invitation),
            Self::Accepted => WebhookData::InvitationAccepted(invitation),
            Self::Revoked => WebhookData::InvitationRevoked(invitation),
        }
    }
}

/// Tells of an invitation, by its id.
pub(crate) async fn tell_of(
    conn: &mut Conn,
    id: &InvitationId,
    happened: Happened,
    now: Millis,
) -> DbResult<()> {
    let listeners = Listeners::load(conn).await?;
    if !listeners.hear(&[happened.kind()]) {
        return Ok(());
    }
    let mut select = Builder::new(SELECT);
    select.push("i.id = ").push_bind(id);
    let rows: Vec<Row> = select.build().all(&mut *conn).await?;
    tell_rows(conn, &listeners, rows, happened, now).await
}

/// Tells of invitations, by their numbers, while their people are still there.
pub(crate) async fn tell(conn: &mut Conn, numbers: &[i64], happened: Happened, now: Millis) -> DbResult<()> {
    if numbers.is_empty() {
        return Ok(());
    }
    let listeners = Listeners::load(conn).await?;
    if !listeners.hear(&[happened.kind()]) {
        return Ok(());
    }
    for numbers in numbers.chunks(ROWS_PER_STATEMENT) {
        let mut select = Builder::new(SELECT);
        select.push("i.number IN ");
        push_list(&mut select, numbers);
        if matches!(happened, Happened::Revoked) {
            select.push(" AND i.expires_at > ").push_bind(now.0);
        }
        select.push(" ORDER BY i.number");
        let rows: Vec<Row> = select.build().all(&mut *conn).await?;
        tell_rows(conn, &listeners, rows, happened, now).await?;
    }
    Ok(())
}

async fn tell_rows(
    conn: &mut Conn,
    listeners: &Listeners,
    rows: Vec<Row>,
    happened: Happened,
    now: Millis,
) -> DbResult<()> {
    let code = match happened {
        Happened::Failed(code) => Some(code),
        _ => None,
    };
    let Some(account) = rows.first().map(|row| row.account_id.clone()) else { return Ok(()) };
    let events = rows.into_iter().map(|row| Ok(happened.data(row.view(code)?.1)));
    let events: Vec<WebhookData> = events.collect::<DbResult<_>>()?;
    listeners.tell(conn, &account, &events, now).await
}

/// Invitations that ended after `since` without an answer, and by `now`, the first first, up to `limit`: the data, and when.
/// What ended at the last moment of a portion is there as a whole.
pub(crate) async fn ended(
    conn: &mut Conn,
    account_id: &AccountId,
    (since, now): (Millis, Millis),
    limit: u32,
) -> DbResult<(Vec<WebhookData>, Millis)> {
    let last: Option<(i64,)> = statement(
        "SELECT invitation_expires_at FROM users
          WHERE account_id = $1 AND status = 'invited' AND invitation_expires_at > $2 AND invitation_expires_at <= $3
          ORDER BY invitation_expires_at LIMIT 1 OFFSET $4",
    )
    .bind(account_id)
    .bind(since.0)
    .bind(now.0)
    .bind(limit)
    .optional(&mut *conn)
    .await?;
    let until = last.map_or(now, |(last,)| Millis(last));
    let mut select = Builder::new(SELECT);
    select.push("u.account_id = ").push_bind(account_id);
    select.push(" AND u.status = 'invited' AND u.invitation_expires_at > ").push_bind(since.0);
    select.push(" AND u.invitation_expires_at <= ").push_bind(until.0);
    select.push(" AND i.number = u.invitation_number AND i.status = 'pending' ORDER BY u.invitation_expires_at, i.number");
    let rows: Vec<Row> = select.build().all(conn).await?;
    let events = rows.into_iter().map(|row| Ok(WebhookData::InvitationExpired(row.view(None)?.1)));
    Ok((events.collect::<DbResult<_>>()?, until))
}
