//! Accepting invitations, by password or through Salesforce.

use api_types::{
    Activation, ActivationState, AuditAction, BatchId, InvitationId, InvitationStatus, ProblemCode, UserId,
};

use crate::db::invitations::InvitationRow;
use crate::db::users::UserRow;
use crate::db::webhooks::{self, invitations::Happened};
use crate::db::{self, Conn};
use crate::error::ApiResult;
use crate::platform::clock::Millis;
use crate::platform::token::Claim;
use crate::services::audit::{self, Actor};
use crate::services::sessions;
use crate::state::App;
use crate::state::passwords;

/// An invitation and the state of its link.
pub(crate) struct Invited {
    pub(crate) invitation: InvitationRow,
    pub(crate) state: ActivationState,
}

/// The names that a person enters; `None` leaves those of the invitation.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
}

/// The invitation of a link.
pub(crate) async fn by_claim(conn: &mut Conn, app: &App, claim: &Claim) -> ApiResult<Invited> {
    by_id(conn, app, &InvitationId(claim.id.to_string()), claim.generation).await
}

/// The invitation with that id, as a link of that generation sees it.
pub(crate) async fn by_id(
    conn: &mut Conn,
    app: &App,
    id: &InvitationId,
    generation: u32,
) -> ApiResult<Invited> {
    let invitation =
        db::invitations::find(conn, &app.account_id, id).await?.ok_or(ProblemCode::LinkInvalid)?;
    let status = db::invitations::present_status(&invitation.status, invitation.expires_at, app.now())?;
    let state = match status {
        InvitationStatus::Accepted => ActivationState::Used,
        InvitationStatus::Revoked => ActivationState::Revoked,
        // A corrected address withdrew the link.
        _ if generation != invitation.generation() => ActivationState::Revoked,
        InvitationStatus::Expired => ActivationState::Expired,
        InvitationStatus::Pending => ActivationState::Open,
    };
    Ok(Invited { invitation, state })
}

impl Invited {
    /// The invitation, if it can still be accepted.
    pub(crate) fn open(self) -> ApiResult<InvitationRow> {
        match self.state {
            ActivationState::Open => Ok(self.invitation),
            ActivationState::Used => Err(ProblemCode::LinkUsed.into()),
            ActivationState::Expired => Err(ProblemCode::LinkExpired.into()),
            ActivationState::Revoked => Err(ProblemCode::LinkRevoked.into()),
        }
    }
}

/// What the holder of a link is told of its invitation.
pub(crate) async fn show(app: &App, conn: &mut Conn, claim: &Claim) -> ApiResult<Activation> {
    let Invited { invitation, state } = by_claim(conn, app, claim).await?;
    Ok(Activation {
        state,
        account_name: app.account_name.clone(),
        login_management: db::accounts::login_management(conn, &app.account_id).await?,
        language: invitation.language()?,
        expires_at: Millis(invitation.expires_at).timestamp(),
        inviter: invitation.inviter,
        email: invitation.email,
        first_name: invitation.first_name,
        last_name: invitation.last_name,
    })
}

/// The hash of the password with which the invitation of a link is to be accepted, if it can be.
pub(crate) async fn hash_password(app: &App, claim: &Claim, password: String) -> ApiResult<String> {
    let mut conn = app.db.read().await?;
    sessions::require_passwords(&mut conn, app).await?;
    let invitation = by_claim(&mut conn, app, claim).await?.open()?;
    drop(conn);
    passwords::check_rules(&password, &invitation.email)?;
    app.passwords.hash(password).await
}

/// Who has become a member.
pub(crate) struct Accepted {
    pub(crate) user_id: UserId,
    pub(crate) batch_id: BatchId,
}

/// Makes the invited person a member with a password, by its hash of [`hash_password`]. Once the transaction is
/// committed, the caller must report the batch as changed.
pub(crate) async fn accept_by_password(
    app: &App,
    conn: &mut Conn,
    claim: &Claim,
    names: &Names,
    hash: &str,
) -> ApiResult<Accepted> {
    // Read again: during hashing the link may have been used.
    let invitation = by_claim(conn, app, claim).await?.open()?;
    let user = accept(conn, app, &invitation, names).await?;
    db::users::set_password(conn, &user.id, hash).await?;
    Ok(Accepted { user_id: user.id, batch_id: invitation.batch_id })
}

/// Makes the invited person a member. Once the transaction is committed, the caller must report the batch as changed.
pub(crate) async fn accept(
    conn: &mut Conn,
    app: &App,
    invitation: &InvitationRow,
    names: &Names,
) -> ApiResult<UserRow> {
    let id = invitation.user_id.as_ref().ok_or(ProblemCode::LinkRevoked)?;
    let user = db::users::find(conn, &app.account_id, id).await?.ok_or(ProblemCode::LinkRevoked)?;
    db::users::rename(conn, &user, names.first.as_deref(), names.last.as_deref()).await?;
    db::users::activate(conn, id, invitation.language()?, app.now()).await?;
    db::invitations::accept(conn, &invitation.id).await?;
    webhooks::invitations::tell_of(conn, &invitation.id, Happened::Accepted, app.now()).await?;
    db::batches::touch(conn, &invitation.batch_id).await?;
    let user = db::users::find(conn, &app.account_id, id).await?.ok_or(ProblemCode::LinkRevoked)?;
    audit::note(app, conn, Actor::User(&user), AuditAction::UserActivated, &user).await?;
    Ok(user)
}
