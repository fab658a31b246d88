use std::time::Duration;

use api_types::{
    AuditAction, BatchId, BatchState, Invitation, InvitationId, InvitationLink, InvitationResend,
    InvitationStatus, InvitationsByDay, MailDraft, MailPreview, ProblemCode, TestMail, TestMailId, UserId,
    limits, paths,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use crate::db::invitations::InvitationRow;
use crate::db::mail_kind::MailKind;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::Json;
use crate::http::idempotency::Keyed;
use crate::platform::clock::Millis;
use crate::platform::token::{Claim, Purpose};
use crate::services::audit::Subject;
use crate::services::mail::{TestPayload, worker};
use crate::services::members::FreeSeats;
use crate::services::sessions::Caller;
use crate::services::{address, audit, mail};
use crate::state::App;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How many people were invited and how many accepted, on each of the last thirty days.
#[utoipa::path(get, path = "/invitations/by-day", tag = "invitations",
    responses((status = 200, body = InvitationsByDay)))]
pub(crate) async fn by_day(State(app): State<App>) -> ApiResult<Json<InvitationsByDay>> {
    let mut conn = app.db.read().await?;
    let days = db::invitations::by_day(&mut conn, &app.account_id, app.now()).await?;
    Ok(Json(InvitationsByDay { days }))
}

/// The mail that invitations with these options send.
#[utoipa::path(post, path = "/invitations/preview", tag = "invitations", request_body = MailDraft,
    responses((status = 200, body = MailPreview)))]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    Json(draft): Json<MailDraft>,
) -> ApiResult<Json<mail::Email>> {
    check_draft(draft.message.as_deref(), draft.expires_in_days)?;
    let name = people::names::form_of_address(&caller.user.first_name, &caller.user.last_name);
    Ok(Json(worker::preview(&app, &draft, &caller.user.display_name(), &name)))
}

/// Sends that mail to the caller.
#[utoipa::path(post, path = "/invitations/test-mail", tag = "invitations", request_body = MailDraft,
    responses((status = 202, body = TestMail)))]
pub(crate) async fn test_mail(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<MailDraft>,
) -> ApiResult<Response> {
    check_draft(body.message.as_deref(), body.expires_in_days)?;
    let payload = TestPayload { draft: body, inviter: caller.user.display_name() };
    let payload = serde_json::to_string(&payload)?;
    let (tx, user) = (&mut work.tx, caller.id());
    let id =
        db::mails::queue_personal(tx, &app.account_id, user, MailKind::Test, &payload, app.now()).await?;
    let mail = find_test_mail(tx, &app, user, &id).await?;
    let location = format!("{}{}", paths::BASE, paths::test_mail(&mail.id));
    let response = work.finish(&app, StatusCode::ACCEPTED, Some(location), &mail).await?;
    app.mail_monitor.wake();
    Ok(response)
}

/// What has become of a test mail of the caller.
#[utoipa::path(get, path = "/invitations/test-mail/{id}", tag = "invitations", params(("id" = TestMailId, Path)),
    responses((status = 200, body = TestMail)))]
pub(crate) async fn get_test_mail(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> ApiResult<Json<TestMail>> {
    let mut conn = app.db.read().await?;
    Ok(Json(find_test_mail(&mut conn, &app, caller.id(), &id).await?))
}

async fn find_test_mail(conn: &mut Conn, app: &App, user_id: &str, id: &str) -> ApiResult<TestMail> {
    let found = db::mails::personal(conn, user_id, MailKind::Test, id).await?;
    let found = found.ok_or_else(ApiError::not_found)?;
    let mut mail = TestMail {
        delivery: found.delivery()?,
        code: found.code()?,
        attempts: found.attempts(),
        id: TestMailId(id.to_owned()),
        email: found.recipient,
        mail_trouble: None,
    };
    if mail.is_under_way() {
        mail.mail_trouble = app.mail_monitor.state().trouble.map(|trouble| trouble.shown());
    }
    Ok(mail)
}

/// Checks that message and expiry of a mail are within their limits.
pub(super) fn check_draft(message: Option<&str>, expires_in_days: u8) -> ApiResult<()> {
    if message.is_some_and(|message| message.chars().count() > limits::MESSAGE_MAX) {
        return Err(ApiError::field("message", format!("longer than {} characters", limits::MESSAGE_MAX)));
    }
    if !limits::EXPIRES_IN_DAYS.contains(&expires_in_days) {
        return Err(ApiError::field("expires_in_days", "from 1 to 30"));
    }
    Ok(())
}

/// One invitation.
#[utoipa::path(get, path = "/invitations/{id}", tag = "invitations", params(("id" = InvitationId, Path)),
    responses((status = 200, body = Invitation)))]
pub(crate) async fn get(State(app): State<App>, Path(id): Path<String>) -> ApiResult<Json<Invitation>> {
    let mut conn = app.db.read().await?;
    Ok(Json(show(&mut conn, &app, &id).await?))
}

/// Sends the invitation again, with a new expiry; on request to a corrected address, which invalidates earlier links.
#[utoipa::path(post, path = "/invitations/{id}/resend", tag = "invitations", params(("id" = InvitationId, Path)),
    request_body = InvitationResend, responses((status = 200, body = Invitation)))]
pub(crate) async fn resend(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { body, caller, mut work }: Keyed<InvitationResend>,
) -> ApiResult<Response> {
    let now = app.now();
    let invitation = find(&mut work.tx, &app, &id).await?;
    let status = db::rows::invitation_status(&invitation.status, invitation.expires_at, now)?;
    match status {
        InvitationStatus::Pending => {}
        InvitationStatus::Expired => FreeSeats::count(&app, &mut work.tx).await?.require()?,
        InvitationStatus::Accepted => return Err(ProblemCode::AlreadyMember.into()),
        InvitationStatus::Revoked => return Err(gone()),
    }
    let batch =
        db::batches::find(&mut work.tx, &app.account_id, &invitation.batch_id).await?.ok_or_else(gone)?;
    if batch.state()? != BatchState::Sealed {
        return Err(ApiError::new(ProblemCode::Conflict).detail("the batch is not sealed"));
    }
    let user_id = invitation.user_id.as_deref().ok_or_else(gone)?;
    let user = db::users::find(&mut work.tx, &app.account_id, user_id).await?.ok_or_else(gone)?;
    // A person who was invited anew after an expiry has a later invitation.
    if user.invitation_id.as_deref() != Some(invitation.id.as_str()) {
        return Err(gone());
    }
    if let Some(email) = body.email.as_deref() {
        let address = address::parse(email, "email")?;
        let key = address.key();
        let other = db::users::find_by_email(&mut work.tx, &app.account_id, &key).await?;
        if other.is_some_and(|other| other.id != user.id) {
            return Err(ApiError::new(ProblemCode::AlreadyMember).in_field("email"));
        }
        db::users::set_email(&mut work.tx, &user, address.as_str(), &key).await?;
        db::rows::set_email(&mut work.tx, &batch.id, invitation.row(), address.as_str(), &key).await?;
        db::invitations::next_generation(&mut work.tx, &invitation.id).await?;
    }
    let expires_at = now.plus(DAY * u32::from(batch.options()?.expires_in_days));
    db::invitations::extend(&mut work.tx, &invitation.id, expires_at).await?;
    db::users::extend_invitation(&mut work.tx, &user.id, expires_at).await?;
    db::mails::queue_again(&mut work.tx, &invitation.id, now).await?;
    db::batches::unsettle(&mut work.tx, &batch.id).await?;
    let shown = show(&mut work.tx, &app, &id).await?;
    let resent = AuditAction::InvitationResent;
    let subject = Subject::user(&user.id, &shown.email);
    audit::by_caller(&app, &mut work.tx, &caller, resent, subject).await?;
    let response = work.finish(&app, StatusCode::OK, None, &shown).await?;
    app.batch_changed(&batch.id);
    Ok(response)
}

/// Revokes a pending invitation. Its link stops working, and its seat becomes free.
#[utoipa::path(post, path = "/invitations/{id}/revoke", tag = "invitations", params(("id" = InvitationId, Path)),
    responses((status = 200, body = Invitation)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let invitation = find(&mut work.tx, &app, &id).await?;
    let status = db::rows::invitation_status(&invitation.status, invitation.expires_at, app.now())?;
    if status == InvitationStatus::Accepted {
        return Err(ProblemCode::AlreadyMember.into());
    }
    db::invitations::revoke(&mut work.tx, std::slice::from_ref(&invitation.id)).await?;
    db::batches::touch(&mut work.tx, &invitation.batch_id).await?;
    if status != InvitationStatus::Revoked {
        let revoked = AuditAction::InvitationsRevoked;
        let subject = Subject::maybe_user(invitation.user_id.as_deref(), &invitation.email);
        audit::by_caller(&app, &mut work.tx, &caller, revoked, subject).await?;
    }
    let shown = show(&mut work.tx, &app, &id).await?;
    let response = work.finish(&app, StatusCode::OK, None, &shown).await?;
    app.batch_changed(&invitation.batch_id);
    Ok(response)
}

/// The link of a pending invitation, to be handed over by other means than mail.
#[utoipa::path(post, path = "/invitations/{id}/link", tag = "invitations", params(("id" = InvitationId, Path)),
    responses((status = 200, body = InvitationLink)))]
pub(crate) async fn link(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> ApiResult<Json<InvitationLink>> {
    let mut tx = app.db.write().await?;
    let invitation = find(&mut tx, &app, &id).await?;
    match db::rows::invitation_status(&invitation.status, invitation.expires_at, app.now())? {
        InvitationStatus::Pending => {}
        InvitationStatus::Accepted => return Err(ProblemCode::AlreadyMember.into()),
        InvitationStatus::Expired => return Err(ProblemCode::LinkExpired.into()),
        InvitationStatus::Revoked => return Err(gone()),
    }
    let subject = Subject::maybe_user(invitation.user_id.as_deref(), &invitation.email);
    audit::by_caller(&app, &mut tx, &caller, AuditAction::InvitationLinkRead, subject).await?;
    tx.commit().await?;
    let id = Uuid::parse_str(&invitation.id).map_err(|_| ApiError::new(ProblemCode::Internal))?;
    let token = app.tokens.mint(Purpose::Invitation, Claim { id, generation: invitation.generation() });
    Ok(Json(InvitationLink {
        url: app.link("activate", &token),
        expires_at: Millis(invitation.expires_at).timestamp(),
    }))
}

fn gone() -> ApiError {
    ApiError::new(ProblemCode::Conflict).detail("the invitation was revoked")
}

async fn find(conn: &mut Conn, app: &App, id: &str) -> ApiResult<InvitationRow> {
    db::invitations::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

async fn show(conn: &mut Conn, app: &App, id: &str) -> ApiResult<Invitation> {
    let row = find(conn, app, id).await?;
    let user = match &row.user_id {
        Some(user) => db::users::find(conn, &app.account_id, user).await?,
        None => None,
    };
    let teams = match &row.user_id {
        Some(user) => {
            db::teams::of_users(conn, std::slice::from_ref(user)).await?.remove(user).unwrap_or_default()
        }
        None => Vec::new(),
    };
    let user_id = user.as_ref().map(|user| UserId(user.id.clone()));
    let batch = db::batches::find(conn, &app.account_id, &row.batch_id).await?;
    let options = batch.map(|batch| batch.options()).transpose()?.unwrap_or_default();
    let default_workspace = || options.workspace.clone().unwrap_or_default();
    Ok(Invitation {
        status: db::rows::invitation_status(&row.status, row.expires_at, app.now())?,
        role: user.as_ref().map_or(Ok(options.role), |user| user.role())?,
        workspace: user.map_or_else(default_workspace, |user| user.workspace),
        teams: std::iter::once(api_types::EVERYONE.to_owned()).chain(teams).collect(),
        language: row.language()?,
        delivery: row.delivery()?,
        code: row.code()?,
        row: row.row(),
        id: InvitationId(row.id),
        user_id,
        batch_id: BatchId(row.batch_id),
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
        created_at: Millis(row.created_at).timestamp(),
        expires_at: Millis(row.expires_at).timestamp(),
    })
}
