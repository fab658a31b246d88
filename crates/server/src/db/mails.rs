//! Outgoing mail: queued, leased by the mail worker, settled.
//!
//! ```text
//! queued -> sending -> sent | failed | queued (deferred, or the server stopped before the message was handed over)
//!    \          \--> unknown (the answer was lost, or the server stopped once the message was handed over)
//!     \-> cancelled | failed (given up)
//!
//! failed -> queued (the mail server refused all recipients, or an administrator tries again)
//! ```

use std::time::Duration;

use api_types::{BatchId, DeliveryStatus, InvitationId, Locale, RowCode, UserId, WebhookBatch, WebhookData};
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

use super::batches::invitations::{UNSETTLED, is_cancelled, push_has_right, unsettle};
use super::mail_kind::MailKind;
use super::webhooks::{self, invitations::Happened};
use super::{
    AccountId, Builder, Conn, DbResult, count, from_optional_text, from_text, invitations, statement, text,
};
use crate::platform::clock::Millis;

/// How long the link of a password reset works; its mail is not sent afterwards, nor is one with a code.
pub(crate) const RESET_LIFETIME: Duration = Duration::from_secs(3600);
/// How long an invitation's mail is retried.
pub(crate) const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);
/// The longest wait between two attempts at one mail.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Whom an invitation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    Anyone,
    /// A person who sets the account up; the mail says how.
    MarketoAdmin,
    /// A person who sets the account up in Salesforce; the mail says how.
    SalesforceAdmin,
}

/// Queues a mail to a user. `payload` is JSON in the format of the mail's kind.
pub(crate) async fn queue_personal(
    conn: &mut Conn,
    account_id: &AccountId,
    user_id: &UserId,
    kind: MailKind,
    payload: &str,
    now: Millis,
) -> DbResult<String> {
    let id: String = super::new_id();
    insert_personal(conn, account_id, &[(&id, user_id)], kind, payload, now).await?;
    Ok(id)
}

/// Queues the same mail to each of these users.
pub(crate) async fn queue_personal_to_each(
    conn: &mut Conn,
    account_id: &AccountId,
    user_ids: &[&UserId],
    kind: MailKind,
    payload: &str,
    now: Millis,
) -> DbResult<()> {
    let ids: Vec<String> = user_ids.iter().map(|_| super::new_id()).collect();
    let mails: Vec<(&str, &UserId)> = ids.iter().map(String::as_str).zip(user_ids.iter().copied()).collect();
    for mails in mails.chunks(super::ROWS_PER_STATEMENT) {
        insert_personal(conn, account_id, mails, kind, payload, now).await?;
    }
    Ok(())
}

/// Mails by their ids and the users to whom they go.
async fn insert_personal(
    conn: &mut Conn,
    account_id: &AccountId,
    mails: &[(&str, &UserId)],
    kind: MailKind,
    payload: &str,
    now: Millis,
) -> DbResult<()> {
    let mut insert = Builder::new(
        "INSERT INTO mails (id, account_id, kind, user_id, payload, edition, state, attempts, next_attempt_at,
         queued_at) ",
    );
    insert.push_values(mails, |mut row, (id, user_id)| {
        row.push_bind((*id).to_owned())
            .push_bind(account_id)
            .push_bind(kind.into_str())
            .push_bind(*user_id)
            .push_bind(payload.to_owned())
            .push("1, 'queued', 0")
            .push_bind(now.0)
            .push_bind(now.0);
    });
    insert.build().execute(conn).await?;
    Ok(())
}

/// What has become of a mail to a user.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct PersonalMail {
    pub(crate) recipient: String,
    state: String,
    code: Option<String>,
    attempts: i64,
}

impl PersonalMail {
    pub(crate) fn delivery(&self) -> DbResult<DeliveryStatus> {
        from_text(&self.state)
    }

    pub(crate) fn code(&self) -> DbResult<Option<RowCode>> {
        from_optional_text(self.code.as_deref())
    }

    /// Counts an attempt that has not ended.
    pub(crate) fn attempts(&self) -> u32 {
        count(self.attempts)
    }
}

const PERSONAL: &str = "SELECT u.email AS recipient, m.state, m.code, m.attempts
   FROM mails m JOIN users u ON u.id = m.user_id
  WHERE m.user_id = $1 AND m.id = $2 AND m.kind = $3";

/// A mail of a kind to a user.
pub(crate) async fn personal(
    conn: &mut Conn,
    user_id: &UserId,
    kind: MailKind,
    id: &str,
) -> DbResult<Option<PersonalMail>> {
    statement(PERSONAL).bind(user_id).bind(id).bind(kind.into_str()).optional(conn).await
}

/// When the last mail of a kind to a user was queued, if it is not deleted yet.
pub(crate) async fn last_personal(
    conn: &mut Conn,
    user_id: &UserId,
    kind: MailKind,
) -> DbResult<Option<Millis>> {
    let (last,): (Option<i64>,) =
        statement("SELECT MAX(queued_at) FROM mails WHERE user_id = $1 AND kind = $2")
            .bind(user_id)
            .bind(kind.into_str())
            .one(conn)
            .await?;
    Ok(last.map(Millis))
}

/// A mail that this server has leased, with all data needed to write it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct LeasedMail {
    number: i64,
    /// `None` for an invitation's.
    id: Option<String>,
    lease_id: String,
    pub(crate) kind: String,
    pub(crate) batch_id: Option<BatchId>,
    pub(crate) payload: Option<String>,
    edition: i64,
    attempts: i64,
    queued_at: i64,
    sealed_at: Option<i64>,
    pub(crate) recipient: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    pub(crate) invitation_id: Option<InvitationId>,
    generation: Option<i64>,
    pub(crate) language: Option<String>,
    pub(crate) terms: Option<String>,
    pub(crate) inviter: Option<String>,
    pub(crate) invitation_status: Option<String>,
    expires_at: Option<i64>,
    is_marketo_admin: i64,
    is_salesforce_admin: i64,
}

impl LeasedMail {
    /// The number by which other rows refer to the mail.
    pub(crate) fn number(&self) -> i64 {
        self.number
    }

    /// The permanent name of the mail: that of its invitation, if it has one.
    pub(crate) fn name(&self) -> &str {
        self.invitation_id.as_ref().map(InvitationId::as_str).or(self.id.as_deref()).unwrap_or_default()
    }

    /// The kind; `None` where the database holds an unknown one.
    pub(crate) fn kind(&self) -> Option<MailKind> {
        self.kind.parse().ok()
    }

    /// The name in the greeting; empty for a recipient without a name.
    pub(crate) fn form_of_address(&self) -> String {
        let part = |name: &Option<String>| name.clone().unwrap_or_default();
        people::names::form_of_address(&part(&self.first_name), &part(&self.last_name))
    }

    pub(crate) fn edition(&self) -> u32 {
        count(self.edition)
    }

    /// Counts this attempt.
    pub(crate) fn attempts(&self) -> u32 {
        count(self.attempts)
    }

    /// When it could first be sent. Its age counts from then.
    pub(crate) fn waits_since(&self) -> Millis {
        Millis(self.queued_at.max(self.sealed_at.unwrap_or(0)))
    }

    /// When it is tried for the last time.
    pub(crate) fn gives_up_at(&self) -> Millis {
        let life = match self.kind() {
            Some(MailKind::PasswordReset | MailKind::ProofCode) => RESET_LIFETIME,
            _ => GIVE_UP_AFTER,
        };
        self.waits_since().plus(life)
    }

    pub(crate) fn generation(&self) -> u32 {
        self.generation.map_or(0, count)
    }

    /// Until when the link of its invitation works.
    pub(crate) fn expires_at(&self) -> Option<Millis> {
        self.expires_at.map(Millis)
    }

    pub(crate) fn audience(&self) -> Audience {
        match (self.is_marketo_admin, self.is_salesforce_admin) {
            (0, 0) => Audience::Anyone,
            (0, _) => Audience::SalesforceAdmin,
            _ => Audience::MarketoAdmin,
        }
    }

    pub(crate) fn locale(&self) -> Locale {
        self.language.as_deref().and_then(Locale::lookup).unwrap_or_default()
    }
}

const LEASED: &str = "SELECT m.number, m.id, m.lease_id, m.kind, b.id AS batch_id, m.payload, m.edition, m.attempts,
        m.queued_at, b.sealed_at, u.email AS recipient, u.first_name, u.last_name,
        i.id AS invitation_id, i.generation, COALESCE(i.language, u.locale) AS language, b.terms,
        b.created_by_name AS inviter, i.status AS invitation_status, i.expires_at,
        CASE WHEN u.role = 'admin' THEN u.is_marketo_admin ELSE 0 END AS is_marketo_admin,
        CASE WHEN u.role = 'admin' THEN u.is_salesforce_admin ELSE 0 END AS is_salesforce_admin
   FROM mails m
   LEFT JOIN invitations i ON i.number = m.invitation_number
   LEFT JOIN batches b ON b.number = m.batch_number
   LEFT JOIN users u ON u.number = COALESCE(i.user_number, (SELECT p.number FROM users p WHERE p.id = m.user_id))
  WHERE m.state = 'sending'";

/// A lease of mails.
#[derive(Clone, Debug)]
pub(crate) struct Lease<'a> {
    id: String,
    /// The server that sends them.
    by: &'a str,
    until: Millis,
}

impl<'a> Lease<'a> {
    pub(crate) fn new(by: &'a str, until: Millis) -> Self {
        Self { id: super::new_id(), by, until }
    }

    pub(crate) fn into_id(self) -> String {
        self.id
    }
}

/// Leases that are to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leases<'a> {
    /// Those of servers that are gone.
    OfGone,
    /// Those of a server whose worker begins anew.
    Of(&'a str),
    /// Those of a server that ran out by then.
    RanOut(&'a str, Millis),
    /// The one of a transaction that may have been committed although its answer did not come. None of its mails is tried.
    InDoubt(&'a str),
}

impl Leases<'_> {
    fn push_to(self, statement: &mut Builder) {
        statement.push("lease_until <= ").push_bind(match self {
            Self::OfGone | Self::Of(_) | Self::InDoubt(_) => i64::MAX,
            Self::RanOut(_, by) => by.0,
        });
        match self {
            Self::OfGone => {
                statement.push(" AND NOT EXISTS (SELECT 1 FROM servers s WHERE s.id = leased_by)");
            }
            Self::Of(server) | Self::RanOut(server, _) => {
                statement.push(" AND leased_by = ").push_bind(server.to_owned());
            }
            Self::InDoubt(lease) => {
                statement.push(" AND lease_id = ").push_bind(lease.to_owned());
            }
        }
    }
}

/// Leases up to `limit` mails that are due: personal ones first, then a fair share of every sealed batch.
pub(crate) async fn lease(
    conn: &mut Conn,
    lease: &Lease<'_>,
    limit: u32,
    now: Millis,
) -> DbResult<Vec<LeasedMail>> {
    let mails = due_of_all(conn, limit, now, &[]).await?;
    take(conn, &mails, lease).await
}

/// Leases one mail, if it still waits.
pub(crate) async fn lease_one(conn: &mut Conn, number: i64, lease: &Lease<'_>) -> DbResult<Vec<LeasedMail>> {
    let mails: Vec<(i64,)> = statement("SELECT number FROM mails WHERE number = $1 AND state = 'queued'")
        .bind(number)
        .all(&mut *conn)
        .await?;
    let mails: Vec<i64> = mails.into_iter().map(|(number,)| number).collect();
    take(conn, &mails, lease).await
}

/// A mail that is due, to a recipient at none of these domains. Where there is none, this looks at every mail that
/// waits.
pub(crate) async fn due_elsewhere(conn: &mut Conn, domains: &[String], now: Millis) -> DbResult<Option<i64>> {
    Ok(due_of_all(conn, 1, now, domains).await?.first().copied())
}

/// The mails to be sent next: personal ones, then a fair share of every sealed batch.
async fn due_of_all(conn: &mut Conn, limit: u32, now: Millis, not_to: &[String]) -> DbResult<Vec<i64>> {
    let mut mails = due(conn, None, limit, now, not_to).await?;
    let mut sealed = Builder::new("SELECT number FROM batches WHERE ");
    sealed.push(UNSETTLED).push(" AND is_dry_run = 0 AND ");
    push_has_right(&mut sealed, None);
    let batches: Vec<(i64,)> = sealed.build().all(&mut *conn).await?;
    let mut left = batches.len();
    for (batch,) in batches {
        let free = limit.saturating_sub(u32::try_from(mails.len()).unwrap_or(u32::MAX));
        if free == 0 {
            break;
        }
        let share = free.div_ceil(u32::try_from(left).unwrap_or(u32::MAX));
        mails.extend(due(conn, Some(batch), share, now, not_to).await?);
        left -= 1;
    }
    Ok(mails)
}

async fn take(conn: &mut Conn, mails: &[i64], lease: &Lease<'_>) -> DbResult<Vec<LeasedMail>> {
    if mails.is_empty() {
        return Ok(Vec::new());
    }
    taken(mails, lease).build().execute(conn).await?;
    let rows: Vec<LeasedRow> = leased(&lease.id).build().all(conn).await?;
    let mut leased = Vec::with_capacity(rows.len());
    for LeasedRow { number, mail } in rows {
        match mail {
            Ok(mail) => leased.push(mail),
            Err(error) => fail_unreadable(conn, number, &error).await?,
        }
    }
    Ok(leased)
}

/// The row of a leased mail, which may hold what no version of the server writes.
struct LeasedRow {
    number: i64,
    mail: DbResult<LeasedMail>,
}

impl<'r, R: Row> FromRow<'r, R> for LeasedRow
where
    LeasedMail: FromRow<'r, R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    &'static str: ColumnIndex<R>,
{
    fn from_row(row: &'r R) -> DbResult<Self> {
        Ok(Self { number: row.try_get("number")?, mail: LeasedMail::from_row(row) })
    }
}

fn leased(lease_id: &str) -> Builder {
    let mut select = Builder::new(LEASED);
    select.push(" AND m.lease_id = ").push_bind(lease_id.to_owned()).push(" ORDER BY m.number");
    select
}

/// Fails a mail that holds what no version of the server writes, and that would keep all others waiting.
async fn fail_unreadable(conn: &mut Conn, number: i64, error: &sqlx::Error) -> DbResult<()> {
    tracing::error!(number, %error, "a mail cannot be read");
    statement(
        "UPDATE mails SET state = 'failed', code = $1, detail = $2, lease_id = NULL, leased_by = NULL, lease_until = NULL
          WHERE number = $3",
    )
    .bind(text(RowCode::Other)?)
    .bind("the mail cannot be read")
    .bind(number)
    .execute(conn)
    .await?;
    Ok(())
}

fn taken(mails: &[i64], lease: &Lease<'_>) -> Builder {
    let mut update = Builder::new(
        "UPDATE mails SET state = 'sending', attempts = attempts + 1, is_handed_over = 0, lease_id = ",
    );
    update.push_bind(lease.id.clone()).push(", leased_by = ").push_bind(lease.by.to_owned());
    update.push(", lease_until = ").push_bind(lease.until.0);
    // Found by their numbers alone: the transaction that chose them has not ended.
    update.push(" WHERE number IN (");
    let mut list = update.separated(", ");
    for mail in mails {
        list.push_bind(*mail);
    }
    update.push(")");
    update
}

/// The mails of a batch, or without one, that are due longest. A mail that would wait longer than the longest wait was
/// deferred before the clock was set back, and is due, too.
async fn due(
    conn: &mut Conn,
    batch: Option<i64>,
    limit: u32,
    now: Millis,
    not_to: &[String],
) -> DbResult<Vec<i64>> {
    let mut mails = Vec::new();
    for (comparison, bound) in [(" <= ", now), (" > ", now.plus(LONGEST_WAIT))] {
        let left = limit.saturating_sub(u32::try_from(mails.len()).unwrap_or(u32::MAX));
        if left == 0 {
            break;
        }
        let select = waiting(batch, comparison, bound, left, not_to);
        let rows: Vec<(i64,)> = select.build().all(&mut *conn).await?;
        mails.extend(rows.into_iter().map(|(number,)| number));
    }
    Ok(mails)
}

fn waiting(batch: Option<i64>, comparison: &str, bound: Millis, limit: u32, not_to: &[String]) -> Builder {
    let mut select = Builder::new("SELECT number FROM mails WHERE batch_number ");
    match batch {
        Some(batch) => select.push("= ").push_bind(batch),
        None => select.push("IS NULL"),
    };
    select.push(" AND state = 'queued' AND next_attempt_at").push(comparison).push_bind(bound.0);
    if !not_to.is_empty() {
        select.push(
            " AND EXISTS (SELECT 1 FROM users u
                           WHERE u.number = COALESCE(
                                     (SELECT i.user_number FROM invitations i WHERE i.number = mails.invitation_number),
                                     (SELECT p.number FROM users p WHERE p.id = mails.user_id))",
        );
        for domain in not_to {
            select.push(" AND u.email_key NOT LIKE ").push_bind(format!("%@{domain}"));
        }
        select.push(")");
    }
    select.push(" ORDER BY next_attempt_at LIMIT ").push_bind(limit);
    select
}

/// Gives up up to `limit` mails that have waited too long. Returns their batches.
pub(crate) async fn give_up(
    conn: &mut Conn,
    limit: u32,
    judged: Millis,
    now: Millis,
) -> DbResult<Vec<Option<BatchId>>> {
    let (given_up, reset_expired) = (judged.minus(GIVE_UP_AFTER), judged.minus(RESET_LIFETIME));
    let rows: Vec<(Option<BatchId>, Option<i64>)> = statement(
        "UPDATE mails SET state = 'failed', code = $1, next_attempt_at = $2
          WHERE number IN (
             SELECT number FROM (
                 SELECT number FROM mails
                  WHERE batch_number IS NULL AND state = 'queued' AND queued_at <= $3
                    AND (kind IN ('password_reset', 'proof_code') OR queued_at <= $4)
                 UNION ALL
                 SELECT m.number FROM batches b JOIN mails m ON m.batch_number = b.number
                  WHERE b.state = 'sealed' AND b.settled_at IS NULL AND b.sealed_at <= $4
                    AND m.state = 'queued' AND m.queued_at <= $4
             ) AS overdue LIMIT $5)
         RETURNING (SELECT b.id FROM batches b WHERE b.number = mails.batch_number), invitation_number",
    )
    .bind(text(RowCode::MailDeferred)?)
    .bind(now.0)
    .bind(reset_expired.0)
    .bind(given_up.0)
    .bind(limit)
    .all(&mut *conn)
    .await?;
    let (batches, invitations): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let invitations: Vec<i64> = invitations.into_iter().flatten().collect();
    webhooks::invitations::tell(conn, &invitations, Happened::Failed(RowCode::MailDeferred), now).await?;
    Ok(batches)
}

/// The outcome of an attempt to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Sent,
    /// Refused for good, or given up.
    Failed {
        code: RowCode,
        detail: String,
    },
    /// To be tried again.
    Deferred {
        after: Duration,
        detail: String,
        /// Whether it was about this mail, and counts as an attempt at it.
        counts: bool,
    },
    /// The answer was lost: the mail may have been sent.
    Unknown {
        detail: String,
    },
    /// Not sent at all: the invitation was revoked in the meantime.
    Cancelled,
}

impl Outcome {
    /// What has happened to the mail's invitation.
    fn happened(&self) -> Option<Happened> {
        match self {
            Self::Sent => Some(Happened::Sent),
            Self::Failed { code, .. } => Some(Happened::Failed(*code)),
            Self::Unknown { .. } => Some(Happened::Failed(RowCode::MailInterrupted)),
            Self::Deferred { .. } | Self::Cancelled => None,
        }
    }
}

/// Stores the outcome of a leased mail, unless it was queued anew meanwhile. An outcome that arrives after the lease
/// ran out is stored as well. A mail that was cancelled while being sent is not tried again, and its invitation is
/// revoked if it did not arrive.
pub(crate) async fn settle(
    conn: &mut Conn,
    mail: &LeasedMail,
    outcome: &Outcome,
    now: Millis,
) -> DbResult<()> {
    let (state, code, detail, next) = match outcome {
        Outcome::Sent => ("sent", None, None, now),
        Outcome::Failed { code, detail } => ("failed", Some(*code), Some(detail.as_str()), now),
        Outcome::Deferred { after, detail, .. } => ("queued", None, Some(detail.as_str()), now.plus(*after)),
        Outcome::Unknown { detail } => {
            ("unknown", Some(RowCode::MailInterrupted), Some(detail.as_str()), now)
        }
        Outcome::Cancelled => ("cancelled", Some(RowCode::Revoked), None, now),
    };
    let in_vain = matches!(outcome, Outcome::Deferred { counts: false, .. });
    let settled = statement(
        "UPDATE mails SET state = $1, code = $2, detail = $3, next_attempt_at = $4, attempts = attempts - $5,
                lease_id = NULL, leased_by = NULL, lease_until = NULL
          WHERE number = $6 AND lease_id = $7 AND state IN ('sending', 'unknown')",
    )
    .bind(state)
    .bind(code.map(text).transpose()?)
    .bind(detail)
    .bind(next.0)
    .bind(i64::from(in_vain))
    .bind(mail.number)
    .bind(&mail.lease_id)
    .execute(&mut *conn)
    .await?;
    let Some(batch) = mail.batch_id.as_ref().filter(|_| settled > 0) else { return Ok(()) };
    if let (Some(invitation), Some(happened)) = (&mail.invitation_id, outcome.happened()) {
        webhooks::invitations::tell_of(conn, invitation, happened, now).await?;
    }
    if matches!(state, "failed" | "queued") && is_cancelled(conn, batch).await? {
        let invitation: Vec<InvitationId> = mail.invitation_id.iter().cloned().collect();
        invitations::revoke(conn, &invitation, Some(now)).await?;
    }
    if state == "queued" {
        // The invitation was revoked while the mail was on its way.
        statement(
            "UPDATE mails SET state = 'cancelled', code = $1, detail = NULL
              WHERE number = $2 AND state = 'queued'
                AND EXISTS (SELECT 1 FROM invitations i
                             WHERE i.number = mails.invitation_number AND i.status <> 'pending')",
        )
        .bind(text(RowCode::Revoked)?)
        .bind(mail.number)
        .execute(&mut *conn)
        .await?;
        unsettle(conn, batch).await?;
    }
    Ok(())
}

/// Queues mails again that failed because the mail server refused all recipients. Those attempts do not count. Returns the
/// batches.
pub(crate) async fn put_back(conn: &mut Conn, mails: &[i64], now: Millis) -> DbResult<Vec<BatchId>> {
    let mut touched = Vec::new();
    for mails in mails.chunks(super::ROWS_PER_STATEMENT) {
        let mut update = Builder::new(
            "UPDATE mails SET state = 'queued', code = NULL, attempts = attempts - 1, next_attempt_at = ",
        );
        update
            .push_bind(now.0)
            .push(" WHERE state = 'failed' AND code = ")
            .push_bind(text(RowCode::MailRefused)?);
        update.push(
            " AND (batch_number IS NULL OR EXISTS (
                      SELECT 1 FROM batches b JOIN invitations i ON i.number = mails.invitation_number
                       WHERE b.number = mails.batch_number AND b.state = 'sealed' AND b.revoking IS NULL
                         AND i.status = 'pending' AND i.expires_at > ",
        );
        update.push_bind(now.0).push(")) AND number IN (");
        let mut list = update.separated(", ");
        for mail in mails {
            list.push_bind(*mail);
        }
        update.push(") RETURNING (SELECT b.id FROM batches b WHERE b.number = mails.batch_number)");
        let rows: Vec<(Option<BatchId>,)> = update.build().all(&mut *conn).await?;
        touched.extend(rows.into_iter().filter_map(|(batch,)| batch));
    }
    touched.sort_unstable();
    touched.dedup();
    for batch in &touched {
        unsettle(conn, batch).await?;
    }
    Ok(touched)
}

/// Marks batches without waiting mails as settled, so that they are not looked at again; not while failed mails of theirs
/// are being queued again. A dry run has invited nobody, so that nobody is told of it.
pub(crate) async fn settle_batches(conn: &mut Conn, now: Millis) -> DbResult<()> {
    let mut update = Builder::new("UPDATE batches SET settled_at = ");
    update.push_bind(now.0).push(", revision = revision + 1 WHERE ").push(UNSETTLED);
    update.push(" AND mails_queued = 0 AND mails_sending = 0 AND retrying IS NULL");
    update.push(" RETURNING account_id, id, is_dry_run");
    let settled: Vec<(AccountId, BatchId, i64)> = update.build().all(&mut *conn).await?;
    for (account_id, id, _) in settled.into_iter().filter(|(.., is_dry_run)| *is_dry_run == 0) {
        let completed = WebhookData::BatchCompleted(WebhookBatch::Invitations { batch_id: id });
        webhooks::outbox::tell(conn, &account_id, &[completed], now).await?;
    }
    Ok(())
}

/// Notes that the message of a leased mail is about to be handed over. `false` if the lease has ended, and another attempt
/// sends the mail.
pub(crate) async fn note_handover(conn: &mut Conn, mail: &LeasedMail) -> DbResult<bool> {
    let noted = statement(
        "UPDATE mails SET is_handed_over = 1 WHERE number = $1 AND lease_id = $2 AND state = 'sending'",
    )
    .bind(mail.number)
    .bind(&mail.lease_id)
    .execute(conn)
    .await?;
    Ok(noted > 0)
}

fn kept(leases: Leases<'_>) -> Builder {
    let mut select = Builder::new(LEASED);
    select.push(" AND m.is_handed_over = 0 AND ");
    leases.push_to(&mut select);
    select
}

/// Queues the mails of such leases again whose message was not handed over. Their attempts do not count.
async fn queue_kept(conn: &mut Conn, leases: Leases<'_>, now: Millis) -> DbResult<()> {
    let outcome = Outcome::Deferred {
        after: Duration::ZERO,
        detail: "the server stopped before the mail was sent".to_owned(),
        counts: false,
    };
    let rows: Vec<LeasedRow> = kept(leases).build().all(conn).await?;
    // What cannot be read becomes unknown.
    for mail in rows.into_iter().filter_map(|row| row.mail.ok()) {
        settle(conn, &mail, &outcome, now).await?;
    }
    Ok(())
}

/// Ends leases of mails that were being sent when a server or its worker stopped: they are queued again, or if their message
/// was handed over, it is unknown whether they arrived. Returns how many mails became unknown.
pub(crate) async fn expire_leases(conn: &mut Conn, leases: Leases<'_>, now: Millis) -> DbResult<u64> {
    queue_kept(conn, leases, now).await?;
    let [batches, mails] = ended(leases)?;
    batches.build().execute(&mut *conn).await?;
    let expired: Vec<(Option<i64>,)> = mails.build().all(&mut *conn).await?;
    let invitations: Vec<i64> = expired.iter().filter_map(|(number,)| *number).collect();
    webhooks::invitations::tell(conn, &invitations, Happened::Failed(RowCode::MailInterrupted), now).await?;
    Ok(expired.len() as u64)
}

/// Tells those who follow their batches of such leases, and then what became of their mails.
fn ended(leases: Leases<'_>) -> DbResult<[Builder; 2]> {
    let mut batches = Builder::new("UPDATE batches SET revision = revision + 1 WHERE number IN (");
    batches.push("SELECT batch_number FROM mails WHERE state = 'sending' AND ");
    leases.push_to(&mut batches);
    batches.push(")");
    let mut mails = Builder::new(
        "UPDATE mails SET state = 'unknown', detail = NULL, leased_by = NULL, lease_until = NULL, code = ",
    );
    mails.push_bind(text(RowCode::MailInterrupted)?);
    mails.push(" WHERE state = 'sending' AND ");
    leases.push_to(&mut mails);
    mails.push(" RETURNING invitation_number");
    Ok([batches, mails])
}

/// A minimum per batch is one look into the index, however many mails wait.
fn next_due_of_all() -> Builder {
    let mut select = Builder::new(
        "SELECT MIN(due) FROM (
             SELECT MIN(next_attempt_at) AS due FROM mails WHERE batch_number IS NULL AND state = 'queued'
             UNION ALL
             SELECT (SELECT MIN(m.next_attempt_at) FROM mails m
                      WHERE m.batch_number = batches.number AND m.state = 'queued') AS due
               FROM batches WHERE ",
    );
    select.push(UNSETTLED).push(" AND ");
    push_has_right(&mut select, None);
    select.push(") AS waiting");
    select
}

/// When the next mail is due, if one waits. A time further ahead than possible was noted before the clock was set back.
pub(crate) async fn next_due(conn: &mut Conn, now: Millis) -> DbResult<Option<Millis>> {
    let (due,): (Option<i64>,) = next_due_of_all().build().one(conn).await?;
    Ok(due.map(|due| if due > now.plus(LONGEST_WAIT).0 { now } else { Millis(due) }))
}

/// When the next mail of a batch is due, if all that wait are deferred.
pub(crate) async fn deferred_until(conn: &mut Conn, batch: i64, now: Millis) -> DbResult<Option<Millis>> {
    let (due,): (Option<i64>,) =
        statement("SELECT MIN(next_attempt_at) FROM mails WHERE batch_number = $1 AND state = 'queued'")
            .bind(batch)
            .one(&mut *conn)
            .await?;
    let Some(due) = due.map(Millis).filter(|due| *due > now) else { return Ok(None) };
    let (has_new,): (bool,) = statement(
        "SELECT EXISTS (SELECT 1 FROM mails WHERE batch_number = $1 AND state = 'queued' AND attempts = 0)",
    )
    .bind(batch)
    .one(conn)
    .await?;
    Ok((!has_new).then_some(due))
}

/// How many mails are queued or being sent, and of how many nobody knows whether they were sent.
pub(crate) async fn counts(conn: &mut Conn) -> DbResult<(i64, i64)> {
    statement(
        "SELECT (SELECT COUNT(*) FROM mails WHERE batch_number IS NULL AND state IN ('queued', 'sending'))
              + COALESCE(CAST(SUM(CASE WHEN state = 'sealed' THEN mails_queued + mails_sending ELSE 0 END) AS BIGINT), 0),
                COALESCE(CAST(SUM(mails_unknown) AS BIGINT), 0)
           FROM batches",
    )
    .one(conn)
    .await
}

/// Since when the longest waiting mail waits, also while it is tried.
pub(crate) async fn oldest_waiting(conn: &mut Conn) -> DbResult<Option<Millis>> {
    let (since,): (Option<i64>,) = Builder::new(OLDEST_WAITING).build().one(conn).await?;
    Ok(since.map(Millis))
}

/// Every mail that is being sent has a lease; without saying so, SQLite does not take the index of these.
const OLDEST_WAITING: &str = "SELECT MIN(since) FROM (
         SELECT MIN(queued_at) AS since FROM mails WHERE batch_number IS NULL AND state = 'queued'
         UNION ALL
         SELECT (SELECT MIN(m.queued_at) FROM mails m WHERE m.batch_number = b.number AND m.state = 'queued') AS since
           FROM batches b WHERE b.state = 'sealed' AND b.settled_at IS NULL
         UNION ALL
         SELECT MIN(m.queued_at) FROM mails m
          WHERE m.state = 'sending' AND m.lease_until >= 0
            AND (m.batch_number IS NULL
                 OR EXISTS (SELECT 1 FROM batches b WHERE b.number = m.batch_number AND b.state = 'sealed'))
     ) AS waiting";

/// Queues the mail of an invitation as a new edition, which arrives beside those before.
pub(crate) async fn queue_again(conn: &mut Conn, invitation_id: &InvitationId, now: Millis) -> DbResult<()> {
    statement(
        "UPDATE mails SET state = 'queued', edition = edition + 1, attempts = 0, next_attempt_at = $1, queued_at = $1,
                lease_id = NULL, leased_by = NULL, lease_until = NULL, code = NULL, detail = NULL
          WHERE invitation_number = (SELECT number FROM invitations WHERE id = $2)",
    )
    .bind(now.0)
    .bind(invitation_id)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::test::{check_plan, plan, sqlite_database};

    #[tokio::test]
    async fn p7_the_next_mail_is_found_in_an_index_however_many_wait() {
        let (db, _, _folder) = sqlite_database().await;
        let mut conn = db.read().await.unwrap();
        let (mails, now) = ([1, 2], Millis(7));
        let elsewhere = ["example.com".to_owned()];
        let lease = Lease { id: "lease".to_owned(), by: "server", until: now };
        let [batches, unknown] = ended(Leases::OfGone).unwrap();
        let statements = [
            (kept(Leases::RanOut("server", now)), "mails_by_lease_end (lease_until<?)"),
            (batches, "mails_by_lease_end (lease_until<?)"),
            (unknown, "mails_by_lease_end (lease_until<?)"),
            (waiting(None, " <= ", now, 8, &[]), "mails_due (batch_number=? AND next_attempt_at<?)"),
            (waiting(Some(3), " <= ", now, 8, &[]), "mails_due (batch_number=? AND next_attempt_at<?)"),
            (waiting(Some(3), " > ", now, 8, &[]), "mails_due (batch_number=? AND next_attempt_at>?)"),
            (
                waiting(Some(3), " <= ", now, 1, &elsewhere),
                "mails_due (batch_number=? AND next_attempt_at<?)",
            ),
            (taken(&mails, &lease), "INTEGER PRIMARY KEY (rowid=?)"),
            (leased("lease"), "mails_leased (lease_id=?)"),
            (next_due_of_all(), "mails_due (batch_number=?)"),
            (Builder::new(OLDEST_WAITING), "mails_by_lease_end (lease_until>?)"),
        ];
        for (statement, index) in &statements {
            let mut steps = plan(&mut conn, statement).await;
            assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:#?}");
            // One queue for each batch that waits; and the order of eight mails.
            steps.retain(|step| step != "SCAN waiting" && !step.starts_with("USE TEMP B-TREE FOR ORDER BY"));
            check_plan(&steps);
        }
    }
}
