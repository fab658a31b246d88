//! What administrators may do to members, and doing it: one by one, in bulk, or by a file.

use std::collections::{BTreeSet, HashMap, HashSet};

use api_types::{AuditAction, AuditChange, AuditField, ProblemCode, Protection, Role, UserId, UserStatus};

use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::services::api_keys;
use crate::services::audit::{self, Actor, Done};
use crate::services::notices::{self, Happened};
use crate::services::sessions;
use crate::state::App;

/// How many invitations are revoked by one statement.
const REVOKED_AT_ONCE: u32 = 500;

/// Who is protected from one administrator.
pub(crate) struct Protections {
    /// The id of that administrator.
    caller: UserId,
    original_user: Option<UserId>,
    marketo_owner: Option<UserId>,
    /// Active administrators who can sign in: no more of them than it takes to see that one is not the last.
    able_admins: HashSet<UserId>,
}

impl Protections {
    pub(crate) async fn new(conn: &mut Conn, app: &App, caller: &UserId) -> DbResult<Self> {
        Self::of_changes(conn, app, caller, 0, None).await
    }

    /// For judging so many changes, each as if those before it were made, and also the compared ones of this batch.
    pub(crate) async fn of_changes(
        conn: &mut Conn,
        app: &App,
        caller: &UserId,
        changes: usize,
        batch: Option<i64>,
    ) -> DbResult<Self> {
        let account = db::accounts::only(conn).await?;
        // The sync depends on the original user, once there is one.
        let started = db::field_sync::runs::any_started(conn, &app.account_id).await?;
        let management = db::accounts::login_management(conn, &app.account_id).await?;
        let marketo = db::marketo::connection(conn, &app.account_id).await?;
        Ok(Self {
            caller: caller.clone(),
            original_user: account.and_then(|account| account.original_user_id).filter(|_| started),
            marketo_owner: marketo.map(|marketo| marketo.owner_id),
            able_admins: db::users::able_admins(conn, &app.account_id, management, batch, changes + 2)
                .await?,
        })
    }

    /// Why a person cannot be removed, deactivated or demoted.
    pub(crate) fn of(&self, row: &UserRow) -> DbResult<Option<Protection>> {
        Ok(if self.original_user.as_ref() == Some(&row.id) {
            Some(Protection::OriginalUser)
        } else if self.marketo_owner.as_ref() == Some(&row.id) {
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
    pub(crate) fn without(&mut self, id: &UserId) {
        self.able_admins.remove(id);
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

fn ids<'a>(people: &[&'a UserRow]) -> Vec<&'a UserId> {
    people.iter().map(|person| &person.id).collect()
}

/// People with what a text says of each, and what has changed.
fn said<'a>(
    people: &[&'a UserRow],
    text: impl Fn(&UserRow) -> String,
    change: impl Fn(&UserRow) -> Option<AuditChange>,
) -> Vec<Done<'a>> {
    let done = |person: &&'a UserRow| Done {
        person,
        text: text(person),
        changes: change(person).into_iter().collect(),
    };
    people.iter().map(done).collect()
}

/// The change of a person's access.
fn access(from: UserStatus, to: UserStatus) -> Option<AuditChange> {
    Some(audit::change(AuditField::Status, Some(from.as_str()), Some(to.as_str())))
}

/// Gives people another role. This and what follows takes a few statements, however many they are.
pub(crate) async fn set_role(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    people: &[&UserRow],
    role: Role,
) -> DbResult<()> {
    if people.is_empty() {
        return Ok(());
    }
    let ids = ids(people);
    db::users::set_role(conn, &ids, role, app.now()).await?;
    let change = |person: &UserRow| {
        let before = person.role().ok();
        Some(audit::change(AuditField::Role, before.map(Role::as_str), Some(role.as_str())))
    };
    let events = said(people, |person| format!("{} ({})", person.email, role.as_str()), change);
    audit::note_people(app, conn, actor, AuditAction::RoleChanged, &events).await?;
    let happened = match role {
        Role::Admin => Happened::BecameAdmin,
        Role::User => {
            end_what_they_gave(app, conn, actor, people).await?;
            Happened::IsNoAdmin
        }
    };
    // Whoever has only been invited has no role to lose yet, and may be anybody: the invitation is what they get.
    let mut told = Vec::new();
    for person in people {
        if !matches!(person.status(app.now())?, UserStatus::Invited | UserStatus::Expired) {
            told.push(&person.id);
        }
    }
    notices::tell_each(app, conn, &told, happened).await?;
    // A session ends when its owner's permissions change.
    sessions::end_all(app, conn, &ids).await
}

/// Gives people another workspace.
pub(crate) async fn set_workspace(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    people: &[&UserRow],
    id: &str,
    name: &str,
) -> DbResult<()> {
    db::users::set_workspace(conn, &ids(people), id).await?;
    let text = |person: &UserRow| format!("{} ({})", person.email, audit::renamed(&person.workspace, name));
    let change =
        |person: &UserRow| Some(audit::change(AuditField::Workspace, Some(&person.workspace), Some(name)));
    let events = said(people, text, change);
    audit::note_people(app, conn, actor, AuditAction::WorkspaceChanged, &events).await
}

/// Ends what people who are no longer active administrators could give others: their API keys, and the pending
/// invitations by which somebody would become an administrator. Those of plain users stay.
pub(crate) async fn end_what_they_gave(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    people: &[&UserRow],
) -> DbResult<()> {
    let ids = ids(people);
    api_keys::end_of(app, conn, actor, &ids).await?;
    let mut revoked: HashMap<UserId, u32> = HashMap::new();
    loop {
        let pending = db::invitations::admins_of(conn, &app.account_id, &ids, REVOKED_AT_ONCE).await?;
        if pending.is_empty() {
            break;
        }
        let numbers: Vec<i64> = pending.iter().map(|invitation| invitation.number).collect();
        db::invitations::revoke_pending(conn, &numbers, Some(app.now())).await?;
        let batches: BTreeSet<_> = pending.iter().map(|invitation| &invitation.batch_id).collect();
        db::revocations::end_single(conn, &Vec::from_iter(batches), app.now()).await?;
        for invitation in pending {
            *revoked.entry(invitation.created_by).or_default() += 1;
        }
    }
    let those: Vec<_> = people.iter().copied().filter(|person| revoked.contains_key(&person.id)).collect();
    let events = said(&those, |person| format!("{} ({})", person.email, revoked[&person.id]), |_| None);
    audit::note_people(app, conn, actor, AuditAction::InvitationsRevoked, &events).await
}

/// Ends the access of members.
pub(crate) async fn deactivate(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    people: &[&UserRow],
) -> DbResult<()> {
    if people.is_empty() {
        return Ok(());
    }
    let ids = ids(people);
    db::users::set_status(conn, &ids, UserStatus::Deactivated, app.now()).await?;
    let change = |_: &UserRow| access(UserStatus::Active, UserStatus::Deactivated);
    let events = said(people, |person| person.email.clone(), change);
    audit::note_people(app, conn, actor, AuditAction::UserDeactivated, &events).await?;
    notices::tell_each(app, conn, &ids, Happened::Deactivated).await?;
    end_what_they_gave(app, conn, actor, people).await?;
    sessions::end_all(app, conn, &ids).await
}

/// Gives deactivated members access again. The caller has found free seats, see [`FreeSeats`].
pub(crate) async fn reactivate(
    app: &App,
    conn: &mut Conn,
    actor: Actor<'_>,
    people: &[&UserRow],
) -> DbResult<()> {
    if people.is_empty() {
        return Ok(());
    }
    let ids = ids(people);
    // Whoever gives access again says that the person may come as another user of Salesforce.
    db::salesforce::forget_identities(conn, &ids).await?;
    db::users::set_status(conn, &ids, UserStatus::Active, app.now()).await?;
    notices::tell_each(app, conn, &ids, Happened::Reactivated).await?;
    let change = |_: &UserRow| access(UserStatus::Deactivated, UserStatus::Active);
    let events = said(people, |person| person.email.clone(), change);
    audit::note_people(app, conn, actor, AuditAction::UserReactivated, &events).await
}
