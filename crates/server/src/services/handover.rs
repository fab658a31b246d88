//! What becomes of the work and the invitations of an administrator who is about to be none any more.

use api_types::{AuditAction, EndingWorkKind, Handover, ProblemCode, Role, limits};

use crate::db::batches::member_changes;
use crate::db::ends_with_access::{Heir, Work, hand_on, work};
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::services::audit::{self, Subject};
use crate::services::invitations::revocations::{self, Which};
use crate::services::proofs;
use crate::services::sessions::Caller;
use crate::state::App;

/// Refuses more batches than are listed.
pub(crate) fn check(wanted: &Handover) -> ApiResult<()> {
    if wanted.take_over.len() > limits::PAGE_MAX as usize {
        return Err(ApiError::new(ProblemCode::PayloadTooLarge)
            .in_field("take_over")
            .limit("take_over", u64::from(limits::PAGE_MAX)));
    }
    Ok(())
}

/// Does with the work and the invitations of a person as the caller wants, in the transaction in which the person loses the
/// right to them, and before that.
pub(crate) async fn carry_out(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    person: &UserRow,
    wanted: &Handover,
) -> ApiResult<()> {
    take_over(app, conn, caller, person, wanted).await?;
    if wanted.end_invitations {
        end_invitations(app, conn, caller, person).await?;
    }
    Ok(())
}

async fn take_over(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    person: &UserRow,
    wanted: &Handover,
) -> ApiResult<()> {
    if wanted.take_over.is_empty() {
        return Ok(());
    }
    let name = caller.user.display_name();
    let key_id = caller.key().map(|key| &key.id);
    let heir = Heir { id: caller.id(), name: &name, key_id };
    for work in work(conn, &app.account_id, &person.id, limits::PAGE_MAX).await? {
        if !wanted.take_over.contains(&work.id) {
            continue;
        }
        // Whoever has it done gives what it gives.
        if makes_admins(app, conn, &work).await? {
            proofs::require_to_give(app, caller, Role::Admin)?;
        }
        hand_on(conn, &work, &person.id, &heir).await?;
        let subject =
            format!("{} {} ({})", work.file_name.as_deref().unwrap_or_default(), person.email, work.left());
        let subject = Subject::user(&person.id, subject.trim_start());
        audit::by_caller(app, conn, caller, AuditAction::WorkTakenOver, subject).await?;
    }
    Ok(())
}

async fn makes_admins(app: &App, conn: &mut Conn, work: &Work) -> DbResult<bool> {
    let account = &app.account_id;
    match work.kind() {
        EndingWorkKind::Invitations => db::invitations::makes_admins(conn, account, work.number).await,
        EndingWorkKind::MemberChanges => {
            member_changes::makes_admins(conn, account, work.number, false).await
        }
        EndingWorkKind::Undo => member_changes::makes_admins(conn, account, work.number, true).await,
    }
}

/// Begins to revoke every pending invitation that the person has sent, batch by batch.
async fn end_invitations(app: &App, conn: &mut Conn, caller: &Caller, person: &UserRow) -> ApiResult<()> {
    let mut people = 0;
    for batch in db::invitations::batches_pending(conn, &app.account_id, &person.id).await? {
        people += revocations::begin(conn, &batch, Which::Pending, app.now()).await?;
    }
    if people > 0 {
        let subject = format!("{} ({people})", person.email);
        let subject = Subject::user(&person.id, &subject);
        audit::by_caller(app, conn, caller, AuditAction::InvitationsRevoked, subject).await?;
    }
    Ok(())
}
