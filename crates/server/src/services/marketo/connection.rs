//! The account's connection: its client, its checks, and the workspaces.

use std::time::Duration;

use api_types::{
    Activity, ConnectionCheck, ConnectionFailure, Credentials, MarketoConnection, MarketoState, OwnMarketo,
    OwnMarketoAccess, Person, ProblemCode, Service, UserId,
};

use crate::clients::marketo::{self, Error, Marketo, RetryPolicy};
use crate::clients::services::MarketoCredentials;
use crate::db::integration::IntegrationRow;
use crate::db::marketo::ConnectionRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::Job;
use crate::platform::request_id;
use crate::platform::secrets::{CannotOpen, Secret, SecretContext};
use crate::services::sessions::Caller;
use crate::state::App;

/// How often the server looks whether a check is due.
const NAP: Duration = Duration::from_secs(2);

/// How long a request waits for Marketo, twice at most within the time that a request has.
const WAIT: Duration = Duration::from_secs(25);

/// Why the connection cannot be used.
#[derive(Clone, Debug)]
pub(crate) enum Unusable {
    NotConnected,
    /// Its owner is no active administrator any more.
    OwnerInactive,
    /// Its secret cannot be decrypted.
    Sealed,
}

/// The connection's client.
///
/// # Errors
/// Why there is none; the outer error is the database's.
pub(crate) async fn client(app: &App, retry_policy: RetryPolicy) -> DbResult<Result<Marketo, Unusable>> {
    let row = db::marketo::connection(&mut *app.db.read().await?, &app.account_id).await?;
    let Some(row) = row else { return Ok(Err(Unusable::NotConnected)) };
    if !row.is_owner_active()? {
        return Ok(Err(Unusable::OwnerInactive));
    }
    let Ok(credentials) = credentials(app, &row) else { return Ok(Err(Unusable::Sealed)) };
    let client = app.marketo.client(&app.services.marketo, &credentials, retry_policy);
    // Credentials are stored only after their id was validated.
    Ok(client.map_err(|_| Unusable::Sealed))
}

/// The connection, where an account without one cannot go on.
pub(super) async fn require(app: &App, conn: &mut Conn) -> ApiResult<ConnectionRow> {
    let row = db::marketo::connection(conn, &app.account_id).await?;
    row.ok_or_else(|| ApiError::new(ProblemCode::NotConnected))
}

/// The connection as the caller sees it, or why the last attempt to make it failed.
pub(crate) async fn show(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<MarketoState> {
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
        owner: Person { id: row.owner_id.clone(), name: row.owner_name(), email: row.owner_email.clone() },
        owner_active: row.is_owner_active()?,
        own: row.owner_id == *caller.id(),
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

/// The state of the connection, and whether a user may use it.
pub(crate) async fn of_user(conn: &mut Conn, app: &App, user_id: &UserId) -> DbResult<OwnMarketo> {
    let Some(row) = db::marketo::connection(conn, &app.account_id).await? else {
        return Ok(OwnMarketo::NotConnected);
    };
    let last_check = ConnectionCheck { at: Millis(row.checked_at).timestamp(), failure: row.failure()? };
    let access = if row.owner_id == *user_id {
        OwnMarketoAccess::Owner
    } else {
        match db::marketo::access_of(conn, &app.account_id, user_id).await? {
            Some(access) => OwnMarketoAccess::Granted {
                workspace: access.workspace,
                granted_at: Millis(access.granted_at).timestamp(),
            },
            None => OwnMarketoAccess::None,
        }
    };
    Ok(OwnMarketo::Connected { last_check, access })
}

/// The credentials of a stored connection.
pub(crate) fn credentials(app: &App, row: &ConnectionRow) -> Result<MarketoCredentials, CannotOpen> {
    let place = SecretContext { column: ConnectionRow::COLUMN, row: &app.account_uuid };
    Ok(MarketoCredentials {
        munchkin_account_id: row.munchkin_account_id.clone(),
        client_id: row.client_id.clone(),
        client_secret: open(app, place, &row.client_secret)?,
    })
}

/// The credentials of the Integration Information.
pub(super) fn of_integration(app: &App, row: &IntegrationRow) -> Result<MarketoCredentials, CannotOpen> {
    let place = SecretContext { column: IntegrationRow::COLUMN, row: &app.account_uuid };
    Ok(MarketoCredentials {
        munchkin_account_id: row.munchkin_account_id.clone(),
        client_id: row.client_id.clone(),
        client_secret: open(app, place, &row.client_secret)?,
    })
}

fn open(app: &App, place: SecretContext<'_>, sealed: &str) -> Result<Secret, CannotOpen> {
    app.keyring.open(place, sealed).inspect_err(|error| tracing::error!(%error, column = place.column))
}

/// Encrypts a secret that is to be stored.
pub(super) fn seal(app: &App, place: SecretContext<'_>, secret: &Secret) -> ApiResult<String> {
    app.keyring.seal(place, secret).map_err(|error| {
        tracing::error!(%error, "a secret could not be sealed");
        ApiError::new(ProblemCode::Internal)
    })
}

/// Notes a failure for the Diagnostics page.
pub(crate) async fn note_failure(
    app: &App,
    conn: &mut Conn,
    during: Activity,
    error: &Error,
) -> DbResult<()> {
    let request = request_id::current();
    tracing::warn!(%error, ?during, "Marketo failed");
    let what = (Service::Marketo, during);
    db::errors::note(conn, &app.account_id, app.now(), what, &error.code(), &request).await
}

/// Checks the connection for a person who waits for it.
pub(crate) async fn check_now(app: &App) -> ApiResult<()> {
    require(app, &mut *app.db.read().await?).await?;
    check(app, RetryPolicy::Person).await
}

/// Checks the connection, if there is one, and stores the result.
async fn check(app: &App, retry_policy: RetryPolicy) -> ApiResult<()> {
    let row = db::marketo::connection(&mut *app.db.read().await?, &app.account_id).await?;
    let Some(row) = row else { return Ok(()) };
    let (failure, error) = if !row.is_owner_active()? {
        (Some(ConnectionFailure::InactiveUser), None)
    } else {
        match credentials(app, &row) {
            Err(CannotOpen) => (Some(ConnectionFailure::Unexpected), None),
            Ok(credentials) => {
                let error = verify(app, &credentials, retry_policy).await.err();
                (error.as_ref().map(Error::failure), error)
            }
        }
    };
    let mut tx = app.db.write().await?;
    db::marketo::note_check(&mut tx, &app.account_id, &row, failure, app.now()).await?;
    if let Some(error) = &error {
        note_failure(app, &mut tx, Activity::Checking, error).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Whether credentials are accepted and may read people and activities.
pub(super) async fn verify(
    app: &App,
    credentials: &MarketoCredentials,
    retry_policy: RetryPolicy,
) -> marketo::Result<()> {
    let marketo = app.marketo.client(&app.services.marketo, credentials, retry_policy)?;
    let now = app.now().timestamp();
    let verified = marketo.verify(now.as_str());
    match retry_policy {
        RetryPolicy::Person => within(WAIT, verified).await,
        RetryPolicy::Run => verified.await,
    }
}

async fn within<T>(limit: Duration, asking: impl Future<Output = marketo::Result<T>>) -> marketo::Result<T> {
    tokio::time::timeout(limit, asking).await.unwrap_or(Err(Error::Unreachable))
}

/// The workspaces of an instance, where the platform's credentials may read them.
pub(super) async fn workspaces(app: &App, munchkin_account_id: &str) -> Vec<(i64, String)> {
    let service = &app.services.marketo;
    let Some(platform) = &service.platform else { return Vec::new() };
    if platform.munchkin_account_id != munchkin_account_id {
        return Vec::new();
    }
    let workspaces = async { app.marketo.client(service, platform, RetryPolicy::Person)?.workspaces().await };
    match within(WAIT, workspaces).await {
        Ok(workspaces) => workspaces.into_iter().map(|workspace| (workspace.id, workspace.name)).collect(),
        Err(error) => {
            // The connection works without them.
            tracing::warn!(%error, "the workspaces of Marketo could not be read");
            Vec::new()
        }
    }
}

/// Checks the connection whenever its last check is too old, until the server ends.
pub(crate) async fn watch(app: App) {
    let checking = async {
        loop {
            let checked = check_if_due(&app).await;
            let _ = app.jobs.note(Job::MarketoChecks, "check", checked);
            tokio::time::sleep(NAP).await;
        }
    };
    tokio::select! {
        () = checking => {}
        () = wait_for_end(app.ending.clone()) => {}
    }
}

async fn check_if_due(app: &App) -> ApiResult<()> {
    let every = Duration::from_secs(60 * u64::from(app.config.services.marketo_check_minutes.get()));
    let row = db::marketo::connection(&mut *app.db.read().await?, &app.account_id).await?;
    match row {
        Some(row) if Millis(row.checked_at).is_past(every, app.now()) => check(app, RetryPolicy::Run).await,
        _ => Ok(()),
    }
}

/// The problem for an error of Marketo.
pub(super) fn problem(error: &Error) -> ApiError {
    ApiError::provider(error.failure())
}
