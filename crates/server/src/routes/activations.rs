use api_types::{
    Activation, ActivationAccept, ActivationInspect, ActivationState, AuditAction, InvitationStatus,
    ProblemCode, Session,
};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::profile::name;
use crate::app::App;
use crate::audit::{self, Actor};
use crate::auth::session;
use crate::clock::Millis;
use crate::db::invitations::InvitationRow;
use crate::db::{self, Conn};
use crate::error::ApiResult;
use crate::extract::Json;
use crate::password;
use crate::token::Purpose;

/// Says what an invitation link is. Nothing is used up, so that mail scanners do no harm.
#[utoipa::path(post, path = "/activations/inspect", tag = "activations", request_body = ActivationInspect,
    responses((status = 200, body = Activation)))]
pub(crate) async fn inspect(
    State(app): State<App>,
    Json(inspect): Json<ActivationInspect>,
) -> ApiResult<Json<Activation>> {
    let mut conn = app.db.read().await?;
    let (invitation, state) = find(&mut conn, &app, &inspect.token).await?;
    Ok(Json(Activation {
        state,
        account_name: app.account_name.clone(),
        language: invitation.language()?,
        expires_at: Millis(invitation.expires_at).timestamp(),
        inviter: invitation.inviter,
        email: invitation.email,
        first_name: invitation.first_name,
        last_name: invitation.last_name,
    }))
}

/// Accepts an invitation with a password of one's own, and signs in.
#[utoipa::path(post, path = "/activations/accept", tag = "activations", request_body = ActivationAccept,
    responses((status = 200, body = Session)))]
pub(crate) async fn accept(
    State(app): State<App>,
    head: HeaderMap,
    Json(accept): Json<ActivationAccept>,
) -> ApiResult<Response> {
    let first_name = name("first_name", accept.first_name)?;
    let last_name = name("last_name", accept.last_name)?;
    let mut conn = app.db.read().await?;
    let (invitation, state) = find(&mut conn, &app, &accept.token).await?;
    drop(conn);
    require_open(state)?;
    password::check_rules(&accept.password, &invitation.email)?;
    let hash = app.passwords.hash(accept.password).await?;

    let mut tx = app.db.write().await?;
    // Asked again: hashing takes long enough for a second use of the link.
    let (invitation, state) = find(&mut tx, &app, &accept.token).await?;
    require_open(state)?;
    let user_id = invitation.user_id.as_deref().ok_or(ProblemCode::LinkRevoked)?;
    let user = db::users::find(&mut tx, &app.account_id, user_id).await?.ok_or(ProblemCode::LinkRevoked)?;
    db::users::rename(&mut tx, &user, first_name.as_deref(), last_name.as_deref()).await?;
    db::users::set_password(&mut tx, user_id, &hash).await?;
    db::users::activate(&mut tx, user_id, invitation.language()?).await?;
    db::invitations::accept(&mut tx, &invitation.id).await?;
    let user = db::users::find(&mut tx, &app.account_id, user_id).await?.ok_or(ProblemCode::LinkRevoked)?;
    audit::note(&app, &mut tx, Actor::User(&user), AuditAction::UserActivated, &user.email).await?;
    db::batches::touch(&mut tx, &invitation.batch_id).await?;
    let opened = session::open(&app, &mut tx, user_id, &head).await?;
    tx.commit().await?;
    app.batch_changed(&invitation.batch_id);
    Ok(opened.into_response(&app))
}

async fn find(conn: &mut Conn, app: &App, token: &str) -> ApiResult<(InvitationRow, ActivationState)> {
    let claim = app.tokens.verify(Purpose::Invitation, token).ok_or(ProblemCode::LinkInvalid)?;
    let invitation = db::invitations::find(conn, &app.account_id, &claim.id.to_string())
        .await?
        .ok_or(ProblemCode::LinkInvalid)?;
    let status = db::rows::invitation_status(&invitation.status, invitation.expires_at, app.now())?;
    let state = match status {
        InvitationStatus::Accepted => ActivationState::Used,
        InvitationStatus::Revoked => ActivationState::Revoked,
        // A corrected address withdrew the link.
        _ if claim.generation != invitation.generation() => ActivationState::Revoked,
        InvitationStatus::Expired => ActivationState::Expired,
        InvitationStatus::Pending => ActivationState::Open,
    };
    Ok((invitation, state))
}

fn require_open(state: ActivationState) -> ApiResult<()> {
    match state {
        ActivationState::Open => Ok(()),
        ActivationState::Used => Err(ProblemCode::LinkUsed.into()),
        ActivationState::Expired => Err(ProblemCode::LinkExpired.into()),
        ActivationState::Revoked => Err(ProblemCode::LinkRevoked.into()),
    }
}
