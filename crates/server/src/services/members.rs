//! What administrators may do to members, and doing it: one by one, in bulk, or by a file.

use std::collections::BTreeSet;

use api_types::{AuditAction, ProblemCode, Protection, Role, UserStatus};

use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::services::api_keys;
use crate::services::audit::{self, Actor, Subject};
use crate::services::notices::{self, Happened};
use crate::services::sessions;
use crate::state::App;

/// How many invitations are revoked by one statement.
const REVOKED_AT_ONCE: u32 = 500;

/// Who is protected from one administrator.
pub(crate) struct Protections {
    /// The id of that administrator.
    caller: String,
    original_user: Option<String>,
    marketo_owner: Option<String>,
    /// Active administrators who can sign in.
    able_admins: Vec<String>,
}

impl Protections {
    pub(crate) async fn new(conn: &mut Conn, app: &App, caller: &str) -> DbResult<Self> {
        let account = db::accounts::only(conn).await?;
        // The sync depends on the original user, once there is one.
        let started = db::field_sync::runs::any_started(conn, &app.account_id).await?;
        let management = db::accounts::login_management(conn, &app.account_id).await?;
        let marketo = db::marketo::connection(conn, &app.account_id).await?;
        Ok(Self {
            caller: caller.to_owned(),
            original_user: account.and_then(|account| account.original_user_id).filter(|_| started),
            marketo_owner: marketo.map(|marketo| marketo.owner_id),
            able_admins: db::users::able_admins(conn, &app.account_id, management).await?,
        })
    }

    /// Why a person cannot be removed, deactivated or demoted.
    pub(crate) fn of(&self, row: &UserRow) -> DbResult<Option<Protection>> {
        Ok(if self.original_user.as_deref() == Some(row.id.as_str()) {
            Some(Protection::OriginalUser)
        } else if self.marketo_owner.as_deref() == Some(row.id.as_str()) {
            Some(Protection::MarketoOwner)
        } else if row.id == self.caller {
            Some(Protection::Yourself)
        } else if row.is_active_admin()? && self.able_admins.iter().all(|id| *id == row.id) {
            Some(Protection::LastAdmin)
        } else {
            None
        })
    }

    /// Judges from here on as if this person were no administrator.
    pub(crate) fn without(&mut self, id: &str) {
        self.able_admins.retain(|admin| admin != id);
    }
}

/// The seats that are free, as people are given access and lose it. Members and invited people take one each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FreeSeats {
    limit: u32,
    free: u32,
}

impl FreeSeats {
    pub(crate) async fn count(app: &App, conn: &mut Conn) -> DbResult<Self> {
        let seats = db::accounts::seats(conn, &app.account_id, app.now()).await?;
        Ok(Self { limit: seats.limit, free: seats.free() })
    }

    #[cfg(test)]
    pub(crate) fn of(free: u32) -> Self {
        Self { limit: free, free }
    }

    pub(crate) fn has_any(&self) -> bool {
        self.free > 0
    }

    /// Fails when every seat is taken.
    pub(crate) fn require(&self) -> ApiResult<()> {
        if self.has_any() {
            return Ok(());
        }
        Err(ApiError::new(ProblemCode::SeatsExhausted).limit("seats", u64::from(self.limit)))
    }

    pub(crate) fn take(&mut self, seats: u32) {
        self.free = self.free.saturating_sub(seats);
    }

    /// Takes the seat of a member who is given this status, or frees it.
    pub(crate) fn follow(&mut self, status: Option<UserStatus>) {
        match status {
            Some(UserStatus::Active) => self.take(1),
            Some(UserStatus::Deactivated) => self.free = self.free.saturating_add(1),
            _ => {}
        }
    }
}

/// Gives a person another role.
pub(crate) async fn set_role(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    row: &UserRow,
    role: Role,
) -> DbResult<()> {
    db::users::set_role(conn, &row.id, role).await?;
    let subject = format!("{} ({})", row.email, role.as_str());
    audit::note(app, conn, actor, AuditAction::RoleChanged, Subject::user(&row.id, &subject)).await?;
    let happened = match role {
        Role::Admin => Happened::BecameAdmin,
        Role::User => {
            end_what_they_gave(app, conn, actor, row).await?;
            Happened::IsNoAdmin
        }
    };
    notices::tell(app, conn, &row.id, happened).await?;
    // A session ends when its owner's permissions change.
    sessions::end_all(app, conn, &row.id).await
}

/// Gives a person another workspace.
pub(crate) async fn set_workspace(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    row: &UserRow,
    id: &str,
    name: &str,
) -> DbResult<()> {
    db::users::set_workspace(conn, &row.id, id).await?;
    let subject = format!("{} ({})", row.email, audit::renamed(&row.workspace, name));
    audit::note(app, conn, actor, AuditAction::WorkspaceChanged, Subject::user(&row.id, &subject)).await
}

/// Ends what a person who is no longer an active administrator could give others: their API keys, and the pending
/// invitations by which somebody would become an administrator. Those of plain users stay.
pub(crate) async fn end_what_they_gave(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    row: &UserRow,
) -> DbResult<()> {
    api_keys::end_of(app, conn, actor, &row.id).await?;
    let mut revoked = 0;
    loop {
        let pending = db::invitations::admins_of(conn, &app.account_id, &row.id, REVOKED_AT_ONCE).await?;
        if pending.is_empty() {
            break;
        }
        let (numbers, batches): (Vec<i64>, BTreeSet<String>) = pending.into_iter().unzip();
        revoked += db::invitations::revoke_pending(conn, &numbers).await?;
        for batch in &batches {
            db::batches::touch(conn, batch).await?;
        }
    }
    if revoked > 0 {
        let subject = format!("{} ({revoked})", row.email);
        let subject = Subject::user(&row.id, &subject);
        audit::note(app, conn, actor, AuditAction::InvitationsRevoked, subject).await?;
    }
    Ok(())
}

/// Ends a member's access.
pub(crate) async fn deactivate(app: &App, conn: &mut Conn, actor: Actor<'_>, row: &UserRow) -> DbResult<()> {
    db::users::set_status(conn, &row.id, UserStatus::Deactivated).await?;
    audit::note(app, conn, actor, AuditAction::UserDeactivated, row).await?;
    end_what_they_gave(app, conn, actor, row).await?;
    sessions::end_all(app, conn, &row.id).await
}

/// Gives a deactivated member access again. The caller has found a free seat, see [`FreeSeats`].
pub(crate) async fn reactivate(app: &App, conn: &mut Conn, actor: Actor<'_>, row: &UserRow) -> DbResult<()> {
    db::users::set_status(conn, &row.id, UserStatus::Active).await?;
    audit::note(app, conn, actor, AuditAction::UserReactivated, row).await
}
