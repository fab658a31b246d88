use api_types::{
    Invitation, InvitationId, InvitationLink, InvitationResend, InvitationsByDay, MailDraft, MailPreview,
    TestMail, TestMailId, paths,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::error::ApiResult;
use crate::http::extract::{Json, Path};
use crate::http::idempotency::Keyed;
use crate::services::invitations::{invitation, test_mail as test_mails};
use crate::services::mail;
use crate::services::sessions::Caller;
use crate::state::App;

/// How many people were invited and how many accepted, on each of the last thirty days.
#[utoipa::path(get, path = paths::INVITATIONS_BY_DAY, tag = "invitations",
    responses((status = 200, body = InvitationsByDay)))]
pub(crate) async fn by_day(State(app): State<App>) -> ApiResult<Json<InvitationsByDay>> {
    let mut conn = app.db.read().await?;
    Ok(Json(invitation::by_day(&app, &mut conn).await?))
}

/// The mail that invitations with these options send.
#[utoipa::path(post, path = paths::INVITATION_PREVIEW, tag = "invitations", request_body = MailDraft,
    responses((status = 200, body = MailPreview)))]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    Json(draft): Json<MailDraft>,
) -> ApiResult<Json<mail::Email>> {
    Ok(Json(test_mails::preview(&app, &caller, &draft)?))
}

/// Sends that mail to the caller.
#[utoipa::path(post, path = paths::INVITATION_TEST_MAIL, tag = "invitations", request_body = MailDraft,
    responses((status = 202, body = TestMail)))]
pub(crate) async fn test_mail(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<MailDraft>,
) -> ApiResult<Response> {
    let mail = test_mails::queue(&app, &mut work.tx, &caller, body).await?;
    let location = format!("{}{}", paths::BASE, paths::test_mail(&mail.id));
    let response = work.finish(&app, StatusCode::ACCEPTED, Some(location), &mail).await?;
    app.mail_monitor.wake();
    Ok(response)
}

/// What has become of a test mail of the caller.
#[utoipa::path(get, path = paths::template::TEST_MAIL, tag = "invitations", params(("id" = TestMailId, Path)),
    responses((status = 200, body = TestMail)))]
pub(crate) async fn get_test_mail(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TestMailId>,
) -> ApiResult<Json<TestMail>> {
    let mut conn = app.db.read().await?;
    Ok(Json(test_mails::find(&app, &mut conn, &caller, &id).await?))
}

/// One invitation.
#[utoipa::path(get, path = paths::template::INVITATION, tag = "invitations", params(("id" = InvitationId, Path)),
    responses((status = 200, body = Invitation)))]
pub(crate) async fn get(State(app): State<App>, Path(id): Path<InvitationId>) -> ApiResult<Json<Invitation>> {
    let mut conn = app.db.read().await?;
    Ok(Json(invitation::show(&app, &mut conn, &id).await?))
}

/// Sends the invitation again, with a new expiry; on request to a corrected address, which invalidates earlier links.
#[utoipa::path(post, path = paths::template::INVITATION_RESEND, tag = "invitations", params(("id" = InvitationId, Path)),
    request_body = InvitationResend, responses((status = 200, body = Invitation)))]
pub(crate) async fn resend(
    State(app): State<App>,
    Path(id): Path<InvitationId>,
    Keyed { body, caller, mut work }: Keyed<InvitationResend>,
) -> ApiResult<Response> {
    let shown = invitation::resend(&app, &mut work.tx, &caller, &id, body.email.as_deref()).await?;
    let response = work.finish(&app, StatusCode::OK, None, &shown).await?;
    app.batch_changed(&shown.batch_id);
    Ok(response)
}

/// Revokes a pending invitation. Its link stops working, and its seat becomes free.
#[utoipa::path(post, path = paths::template::INVITATION_REVOKE, tag = "invitations", params(("id" = InvitationId, Path)),
    responses((status = 200, body = Invitation)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(id): Path<InvitationId>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let shown = invitation::revoke(&app, &mut work.tx, &caller, &id).await?;
    let response = work.finish(&app, StatusCode::OK, None, &shown).await?;
    app.batch_changed(&shown.batch_id);
    Ok(response)
}

/// The link of a pending invitation, to be handed over by other means than mail.
#[utoipa::path(post, path = paths::template::INVITATION_LINK, tag = "invitations", params(("id" = InvitationId, Path)),
    responses((status = 200, body = InvitationLink)))]
pub(crate) async fn link(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InvitationId>,
) -> ApiResult<Json<InvitationLink>> {
    Ok(Json(invitation::link(&app, &caller, &id).await?))
}
