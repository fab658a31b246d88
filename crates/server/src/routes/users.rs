use api_types::{
    AuditAction, InvitationId, List, ListMeta, PendingInvitation, Persona, ProblemCode, Protection, Role,
    User, UserChange, UserId, UserQuery, UserRecord, UserStatus, WorkspaceId,
};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::lists::{Seal, check_search, foreign_cursor, page_size};
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{Json, Query};
use crate::platform::clock::Millis;
use crate::services::audit::{self, Actor, Subject};
use crate::services::marketo::connection;
use crate::services::members::{self, FreeSeats, Protections};
use crate::services::salesforce;
use crate::services::sessions::Caller;
use crate::state::App;

/// Members and invited people, in one list.
#[utoipa::path(get, path = "/users", tag = "users", params(UserQuery), responses((status = 200, body = List<User>)))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<UserQuery>,
) -> ApiResult<Json<List<User>>> {
    let conn = &mut *app.db.read().await?;
    let team = match &query.team {
        Some(id) if db::teams::is_everyone(conn, &app.account_id, id.as_str()).await? => None,
        team => team.as_ref().map(|id| id.as_str()),
    };
    people(conn, &app, &caller, team, &query).await.map(Json)
}

/// A page of all people, or of those in a team, as the caller sees them.
pub(super) async fn people(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    team: Option<&str>,
    query: &UserQuery,
) -> ApiResult<List<User>> {
    check_search(query.search.as_deref())?;
    let now = app.now();
    let (seal, cursor) = Seal::of(team.unwrap_or("people"), query)?;
    let query = &UserQuery { cursor, ..query.clone() };
    let page = db::users::list(conn, &app.account_id, team, query, page_size(query.limit), now)
        .await?
        .ok_or_else(foreign_cursor)?;
    let viewer = Viewer::new(conn, app, caller.id()).await?;
    let items = viewer.show(conn, page.rows, now).await?;
    let meta = page.total.meta(page.next_cursor.map(|place| seal.cursor(place)));
    Ok(List { items, meta: ListMeta { before: page.before, statuses: page.statuses, ..meta } })
}

/// One person. The `ETag` goes into `If-Match` of a change.
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = User)))]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> ApiResult<Response> {
    let mut conn = app.db.read().await?;
    let row = find(&mut conn, &app, &id).await?;
    answer(&mut conn, &app, &caller, row).await
}

/// What the account keeps of one person: invitations and connections.
#[utoipa::path(get, path = "/users/{id}/record", tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = UserRecord)))]
pub(crate) async fn record(State(app): State<App>, Path(id): Path<String>) -> ApiResult<Json<UserRecord>> {
    let mut conn = app.db.read().await?;
    let row = find(&mut conn, &app, &id).await?;
    let salesforce = db::salesforce::of_user(&mut conn, &app.account_id, &id).await?;
    Ok(Json(UserRecord {
        created_at: row.created().timestamp(),
        invitations: db::invitations::of_user(&mut conn, &id, app.now()).await?,
        salesforce: salesforce.map(|connection| connection.view()).transpose()?,
        marketo: connection::of_user(&mut conn, &app, &id).await?,
    }))
}

/// Changes a person's role, personas, name or workspace. `If-Match` names the version that is changed.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", params(("id" = UserId, Path), ("If-Match" = String, Header, description = "The person's `ETag`: the change is refused if somebody has changed the person since. `*` changes whichever version there is.")),
    request_body = UserChange, responses((status = 200, body = User)))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    head: HeaderMap,
    Json(change): Json<UserChange>,
) -> ApiResult<Response> {
    let first_name = super::profile::name("first_name", change.first_name)?;
    let last_name = super::profile::name("last_name", change.last_name)?;
    let mut tx = app.db.write().await?;
    let row = find(&mut tx, &app, &id).await?;
    check_version(&head, row.version())?;
    if let Some(role) = change.role.filter(|role| row.role().is_ok_and(|now| now != *role)) {
        if role == Role::User {
            refuse_protected(&mut tx, &app, &caller, &row).await?;
        }
        members::set_role(&app, &mut tx, Actor::Caller(&caller), &row, role).await?;
    }
    if let Some(personas) = change.personas {
        set_personas(&mut tx, &app, &caller, &id, &personas).await?;
    }
    if first_name.is_some() || last_name.is_some() {
        db::users::rename(&mut tx, &row, first_name.as_deref(), last_name.as_deref()).await?;
        let after = find(&mut tx, &app, &id).await?;
        audit::user_renamed(&app, &mut tx, &caller, &row, &after).await?;
    }
    if let Some(workspace) = &change.workspace {
        set_workspace(&mut tx, &app, &caller, &row, workspace).await?;
    }
    let row = find(&mut tx, &app, &id).await?;
    let response = answer(&mut tx, &app, &caller, row).await?;
    tx.commit().await?;
    Ok(response)
}

/// Ends a member's access and keeps their data. `If-Match`, if sent, names the version that is changed.
#[utoipa::path(post, path = "/users/{id}/deactivate", tag = "users",
    params(("id" = UserId, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = User)))]
pub(crate) async fn deactivate(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    head: HeaderMap,
) -> ApiResult<Response> {
    let mut tx = app.db.write().await?;
    let row = find(&mut tx, &app, &id).await?;
    if head.contains_key(header::IF_MATCH) {
        check_version(&head, row.version())?;
    }
    match row.status(app.now())? {
        UserStatus::Deactivated => {}
        UserStatus::Active => {
            refuse_protected(&mut tx, &app, &caller, &row).await?;
            members::deactivate(&app, &mut tx, Actor::Caller(&caller), &row).await?;
        }
        UserStatus::Invited | UserStatus::Expired => return Err(not_a_member()),
    }
    let row = find(&mut tx, &app, &id).await?;
    let response = answer(&mut tx, &app, &caller, row).await?;
    tx.commit().await?;
    Ok(response)
}

/// Gives a deactivated member access again, if a seat is free. `If-Match`, if sent, names the version that is changed.
#[utoipa::path(post, path = "/users/{id}/reactivate", tag = "users",
    params(("id" = UserId, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = User)))]
pub(crate) async fn reactivate(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    head: HeaderMap,
) -> ApiResult<Response> {
    let now = app.now();
    let mut tx = app.db.write().await?;
    let row = find(&mut tx, &app, &id).await?;
    if head.contains_key(header::IF_MATCH) {
        check_version(&head, row.version())?;
    }
    match row.status(now)? {
        UserStatus::Active => {}
        UserStatus::Deactivated => {
            FreeSeats::count(&app, &mut tx).await?.require()?;
            members::reactivate(&app, &mut tx, Actor::Caller(&caller), &row).await?;
        }
        UserStatus::Invited | UserStatus::Expired => return Err(not_a_member()),
    }
    let row = find(&mut tx, &app, &id).await?;
    let response = answer(&mut tx, &app, &caller, row).await?;
    tx.commit().await?;
    Ok(response)
}

/// Removes a member, or withdraws a person's invitation.
#[utoipa::path(delete, path = "/users/{id}", tag = "users", params(("id" = UserId, Path)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    let mut tx = app.db.write().await?;
    let row = find(&mut tx, &app, &id).await?;
    refuse_protected(&mut tx, &app, &caller, &row).await?;
    let mut batch = None;
    if let Some(invitation) = &row.invitation_id {
        batch =
            db::invitations::find(&mut tx, &app.account_id, invitation).await?.map(|found| found.batch_id);
        db::invitations::revoke(&mut tx, std::slice::from_ref(invitation)).await?;
    }
    let connection = db::salesforce::of_user(&mut tx, &app.account_id, &id).await?;
    db::users::delete(&mut tx, &id).await?;
    audit::by_caller(&app, &mut tx, &caller, AuditAction::UserRemoved, &row).await?;
    if let Some(batch) = &batch {
        db::batches::touch(&mut tx, batch).await?;
    }
    tx.commit().await?;
    if let Some(batch) = &batch {
        app.batch_changed(batch);
    }
    if let Some(connection) = &connection {
        salesforce::let_go(&app, connection).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the personas of a user. They give no permissions, so no session ends.
async fn set_personas(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    id: &str,
    personas: &[Persona],
) -> ApiResult<()> {
    let row = find(conn, app, id).await?;
    if !personas.is_empty() && row.role()? != Role::Admin {
        return Err(ApiError::field("personas", "only an administrator has personas"));
    }
    let now = row.personas();
    if Persona::ALL.iter().all(|persona| now.contains(persona) == personas.contains(persona)) {
        return Ok(());
    }
    db::users::set_personas(conn, id, personas).await?;
    let names = Persona::ALL.into_iter().filter(|persona| personas.contains(persona)).map(Persona::as_str);
    let subject = format!("{} ({})", row.email, names.collect::<Vec<_>>().join(", "));
    audit::by_caller(app, conn, caller, AuditAction::PersonasChanged, Subject::user(id, &subject)).await?;
    Ok(())
}

async fn set_workspace(
    conn: &mut Conn,
    app: &App,
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
    members::set_workspace(app, conn, Actor::Caller(caller), row, id.as_str(), &workspace.name).await?;
    Ok(())
}

async fn find(conn: &mut Conn, app: &App, id: &str) -> ApiResult<UserRow> {
    db::users::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

fn not_a_member() -> ApiError {
    ApiError::new(ProblemCode::Conflict).detail("the invitation has not been accepted")
}

fn check_version(head: &HeaderMap, version: u32) -> ApiResult<()> {
    let sent = head.get(header::IF_MATCH).ok_or(ProblemCode::VersionMissing)?;
    let sent = sent.to_str().unwrap_or_default();
    if is_match(sent, version) { Ok(()) } else { Err(ProblemCode::Stale.into()) }
}

/// Whether a version is one of those in `If-Match`, as RFC 9110 has it: any, or a list of tags, of which weak ones never
/// match. Numbers without quotes are no tags, but have always been taken.
fn is_match(sent: &str, version: u32) -> bool {
    let version = version.to_string();
    let is_it = |tag: &str| {
        let quoted = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        quoted.unwrap_or(tag) == version
    };
    sent.trim() == "*" || sent.split(',').map(str::trim).any(is_it)
}

async fn refuse_protected(conn: &mut Conn, app: &App, caller: &Caller, row: &UserRow) -> ApiResult<()> {
    let viewer = Viewer::new(conn, app, caller.id()).await?;
    match viewer.0.of(row)? {
        Some(protection) => Err(ApiError::new(ProblemCode::UserProtected).detail(protection.as_str())),
        None => Ok(()),
    }
}

async fn answer(conn: &mut Conn, app: &App, caller: &Caller, row: UserRow) -> ApiResult<Response> {
    let etag = format!("\"{}\"", row.version());
    let viewer = Viewer::new(conn, app, caller.id()).await?;
    let user = viewer.show(conn, vec![row], app.now()).await?.pop().ok_or_else(ApiError::not_found)?;
    Ok(([(header::ETAG, etag)], Json(user)).into_response())
}

/// The administrator to whom people are shown.
struct Viewer(Protections);

impl Viewer {
    async fn new(conn: &mut Conn, app: &App, id: &str) -> ApiResult<Self> {
        Ok(Self(Protections::new(conn, app, id).await?))
    }

    async fn show(&self, conn: &mut Conn, rows: Vec<UserRow>, now: Millis) -> ApiResult<Vec<User>> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
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
    let language = row.invitation_language()?;
    let invitation =
        match (&row.invitation_id, row.invitation_created_at, row.invitation_expires_at, language) {
            (Some(id), Some(created), Some(expires), Some(language)) => Some(PendingInvitation {
                id: InvitationId(id.clone()),
                sent_at: Millis(created).timestamp(),
                expires_at: Millis(expires).timestamp(),
                language,
            }),
            _ => None,
        };
    Ok(User {
        role: row.role()?,
        personas: row.personas(),
        status,
        last_sign_in_at: row.last_sign_in().map(Millis::timestamp),
        version: row.version(),
        id: UserId(row.id),
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
        teams,
        workspace: row.workspace,
        invitation,
        protected,
    })
}

#[cfg(test)]
mod tests {
    use super::is_match;

    #[test]
    fn a_version_is_named_by_its_tag_a_list_of_tags_or_a_star() {
        for sent in ["\"7\"", "*", " * ", "\"6\", \"7\"", "\"7\",W/\"8\"", "7"] {
            assert!(is_match(sent, 7), "{sent}");
        }
        for sent in ["\"8\"", "W/\"7\"", "\"17\"", "\"\"", "", "\"7", "\"6\", \"8\"", "**", "\"*\""] {
            assert!(!is_match(sent, 7), "{sent}");
        }
    }
}
