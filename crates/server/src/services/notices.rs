//! Mails that tell people what has changed about how they get in and what they may do, so that they learn of it if somebody
//! else has done it.

use api_types::UserId;
use serde::{Deserialize, Serialize};

use crate::db::mail_kind::MailKind;
use crate::db::troubles::Watched;
use crate::db::{self, AccountId, Conn, DbResult, to_json};
use crate::platform::clock::Millis;
use crate::state::App;

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Happened {
    PasswordChanged,
    /// A key of this name was made.
    KeyMade(String),
    /// A key of this name will stop working within days.
    KeyEnds(String),
    BecameAdmin,
    IsNoAdmin,
    /// In a browser of this name, which was not known to be theirs.
    SignedIn(String),
    Deactivated,
    Reactivated,
    /// To administrators: a link that signs in the one with this address.
    OperatorMadeLink(String),
    /// To administrators: the user with this address became one of them.
    OperatorPromoted(String),
    /// To administrators: those of the user with this address.
    OperatorEndedSessions(String),
    /// A passkey of this name.
    PasskeyAdded(String),
    PasskeyRemoved(String),
    AppAdded,
    AppRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    /// All second factors were taken from them, by somebody else.
    FactorsReset,
}

/// How many administrators are told of one thing at most.
pub(crate) const ADMINS: u32 = 20;

/// The payload of such a mail.
#[derive(Serialize, Deserialize)]
pub(crate) struct NoticePayload {
    pub(crate) happened: Happened,
    /// In milliseconds since 1970.
    pub(crate) at: i64,
}

/// The payload of a mail to administrators.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TroublePayload {
    pub(crate) watched: Watched,
    /// In milliseconds since 1970.
    pub(crate) since: i64,
    /// When it worked again; absent while it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<i64>,
}

/// Queues the mail, in the transaction of what has happened. Once that is committed, the mail worker is to be woken.
pub(crate) async fn tell(app: &App, conn: &mut Conn, user_id: &UserId, happened: Happened) -> DbResult<()> {
    queue(conn, &app.account_id, &[user_id], happened, app.now()).await
}

/// The same for each of several people to whom it has happened.
pub(crate) async fn tell_each(
    app: &App,
    conn: &mut Conn,
    user_ids: &[&UserId],
    happened: Happened,
) -> DbResult<()> {
    queue(conn, &app.account_id, user_ids, happened, app.now()).await
}

/// The same of what another process does, whose mail the server finds by itself.
pub(crate) async fn queue(
    conn: &mut Conn,
    account_id: &AccountId,
    user_ids: &[&UserId],
    happened: Happened,
    now: Millis,
) -> DbResult<()> {
    let payload = to_json(&NoticePayload { happened, at: now.0 })?;
    db::mails::queue_personal_to_each(conn, account_id, user_ids, MailKind::Notice, &payload, now).await
}

/// Tells the administrators what another process does. Those who have never signed in know nothing that it could differ from.
pub(crate) async fn queue_to_admins(
    conn: &mut Conn,
    account_id: &AccountId,
    happened: Happened,
    now: Millis,
) -> DbResult<()> {
    let admins = db::users::latest_admins(conn, account_id, ADMINS).await?;
    queue(conn, account_id, &admins.iter().collect::<Vec<_>>(), happened, now).await
}
