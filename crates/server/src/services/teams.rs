//! What teams' members have become, in the audit log.

use api_types::{AuditAction, UserId};

use crate::db::{self, Conn, DbResult};
use crate::services::audit::{self, Actor, Subject};
use crate::state::App;

const MINUS: char = '\u{2212}';

/// Notes who joined and who left a team, unless nobody did.
pub(crate) async fn note_members(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    team: &str,
    joined: &[UserId],
    left: &[UserId],
) -> DbResult<()> {
    let (sign, only) = match (joined, left) {
        ([], []) => return Ok(()),
        ([one], []) => ('+', Some(one)),
        ([], [one]) => (MINUS, Some(one)),
        _ => (MINUS, None),
    };
    let subject = match only {
        Some(UserId(id)) => match db::users::find(conn, &app.account_id, id).await? {
            Some(person) => format!("{team} ({sign}{})", person.email),
            None => return Ok(()),
        },
        None => format!("{team} (+{} {MINUS}{})", joined.len(), left.len()),
    };
    let only = only.map(|UserId(id)| id.as_str());
    audit::note(app, conn, actor, AuditAction::TeamMembersChanged, Subject::maybe_user(only, &subject)).await
}
