//! Members and invited people: how administrators see them, change them and remove them.

use api_types::{
    AuditAction, AuditField, BatchId, Handover, List, ListMeta, PendingInvitation, Persona, ProblemCode,
    Protection, Role, StatusCounts, TeamId, User, UserChange, UserId, UserQuery, UserRecord, UserStatus,
    WorkspaceId, limits,
};

use crate::db::long_list::Total;
use crate::db::salesforce::ConnectionRow;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::services::audit::{self, Actor, Subject};
use crate::services::handover;
use crate::services::marketo::connection;
use crate::services::members::{self, FreeSeats, Protections};
use crate::services::names;
use crate::services::proofs;
use crate::services::salesforce;
use crate::services::sessions::Caller;
use crate::state::App;

/// A page of people.
pub(crate) struct Page {
    people: Vec<User>,
    /// Where the next page begins, if there is one.
    next: Option<String>,
    total: Total,
    /// How many people precede the page, unless its cursor does not say so.
    before: Option<u64>,
    statuses: Option<StatusCounts>,
}

impl Page {
    /// The list that is answered; `cursor` makes the cursor of the place where the next page begins.
    pub(crate) fn into_list(self, cursor: impl FnOnce(String) -> String) -> List<User> {
        let meta = self.total.meta(self.next.map(cursor));
        List { items: self.people, meta: ListMeta { before: self.before, statuses: self.statuses, ..meta } }
    }
}

/// A page of all people, or of those in a team, as the caller sees them. `None` where the query's cursor is not one of
/// this list's.
pub(crate) async fn page(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    team: Option<&TeamId>,
    query: &UserQuery,
    limit: u32,
) -> ApiResult<Option<Page>> {
    let now = app.now();
    let Some(page) = db::users::list(conn, &app.account_id, team, query, limit, now).await? else {
        return Ok(None);
    };
    let viewer = Viewer::new(conn, app, caller.id()).await?;
    let people = viewer.show(conn, page.rows, now).await?;
    Ok(Some(Page {
        people,
        next: page.next_cursor,
        total: page.total,
        before: page.before,
        statuses: page.statuses,
    }))
}

pub(crate) async fn find(app: &App, conn: &mut Conn, id: &UserId) -> ApiResult<UserRow> {
    db::users::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

/// One person, as the caller sees them.
pub(crate) async fn show(app: &App, conn: &mut Conn, caller: &Caller, id: &UserId) -> ApiResult<User> {
    let row = find(app, conn, id).await?;
    let viewer = Viewer::new(conn, app, caller.id()).await?;
    viewer.show(conn, vec![row], app.now()).await?.pop().ok_or_else(ApiError::not_found)
}

/// What the account keeps of one person: invitations and connections.
pub(crate) async fn record(app: &App, conn: &mut Conn, id: &UserId) -> ApiResult<UserRecord> {
    let row = find(app, conn, id).await?;
    let salesforce = db::salesforce::of_user(conn, &app.account_id, id).await?;
    Ok(UserRecord {
        created_at: row.created().timestamp(),
        invitations: db::invitations::of_user(conn, id, app.now()).await?,
        salesforce: salesforce.map(|connection| connection.view()).transpose()?,
        marketo: connection::of_user(conn, app, id).await?,
        ends: db::ends_with_access::of(conn, &app.account_id, id, limits::PAGE_MAX, app.now()).await?,
    })
}

/// A change with its names as they are stored.
pub(crate) fn cleaned(change: UserChange) -> ApiResult<UserChange> {
    Ok(UserChange {
        first_name: names::of_person("first_name", change.first_name)?,
        last_name: names::of_person("last_name", change.last_name)?,
        ..change
    })
}

/// Changes a person's role, personas, name or workspace. The names are [`cleaned`].
pub(crate) async fn change(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    row: &UserRow,
    change: &UserChange,
) -> ApiResult<()> {
    let role = change.role.filter(|role| row.role().is_ok_and(|now| now != *role));
    if change.handover.is_some() && change.role != Some(Role::User) {
        return Err(ApiError::field("handover", "only where an administrator becomes a user"));
    }
    if let Some(role) = role {
        proofs::require_to_give(app, caller, role)?;
        if role == Role::User {
            refuse_protected(app, conn, caller, row).await?;
            handover::carry_out(app, conn, caller, row, &change.handover.clone().unwrap_or_default()).await?;
        }
        members::set_role(app, conn, Actor::Caller(caller), &[row], role).await?;
    }
    if let Some(personas) = &change.personas {
        let row = find(app, conn, &row.id).await?;
        set_personas(app, conn, caller, &row, personas).await?;
    }
    if change.first_name.is_some() || change.last_name.is_some() {
        db::users::rename(conn, row, change.first_name.as_deref(), change.last_name.as_deref()).await?;
        let after = find(app, conn, &row.id).await?;
        audit::user_renamed(app, conn, caller, row, &after).await?;
    }
    if let Some(workspace) = &change.workspace {
        set_workspace(app, conn, caller, row, workspace).await?;
    }
    Ok(())
}

/// Sets the personas of a user. They give no permissions, so no session ends.
async fn set_personas(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    row: &UserRow,
    personas: &[Persona],
) -> ApiResult<()> {
    if !personas.is_empty() && row.role()? != Role::Admin {
        return Err(ApiError::field("personas", "only an administrator has personas"));
    }
    let now = row.personas();
    if Persona::ALL.iter().all(|persona| now.contains(persona) == personas.contains(persona)) {
        return Ok(());
    }
    db::users::set_personas(conn, &row.id, personas).await?;
    let names = Persona::ALL.into_iter().filter(|persona| personas.contains(persona)).map(Persona::as_str);
    let names = names.collect::<Vec<_>>().join(", ");
    let subject = format!("{} ({names})", row.email);
    let before: Vec<_> = now.iter().map(|persona| persona.as_str()).collect();
    let changes = [audit::change(AuditField::Personas, Some(&before.join(", ")), Some(&names))];
    let subject = Subject::user(&row.id, &subject).changing(&changes);
    audit::by_caller(app, conn, caller, AuditAction::PersonasChanged, subject).await?;
    Ok(())
}

async fn set_workspace(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    row: &UserRow,
    id: &WorkspaceId,
) -> ApiResult<()> {
    let workspaces = db::teams::workspaces(conn, &app.account_id).await?;
    let Some(workspace) = workspaces.into_iter().find(|workspace| workspace.id == *id) else {
        return Err(ApiError::field("workspace", "the account has no such workspace"));
    };
    if workspace.name == row.workspace {
        return Ok(());
    }
    members::set_workspace(app, conn, Actor::Caller(caller), &[row], id.as_str(), &workspace.name).await?;
    Ok(())
}

/// Ends a member's access, unless it has ended, and keeps their data.
pub(crate) async fn deactivate(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    row: &UserRow,
    wanted: &Handover,
) -> ApiResult<()> {
    match row.status(app.now())? {
        UserStatus::Deactivated => {}
        UserStatus::Active => {
            refuse_protected(app, conn, caller, row).await?;
            handover::carry_out(app, conn, caller, row, wanted).await?;
            members::deactivate(app, conn, Actor::Caller(caller), &[row]).await?;
        }
        UserStatus::Invited | UserStatus::Expired => return Err(not_a_member()),
    }
    Ok(())
}

/// Gives a deactivated member access again, if a seat is free.
pub(crate) async fn reactivate(app: &App, conn: &mut Conn, caller: &Caller, row: &UserRow) -> ApiResult<()> {
    match row.status(app.now())? {
        UserStatus::Active => {}
        UserStatus::Deactivated => {
            proofs::require_to_give(app, caller, row.role()?)?;
            FreeSeats::count(app, conn).await?.require()?;
            members::reactivate(app, conn, Actor::Caller(caller), &[row]).await?;
        }
        UserStatus::Invited | UserStatus::Expired => return Err(not_a_member()),
    }
    Ok(())
}

fn not_a_member() -> ApiError {
    ApiError::new(ProblemCode::Conflict).detail("the invitation has not been accepted")
}

/// What a person had who was removed.
#[must_use = "what depends on it is to be told"]
pub(crate) struct Removed {
    /// The batch of the invitation.
    batch: Option<BatchId>,
    connection: Option<ConnectionRow>,
}

impl Removed {
    /// Notifies those who follow the batch, and Salesforce, once the transaction is committed.
    pub(crate) async fn tell(&self, app: &App) {
        if let Some(batch) = &self.batch {
            app.batch_changed(batch);
        }
        if let Some(connection) = &self.connection {
            salesforce::let_go(app, connection).await;
        }
    }
}

/// Removes a member, or withdraws a person's invitation.
pub(crate) async fn remove(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: &UserId,
    wanted: &Handover,
) -> ApiResult<Removed> {
    let row = find(app, conn, id).await?;
    refuse_protected(app, conn, caller, &row).await?;
    handover::carry_out(app, conn, caller, &row, wanted).await?;
    let mut batch = None;
    if let Some(invitation) = &row.invitation_id {
        batch = db::invitations::find(conn, &app.account_id, invitation).await?.map(|found| found.batch_id);
        db::invitations::revoke(conn, std::slice::from_ref(invitation), Some(app.now())).await?;
    }
    let connection = db::salesforce::of_user(conn, &app.account_id, id).await?;
    members::end_what_they_gave(app, conn, Actor::Caller(caller), &[&row]).await?;
    db::users::delete(conn, id).await?;
    let changes = audit::changed([
        (AuditField::Role, Some(row.role()?.as_str()), None),
        (AuditField::Status, Some(row.status(app.now())?.as_str()), None),
        (AuditField::Workspace, Some(&row.workspace), None),
    ]);
    let subject = Subject::from(&row).changing(&changes);
    audit::by_caller(app, conn, caller, AuditAction::UserRemoved, subject).await?;
    if let Some(batch) = &batch {
        db::revocations::end_single(conn, &[batch], app.now()).await?;
    }
    Ok(Removed { batch, connection })
}

async fn refuse_protected(app: &App, conn: &mut Conn, caller: &Caller, row: &UserRow) -> ApiResult<()> {
    let viewer = Viewer::new(conn, app, caller.id()).await?;
    match viewer.0.of(row)? {
        Some(protection) => Err(ApiError::new(ProblemCode::UserProtected).detail(protection.as_str())),
        None => Ok(()),
    }
}

/// The administrator to whom people are shown.
struct Viewer(Protections);

impl Viewer {
    async fn new(conn: &mut Conn, app: &App, id: &UserId) -> ApiResult<Self> {
        Ok(Self(Protections::new(conn, app, id).await?))
    }

    async fn show(&self, conn: &mut Conn, rows: Vec<UserRow>, now: Millis) -> ApiResult<Vec<User>> {
        let ids: Vec<UserId> = rows.iter().map(|row| row.id.clone()).collect();
        let mut teams = db::teams::of_users(conn, &ids).await?;
        rows.into_iter()
            .map(|row| {
                let mut own = vec![api_types::EVERYONE.to_owned()];
                own.extend(teams.remove(&row.id).unwrap_or_default());
                let protected = self.0.of(&row)?;
                user(row, own, protected, now)
            })
            .collect()
    }
}

fn user(row: UserRow, teams: Vec<String>, protected: Option<Protection>, now: Millis) -> ApiResult<User> {
    let status = row.status(now)?;
    let (language, delivery) = (row.invitation_language()?, row.invitation_delivery()?);
    let invitation =
        match (&row.invitation_id, row.invitation_created_at, row.invitation_expires_at, language) {
            (Some(id), Some(created), Some(expires), Some(language)) => Some(PendingInvitation {
                id: id.clone(),
                sent_at: Millis(created).timestamp(),
                expires_at: Millis(expires).timestamp(),
                language,
                delivery,
            }),
            _ => None,
        };
    Ok(User {
        role: row.role()?,
        personas: row.personas(),
        status,
        last_sign_in_at: row.last_sign_in().map(Millis::timestamp),
        version: row.version(),
        id: row.id,
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
        teams,
        workspace: row.workspace,
        invitation,
        protected,
    })
}
