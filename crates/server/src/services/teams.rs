//! What teams' members have become, in the audit log.

use api_types::{AuditAction, UserId};

use crate::db::{Conn, DbResult};
use crate::services::audit::{self, Actor, Subject};
use crate::state::App;

/// Notes who joined and who left a team, unless nobody did.
pub(crate) async fn note_members(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    team: &str,
    joined: &[UserId],
    left: &[UserId],
) -> DbResult<()> {
    let only = match (joined, left) {
        ([], []) => return Ok(()),
        ([one], []) | ([], [one]) => Some(one.0.as_str()),
        _ => None,
    };
    let subject = format!("{team} (+{} \u{2212}{})", joined.len(), left.len());
    audit::note(app, conn, actor, AuditAction::TeamMembersChanged, Subject::maybe_user(only, &subject)).await
}
