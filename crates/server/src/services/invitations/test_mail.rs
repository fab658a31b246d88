//! The mail of an invitation before anybody is invited: shown, or sent to the caller.

use api_types::{MailDraft, TestMail, TestMailId};

use super::check_draft;
use crate::db::mail_kind::MailKind;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::services::mail::{Email, TestPayload, worker};
use crate::services::sessions::Caller;
use crate::state::App;

/// The mail that invitations with these options send.
pub(crate) fn preview(app: &App, caller: &Caller, draft: &MailDraft) -> ApiResult<Email> {
    check_draft(draft.message.as_deref(), draft.expires_in_days)?;
    let name = people::names::form_of_address(&caller.user.first_name, &caller.user.last_name);
    Ok(worker::preview(app, draft, &caller.user.display_name(), &name))
}

/// Queues that mail to the caller. Once the transaction is committed, the mail worker must be woken.
pub(crate) async fn queue(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    draft: MailDraft,
) -> ApiResult<TestMail> {
    check_draft(draft.message.as_deref(), draft.expires_in_days)?;
    app.limiter.resend(caller.id(), &caller.user.email_key, None)?;
    let payload = TestPayload { draft, inviter: caller.user.display_name() };
    let payload = serde_json::to_string(&payload)?;
    let (kind, now) = (MailKind::Test, app.now());
    let id = db::mails::queue_personal(conn, &app.account_id, caller.id(), kind, &payload, now).await?;
    find(app, conn, caller, &TestMailId(id)).await
}

/// What has become of a test mail of the caller.
pub(crate) async fn find(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &TestMailId,
) -> ApiResult<TestMail> {
    let found = db::mails::personal(conn, caller.id(), MailKind::Test, id.as_str()).await?;
    let found = found.ok_or_else(ApiError::not_found)?;
    let mut mail = TestMail {
        delivery: found.delivery()?,
        code: found.code()?,
        attempts: found.attempts(),
        id: id.clone(),
        email: found.recipient,
        mail_trouble: None,
    };
    if mail.is_under_way() {
        mail.mail_trouble = app.mail_monitor.state().trouble.map(|trouble| trouble.shown());
    }
    Ok(mail)
}
