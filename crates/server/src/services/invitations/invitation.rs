//! One invitation of one person: showing it, sending it again, revoking it, its link.

use std::time::Duration;

use api_types::{
    AuditAction, AuditField, BatchState, Invitation, InvitationId, InvitationLink, InvitationStatus,
    InvitationsByDay, ProblemCode,
};
use uuid::Uuid;

use crate::db::batches::invitations::Invitations;
use crate::db::invitations::InvitationRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::token::{Claim, Purpose};
use crate::services::address;
use crate::services::audit::{self, Subject};
use crate::services::callers;
use crate::services::members::FreeSeats;
use crate::services::proofs;
use crate::services::sessions::Caller;
use crate::state::App;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How many people were invited and how many accepted, on each of the last thirty days.
pub(crate) async fn by_day(app: &App, conn: &mut Conn) -> ApiResult<InvitationsByDay> {
    let days = db::invitations::by_day(conn, &app.account_id, app.now()).await?;
    Ok(InvitationsByDay { days })
}

/// Sends the invitation again, with a new expiry; to a corrected address where one is given, which invalidates earlier
/// links. A batch that was cancelled is sealed by it: what is left of it was sent. Once the transaction is committed, the
/// caller must report the batch as changed.
pub(crate) async fn resend(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &InvitationId,
    email: Option<&str>,
) -> ApiResult<Invitation> {
    let now = app.now();
    let invitation = find(app, conn, id).await?;
    let status = db::invitations::present_status(&invitation.status, invitation.expires_at, now)?;
    match status {
        InvitationStatus::Pending => {}
        InvitationStatus::Expired => FreeSeats::count(app, conn).await?.require()?,
        InvitationStatus::Accepted => return Err(ProblemCode::AlreadyMember.into()),
        InvitationStatus::Revoked => return Err(gone()),
    }
    let batch = db::batches::find::<Invitations>(conn, &app.account_id, &invitation.batch_id).await?;
    let batch = batch.ok_or_else(gone)?;
    let is_still = batch.revoking().is_none() && batch.deliveries().sending == 0;
    match batch.state()? {
        BatchState::Sealed => {}
        // Whatever was to be revoked is, and no mail is on its way that is to be revoked if it comes back.
        BatchState::Cancelled if is_still => {
            db::batches::invitations::seal_again(conn, &batch.id).await?;
        }
        _ => return Err(ApiError::new(ProblemCode::Conflict).detail("the batch is not sealed")),
    }
    let user_id = invitation.user_id.as_ref().ok_or_else(gone)?;
    let user = db::users::find(conn, &app.account_id, user_id).await?.ok_or_else(gone)?;
    // A person who was invited anew after an expiry has a later invitation.
    if user.invitation_id.as_ref() != Some(&invitation.id) {
        return Err(gone());
    }
    proofs::require_to_give(app, caller, user.role()?)?;
    if let Some(email) = email {
        if caller.key().is_none() {
            // Who has the mail becomes that person.
            proofs::require(app, caller)?;
        }
        let address = address::parse(email, "email")?;
        let key = address.key();
        let other = db::users::find_by_email(conn, &app.account_id, &key).await?;
        if other.is_some_and(|other| other.id != user.id) {
            return Err(ApiError::new(ProblemCode::AlreadyMember).in_field("email"));
        }
        db::users::set_email(conn, &user, address.as_str(), &key).await?;
        db::rows::invitations::set_email(conn, batch.number, invitation.row(), address.as_str(), &key)
            .await?;
        db::invitations::next_generation(conn, &invitation.id).await?;
    }
    let recipient = match email {
        Some(email) => address::lookup_key(email),
        None => user.email_key.clone(),
    };
    app.limiter.resend(caller.id(), &recipient, Some(&invitation.id))?;
    let expires_at = now.plus(DAY * u32::from(batch.options().expires_in_days));
    db::invitations::extend(conn, &invitation.id, expires_at).await?;
    db::users::extend_invitation(conn, &user.id, expires_at).await?;
    db::mails::queue_again(conn, &invitation.id, now).await?;
    db::batches::invitations::send_for(conn, &batch.id, (caller.id(), &caller.user.display_name())).await?;
    db::batches::invitations::unsettle(conn, &batch.id).await?;
    let shown = show(app, conn, id).await?;
    let resent = AuditAction::InvitationResent;
    let changes = audit::changed([(AuditField::Email, Some(&user.email), Some(&shown.email))]);
    let subject = Subject::user(&user.id, &shown.email).changing(&changes);
    audit::by_caller(app, conn, caller, resent, subject).await?;
    Ok(shown)
}

/// Revokes a pending invitation. Its link stops working, and its seat becomes free. Once the transaction is committed,
/// the caller must report the batch as changed.
pub(crate) async fn revoke(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &InvitationId,
) -> ApiResult<Invitation> {
    let invitation = find(app, conn, id).await?;
    let status = db::invitations::present_status(&invitation.status, invitation.expires_at, app.now())?;
    if status == InvitationStatus::Accepted {
        return Err(ProblemCode::AlreadyMember.into());
    }
    db::invitations::revoke(conn, std::slice::from_ref(&invitation.id), Some(app.now())).await?;
    db::revocations::end_single(conn, &[&invitation.batch_id], app.now()).await?;
    if status != InvitationStatus::Revoked {
        let revoked = AuditAction::InvitationsRevoked;
        let subject = Subject::maybe_user(invitation.user_id.as_ref(), &invitation.email);
        audit::by_caller(app, conn, caller, revoked, subject).await?;
    }
    show(app, conn, id).await
}

/// The link of a pending invitation, to be handed over by other means than mail.
pub(crate) async fn link(app: &App, caller: &Caller, id: &InvitationId) -> ApiResult<InvitationLink> {
    let mut tx = callers::write(app, caller).await?;
    let invitation = find(app, &mut tx, id).await?;
    match db::invitations::present_status(&invitation.status, invitation.expires_at, app.now())? {
        InvitationStatus::Pending => {}
        InvitationStatus::Accepted => return Err(ProblemCode::AlreadyMember.into()),
        InvitationStatus::Expired => return Err(ProblemCode::LinkExpired.into()),
        InvitationStatus::Revoked => return Err(gone()),
    }
    let user_id = invitation.user_id.as_ref().ok_or_else(gone)?;
    let user = db::users::find(&mut tx, &app.account_id, user_id).await?.ok_or_else(gone)?;
    // Who has the link becomes that person. Whoever made a key has given a proof for what it gives.
    match caller.key() {
        Some(_) => proofs::require_to_give(app, caller, user.role()?)?,
        None => proofs::require(app, caller)?,
    }
    let subject = Subject::maybe_user(invitation.user_id.as_ref(), &invitation.email);
    audit::by_caller(app, &mut tx, caller, AuditAction::InvitationLinkRead, subject).await?;
    tx.commit().await?;
    let id = Uuid::parse_str(invitation.id.as_str()).map_err(|_| ApiError::new(ProblemCode::Internal))?;
    let token = app.tokens.mint(Purpose::Invitation, Claim { id, generation: invitation.generation() });
    Ok(InvitationLink {
        url: app.link("activate", &token),
        expires_at: Millis(invitation.expires_at).timestamp(),
    })
}

fn gone() -> ApiError {
    ApiError::new(ProblemCode::Conflict).detail("the invitation was revoked")
}

async fn find(app: &App, conn: &mut Conn, id: &InvitationId) -> ApiResult<InvitationRow> {
    db::invitations::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

/// The invitation with that id.
pub(crate) async fn show(app: &App, conn: &mut Conn, id: &InvitationId) -> ApiResult<Invitation> {
    let row = find(app, conn, id).await?;
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
    let user_id = user.as_ref().map(|user| user.id.clone());
    let batch = db::batches::find::<Invitations>(conn, &app.account_id, &row.batch_id).await?;
    let options = batch.map(|batch| batch.options().clone()).unwrap_or_default();
    let default_workspace = || options.workspace.clone().unwrap_or_default();
    Ok(Invitation {
        status: db::invitations::present_status(&row.status, row.expires_at, app.now())?,
        role: user.as_ref().map_or(Ok(options.role), |user| user.role())?,
        workspace: user.map_or_else(default_workspace, |user| user.workspace),
        teams: std::iter::once(api_types::EVERYONE.to_owned()).chain(teams).collect(),
        language: row.language()?,
        delivery: row.delivery()?,
        code: row.code()?,
        row: row.row(),
        id: row.id,
        user_id,
        batch_id: row.batch_id,
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
        created_at: Millis(row.created_at).timestamp(),
        expires_at: Millis(row.expires_at).timestamp(),
    })
}
