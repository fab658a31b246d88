//! Who may use the account's connection to Marketo besides its owner, and in which workspace.

use api_types::{
    AuditAction, AuditField, MarketoAccess, MarketoAccessGrant, MarketoAccessGranted, Person, ProblemCode,
    UserId, limits,
};

use super::connection;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::services::audit::{self, Subject};
use crate::services::sessions::Caller;
use crate::state::App;

/// Those with access by name, and how many there are. `after` is the last user of the page before.
pub(crate) async fn page(
    app: &App,
    conn: &mut Conn,
    search: Option<&str>,
    after: Option<&UserId>,
    limit: u32,
) -> DbResult<(Vec<MarketoAccess>, u64)> {
    let (rows, total) = db::marketo::access_list(conn, &app.account_id, search, after, limit).await?;
    let shown = rows.into_iter().map(|row| MarketoAccess {
        person: Person { name: row.name(), id: row.user_id, email: row.email },
        workspace: row.workspace,
        granted_at: Millis(row.granted_at).timestamp(),
    });
    Ok((shown.collect(), total))
}

/// Refuses a request for no people, or for too many at once.
pub(crate) fn check(grant: &MarketoAccessGrant) -> ApiResult<()> {
    if grant.user_ids.is_empty() || grant.user_ids.len() > limits::ROWS_PER_CHUNK {
        return Err(ApiError::field("user_ids", format!("from 1 to {} people", limits::ROWS_PER_CHUNK)));
    }
    Ok(())
}

/// Lets members use the connection in one workspace: all of them, or none. Those who have that access already and the
/// owner, who needs none, are passed over.
pub(crate) async fn grant(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    grant: &MarketoAccessGrant,
) -> ApiResult<MarketoAccessGranted> {
    let now = app.now();
    let row = connection::require(app, conn).await?;
    let workspaces = db::teams::workspaces(conn, &app.account_id).await?;
    let workspace = workspaces.into_iter().find(|workspace| match &grant.workspace_id {
        Some(id) => workspace.id == *id,
        None => workspace.default,
    });
    let workspace = workspace.ok_or_else(|| ApiError::field("workspace_id", "there is no such workspace"))?;
    let mut user_ids = Vec::new();
    for id in grant.user_ids.iter().filter(|id| **id != row.owner_id) {
        let user = db::users::find(conn, &app.account_id, id).await?;
        let user = user.filter(db::users::UserRow::is_active);
        let user = user.ok_or_else(|| ApiError::field("user_ids", format!("{id} is no active member")))?;
        match db::marketo::access_of(conn, &app.account_id, id).await? {
            Some(access) if access.workspace == workspace.name => {}
            Some(access) => {
                let detail = format!("{} has {}", access.display_name(), access.workspace);
                return Err(ApiError::new(ProblemCode::WorkspaceFixed).detail(detail));
            }
            None => {
                db::marketo::grant(conn, &app.account_id, id, &workspace.id.0, now).await?;
                let action = AuditAction::MarketoAccessGranted;
                let changes = [audit::change(AuditField::Workspace, None, Some(&workspace.name))];
                let subject = Subject::from(&user).changing(&changes);
                audit::by_caller(app, conn, caller, action, subject).await?;
                user_ids.push(id.clone());
            }
        }
    }
    Ok(MarketoAccessGranted { user_ids })
}

/// Withdraws a member's access.
pub(crate) async fn withdraw(app: &App, conn: &mut Conn, caller: &Caller, id: &UserId) -> ApiResult<()> {
    let access = db::marketo::access_of(conn, &app.account_id, id).await?;
    let access = access.ok_or_else(ApiError::not_found)?;
    db::marketo::withdraw(conn, id).await?;
    let changes = [audit::change(AuditField::Workspace, Some(&access.workspace), None)];
    let subject = Subject::user(id, &access.email).changing(&changes);
    audit::by_caller(app, conn, caller, AuditAction::MarketoAccessRemoved, subject).await?;
    Ok(())
}
