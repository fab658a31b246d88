//! Invitations that are not accepted yet.

use api_types::{InvitationId, InvitationLink, InvitationResend, InvitationsByDay, paths};

use super::{Call, Failure, get};
use crate::platform::random;

/// Sends an invitation again, to the same or a corrected address; its validity starts over.
pub(crate) async fn resend(id: &InvitationId, corrected: Option<String>) -> Result<(), Failure> {
    Call::post(paths::invitation_resend(id))
        .idempotency_key(random::uuid())
        .json(&InvitationResend { email: corrected })
        .done()
        .await
}

/// Revokes an invitation: its link stops working.
pub(crate) async fn revoke(id: &InvitationId) -> Result<(), Failure> {
    Call::post(paths::invitation_revoke(id)).idempotency_key(random::uuid()).done().await
}

/// The link of an invitation, to be passed on by other means than mail. Requested by `POST`, because it opens an
/// account.
pub(crate) async fn link(id: &InvitationId) -> Result<InvitationLink, Failure> {
    Call::post(paths::invitation_link(id)).fetch().await
}

/// How many people were invited and accepted, day by day.
pub(crate) async fn by_day() -> Result<InvitationsByDay, Failure> {
    get(paths::INVITATIONS_BY_DAY).await
}
