//! Accepting invitations, by password or through Salesforce.

use api_types::{ActivationState, AuditAction, InvitationStatus, ProblemCode};

use crate::db::invitations::InvitationRow;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::ApiResult;
use crate::platform::token::Claim;
use crate::services::audit::{self, Actor};
use crate::state::App;

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
    by_id(conn, app, &claim.id.to_string(), claim.generation).await
}

/// The invitation with that id, as a link of that generation sees it.
pub(crate) async fn by_id(conn: &mut Conn, app: &App, id: &str, generation: u32) -> ApiResult<Invited> {
    let invitation =
        db::invitations::find(conn, &app.account_id, id).await?.ok_or(ProblemCode::LinkInvalid)?;
    let status = db::rows::invitation_status(&invitation.status, invitation.expires_at, app.now())?;
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

/// Makes the invited person a member. Once the transaction is committed, the caller must report the batch as changed.
pub(crate) async fn accept(
    conn: &mut Conn,
    app: &App,
    invitation: &InvitationRow,
    names: &Names,
) -> ApiResult<UserRow> {
    let id = invitation.user_id.as_deref().ok_or(ProblemCode::LinkRevoked)?;
    let user = db::users::find(conn, &app.account_id, id).await?.ok_or(ProblemCode::LinkRevoked)?;
    db::users::rename(conn, &user, names.first.as_deref(), names.last.as_deref()).await?;
    db::users::activate(conn, id, invitation.language()?).await?;
    db::invitations::accept(conn, &invitation.id).await?;
    db::batches::touch(conn, &invitation.batch_id).await?;
    let user = db::users::find(conn, &app.account_id, id).await?.ok_or(ProblemCode::LinkRevoked)?;
    audit::note(app, conn, Actor::User(&user), AuditAction::UserActivated, &user).await?;
    Ok(user)
}
