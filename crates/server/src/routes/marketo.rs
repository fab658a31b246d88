use api_types::{
    Activity, AuditAction, ConnectionCheck, Credentials, List, ListMeta, MarketoAccess, MarketoAccessGrant,
    MarketoAccessGranted, MarketoAccessQuery, MarketoConnect, MarketoConnectBy, MarketoConnection,
    MarketoState, Needed, Person, ProblemCode, SetupStepId, UserId, UserStatus,
    limits::{self, CREDENTIAL_MAX},
    munchkin_account_id,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::lists::{Seal, check_id_cursor, check_search, next, page_size};
use crate::clients::marketo::{Error, RetryPolicy};
use crate::clients::services::MarketoCredentials;
use crate::db::marketo::{ConnectionRow, NewConnection};
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{Json, Query};
use crate::http::idempotency::Keyed;
use crate::platform::clock::Millis;
use crate::platform::secrets::{Secret, SecretContext};
use crate::services::audit::{self, Subject};
use crate::services::marketo::connection;
use crate::services::sessions::Caller;
use crate::services::setup::order;
use crate::state::App;
use crate::state::limiter::Asker;

/// The account's connection to Marketo, or why the last attempt to make it failed.
#[utoipa::path(get, path = "/connections/marketo", tag = "connections",
    responses((status = 200, body = MarketoState)))]
pub(crate) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Json<MarketoState>> {
    Ok(Json(show(&mut *app.db.read().await?, &app, &caller).await?))
}

/// Connects the account to Marketo, once Marketo has accepted the credentials. The caller owns the connection.
///
/// The account has one connection. An administrator without access to it takes it over by connecting; all others keep
/// their access. Its owner connects anew when it has failed.
#[utoipa::path(post, path = "/connections/marketo", tag = "connections", request_body = MarketoConnect,
    responses((status = 200, body = MarketoState)))]
pub(crate) async fn connect(
    State(app): State<App>,
    asker: Asker,
    Keyed { body, caller, mut work }: Keyed<MarketoConnect>,
) -> ApiResult<Response> {
    asker.attempt_for(&app.limiter, caller.id())?;
    let MarketoConnect { by, out_of_order } = body;
    let before = require_free(&mut work.tx, &app, &caller).await?;
    // Connecting anew and taking over are not the step of the setup guide.
    let out_of_order = out_of_order || before.is_some();
    let pasted = matches!(by, MarketoConnectBy::Pasted { .. });
    let credentials = credentials(&mut work.tx, &app, by).await?;
    let step = SetupStepId::ConnectMarketo;
    order::check(&mut work.tx, &app, step, out_of_order).await?;

    // No transaction is open while Marketo is asked.
    let paused = work.pause().await?;
    let connecting = app.marketo.connecting();
    if let Err(error) = connection::verify(&app, &credentials, RetryPolicy::Person).await {
        note_failed_attempt(&app, &caller, &credentials, &error).await?;
        return Err(match error {
            Error::NoSuchInstance if pasted => {
                ApiError::field("munchkin_account_id", "Marketo has no such instance")
            }
            error => connection::problem(&error),
        });
    }
    let workspaces = connection::workspaces(&app, &credentials.munchkin_account_id).await;
    drop(connecting);

    let mut work = paused.resume(&app).await?;
    let tx = &mut work.tx;
    let before = require_free(tx, &app, &caller).await?;
    let MarketoCredentials { munchkin_account_id, client_id, client_secret } = &credentials;
    let place = SecretContext { column: ConnectionRow::COLUMN, row: &app.account_uuid };
    let sealed = app.keyring.seal(place, client_secret).map_err(|error| {
        tracing::error!(%error, "a secret could not be sealed");
        ApiError::new(ProblemCode::Internal)
    })?;
    let new = NewConnection {
        munchkin_account_id,
        client_id,
        client_secret: &sealed,
        secret_ends_with: &client_secret.ends_with(),
        owner_id: caller.id(),
        connected_at: app.now(),
    };
    if before.is_none() {
        let missing = order::check(tx, &app, step, out_of_order).await?;
        order::note(&app, tx, &caller, step, &missing).await?;
    }
    db::marketo::connect(tx, &app.account_id, &new).await?;
    for (before, after) in db::marketo::take_workspaces(tx, &app.account_id, &workspaces).await? {
        let subject = audit::renamed(&before, &after);
        audit::by_caller(&app, tx, &caller, AuditAction::WorkspaceRenamed, &subject).await?;
    }
    audit::by_caller(&app, tx, &caller, AuditAction::MarketoConnected, munchkin_account_id).await?;
    if db::field_sync::read_from(tx, &app.account_id, munchkin_account_id, app.now()).await? {
        audit::by_caller(&app, tx, &caller, AuditAction::SyncCancelled, "").await?;
    }
    let shown = show(tx, &app, &caller).await?;
    let response = work.finish(&app, StatusCode::OK, None, &shown).await?;
    if let Some(before) = before {
        forget(&app, &before, Some(&credentials));
    }
    Ok(response)
}

/// Ends the connection, and with it the access of every member. Only its owner may.
#[utoipa::path(delete, path = "/connections/marketo", tag = "connections", responses((status = 204)))]
pub(crate) async fn disconnect(State(app): State<App>, caller: Caller) -> ApiResult<StatusCode> {
    let mut tx = app.db.write().await?;
    let row = require_connection(&mut tx, &app).await?;
    if row.owner_id != caller.id() {
        return Err(ApiError::new(ProblemCode::NotOwner).detail(row.owner_email));
    }
    db::marketo::disconnect(&mut tx, &app.account_id).await?;
    let subject = &row.munchkin_account_id;
    audit::by_caller(&app, &mut tx, &caller, AuditAction::MarketoDisconnected, subject).await?;
    tx.commit().await?;
    forget(&app, &row, None);
    Ok(StatusCode::NO_CONTENT)
}

/// Checks the connection now.
#[utoipa::path(post, path = "/connections/marketo/check", tag = "connections",
    responses((status = 200, body = MarketoState)))]
pub(crate) async fn check(
    State(app): State<App>,
    asker: Asker,
    caller: Caller,
) -> ApiResult<Json<MarketoState>> {
    asker.attempt_for(&app.limiter, caller.id())?;
    require_connection(&mut *app.db.read().await?, &app).await?;
    connection::check(&app, RetryPolicy::Person).await?;
    Ok(Json(show(&mut *app.db.read().await?, &app, &caller).await?))
}

/// Who may use the connection besides its owner, by name.
#[utoipa::path(get, path = "/connections/marketo/access", tag = "connections", params(MarketoAccessQuery),
    responses((status = 200, body = List<MarketoAccess>)))]
pub(crate) async fn access(
    State(app): State<App>,
    Query(query): Query<MarketoAccessQuery>,
) -> ApiResult<Json<List<MarketoAccess>>> {
    check_search(query.search.as_deref())?;
    let (seal, after) = Seal::of("marketo access", &query)?;
    check_id_cursor(after.as_deref())?;
    let limit = page_size(query.limit);
    let mut conn = app.db.read().await?;
    let (search, after) = (query.search.as_deref(), after.as_deref());
    let (mut rows, total) =
        db::marketo::access_list(&mut conn, &app.account_id, search, after, limit + 1).await?;
    let next_cursor = next(&mut rows, limit, |row| seal.cursor(&row.user_id));
    let items = rows.into_iter().map(|row| MarketoAccess {
        person: Person { name: row.name(), id: UserId(row.user_id), email: row.email },
        workspace: row.workspace,
        granted_at: Millis(row.granted_at).timestamp(),
    });
    Ok(Json(List { items: items.collect(), meta: ListMeta::exact(next_cursor, total) }))
}

/// Lets members use the connection in one workspace: all of them, or none. The workspace of a member who has access
/// cannot be changed; the owner needs no access and is passed over.
#[utoipa::path(post, path = "/connections/marketo/access", tag = "connections", request_body = MarketoAccessGrant,
    responses((status = 200, body = MarketoAccessGranted)))]
pub(crate) async fn grant(
    State(app): State<App>,
    caller: Caller,
    Json(grant): Json<MarketoAccessGrant>,
) -> ApiResult<Json<MarketoAccessGranted>> {
    if grant.user_ids.is_empty() || grant.user_ids.len() > limits::ROWS_PER_CHUNK {
        return Err(ApiError::field("user_ids", format!("from 1 to {} people", limits::ROWS_PER_CHUNK)));
    }
    let now = app.now();
    let mut tx = app.db.write().await?;
    let row = require_connection(&mut tx, &app).await?;
    let workspaces = db::teams::workspaces(&mut tx, &app.account_id).await?;
    let workspace = workspaces.into_iter().find(|workspace| match &grant.workspace_id {
        Some(id) => workspace.id == *id,
        None => workspace.default,
    });
    let workspace = workspace.ok_or_else(|| ApiError::field("workspace_id", "there is no such workspace"))?;
    let mut user_ids = Vec::new();
    for id in grant.user_ids.iter().filter(|id| id.0 != row.owner_id) {
        let user = db::users::find(&mut tx, &app.account_id, &id.0).await?;
        let user = user.filter(|user| user.status(now).is_ok_and(|status| status == UserStatus::Active));
        let user =
            user.ok_or_else(|| ApiError::field("user_ids", format!("{} is no active member", id.0)))?;
        match db::marketo::access_of(&mut tx, &app.account_id, &id.0).await? {
            Some(access) if access.workspace == workspace.name => {}
            Some(access) => {
                let detail = format!("{} has {}", access.display_name(), access.workspace);
                return Err(ApiError::new(ProblemCode::WorkspaceFixed).detail(detail));
            }
            None => {
                db::marketo::grant(&mut tx, &app.account_id, &id.0, &workspace.id.0, now).await?;
                let action = AuditAction::MarketoAccessGranted;
                audit::by_caller(&app, &mut tx, &caller, action, &user).await?;
                user_ids.push(id.clone());
            }
        }
    }
    tx.commit().await?;
    Ok(Json(MarketoAccessGranted { user_ids }))
}

/// Withdraws a member's access.
#[utoipa::path(delete, path = "/connections/marketo/access/{id}", tag = "connections", params(("id" = UserId, Path)),
    responses((status = 204)))]
pub(crate) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    let mut tx = app.db.write().await?;
    let access = db::marketo::access_of(&mut tx, &app.account_id, &id).await?;
    let access = access.ok_or_else(ApiError::not_found)?;
    db::marketo::withdraw(&mut tx, &id).await?;
    let subject = Subject::user(&id, &access.email);
    audit::by_caller(&app, &mut tx, &caller, AuditAction::MarketoAccessRemoved, subject).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn require_connection(conn: &mut Conn, app: &App) -> ApiResult<ConnectionRow> {
    let row = db::marketo::connection(conn, &app.account_id).await?;
    row.ok_or_else(|| ApiError::new(ProblemCode::NotConnected))
}

/// Fails unless the caller may connect. Returns the connection that would be replaced.
async fn require_free(conn: &mut Conn, app: &App, caller: &Caller) -> ApiResult<Option<ConnectionRow>> {
    let Some(row) = db::marketo::connection(conn, &app.account_id).await? else { return Ok(None) };
    let taken = if row.owner_id == caller.id() {
        row.failure()?.is_none()
    } else {
        // An administrator with access gives it up first, so that they do not take the connection over by mistake.
        db::marketo::access_of(conn, &app.account_id, caller.id()).await?.is_some()
    };
    if taken {
        return Err(ApiError::new(ProblemCode::AlreadyConnected).detail(row.owner_email));
    }
    Ok(Some(row))
}

async fn credentials(conn: &mut Conn, app: &App, by: MarketoConnectBy) -> ApiResult<MarketoCredentials> {
    match by {
        MarketoConnectBy::IntegrationInformation => {
            let row = db::integration::find(conn, &app.account_id).await?;
            let row = row.ok_or_else(|| {
                let step = Needed::Step(SetupStepId::SetUpAccount);
                order::refusal(vec![step]).detail("there is no Integration Information yet")
            })?;
            connection::of_integration(app, &row).map_err(|_| ProblemCode::Internal.into())
        }
        MarketoConnectBy::Pasted { munchkin_account_id: typed, client_id, client_secret } => {
            let secret = Secret::new(client_secret);
            let munchkin = munchkin_account_id(&typed).ok_or_else(|| {
                ApiError::field("munchkin_account_id", "a Munchkin Account ID looks like 284-RPR-133")
            })?;
            Ok(MarketoCredentials {
                munchkin_account_id: munchkin,
                client_id: trimmed("client_id", &client_id)?,
                client_secret: Secret::new(trimmed("client_secret", secret.expose())?),
            })
        }
    }
}

fn trimmed(field: &str, typed: &str) -> ApiResult<String> {
    match typed.trim() {
        "" => Err(ApiError::field(field, "missing")),
        long if long.len() > CREDENTIAL_MAX => {
            Err(ApiError::field(field, format!("longer than {CREDENTIAL_MAX} bytes")))
        }
        text => Ok(text.to_owned()),
    }
}

async fn note_failed_attempt(
    app: &App,
    caller: &Caller,
    credentials: &MarketoCredentials,
    error: &Error,
) -> ApiResult<()> {
    let mut tx = app.db.write().await?;
    db::marketo::note_failed_attempt(&mut tx, &app.account_id, error.failure(), app.now()).await?;
    connection::note_failure(app, &mut tx, Activity::Connecting, error).await?;
    let action = AuditAction::MarketoConnectFailed;
    audit::by_caller(app, &mut tx, caller, action, &credentials.munchkin_account_id).await?;
    tx.commit().await?;
    app.marketo.forget(credentials);
    Ok(())
}

/// Forgets the token of a connection that has ended, unless the same credentials are still used.
fn forget(app: &App, row: &ConnectionRow, used: Option<&MarketoCredentials>) {
    let same = used.is_some_and(|used| used.client_id == row.client_id);
    if let Ok(credentials) = connection::credentials(app, row)
        && !same
    {
        app.marketo.forget(&credentials);
    }
}

async fn show(conn: &mut Conn, app: &App, caller: &Caller) -> ApiResult<MarketoState> {
    let has_integration = db::integration::find(conn, &app.account_id).await?.is_some();
    let Some(row) = db::marketo::connection(conn, &app.account_id).await? else {
        let failed = db::marketo::failed_attempt(conn, &app.account_id).await?;
        let failed_attempt =
            failed.map(|(at, failure)| ConnectionCheck { at: at.timestamp(), failure: Some(failure) });
        return Ok(MarketoState { connection: None, failed_attempt, has_integration });
    };
    let connected_at = Millis(row.connected_at).timestamp();
    let last_check = ConnectionCheck { at: Millis(row.checked_at).timestamp(), failure: row.failure()? };
    let connection = MarketoConnection {
        owner: Person {
            id: UserId(row.owner_id.clone()),
            name: row.owner_name(),
            email: row.owner_email.clone(),
        },
        owner_active: row.is_owner_active()?,
        own: row.owner_id == caller.id(),
        credentials: Credentials {
            munchkin_account_id: row.munchkin_account_id,
            client_id: row.client_id,
            client_secret_ends_with: row.secret_ends_with,
            updated_at: connected_at.clone(),
        },
        connected_at,
        last_check,
    };
    Ok(MarketoState { connection: Some(connection), failed_attempt: None, has_integration })
}
