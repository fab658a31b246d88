//! Mails that tell people what has changed about how they get in and what they may do, so that they learn of it if somebody
//! else has done it.

use serde::{Deserialize, Serialize};

use crate::db::mail_kind::MailKind;
use crate::db::{self, Conn, DbResult, to_json};
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
}

/// The payload of such a mail.
#[derive(Serialize, Deserialize)]
pub(crate) struct NoticePayload {
    pub(crate) happened: Happened,
    /// In milliseconds since 1970.
    pub(crate) at: i64,
}

/// Queues the mail, in the transaction of what has happened. Once that is committed, the mail worker is to be woken.
pub(crate) async fn tell(app: &App, conn: &mut Conn, user_id: &str, happened: Happened) -> DbResult<()> {
    queue(conn, &app.account_id, user_id, happened, app.now()).await
}

/// The same of what another process does, whose mail the server finds by itself.
pub(crate) async fn queue(
    conn: &mut Conn,
    account_id: &str,
    user_id: &str,
    happened: Happened,
    now: Millis,
) -> DbResult<()> {
    let payload = to_json(&NoticePayload { happened, at: now.0 })?;
    db::mails::queue_personal(conn, account_id, user_id, MailKind::Notice, &payload, now).await?;
    Ok(())
}
