//! Connecting the account to Marketo, and ending the connection.
//!
//! Connecting takes three steps, as no transaction is open while Marketo is asked: [`begin`], [`ask`] and [`store`].

use api_types::{
    Activity, AuditAction, AuditChange, AuditField, MarketoConnect, MarketoConnectBy, Needed, ProblemCode,
    SetupStepId, UserId, limits::CREDENTIAL_MAX, munchkin_account_id,
};

use super::connection;
use crate::clients::marketo::{Error, RetryPolicy};
use crate::clients::services::MarketoCredentials;
use crate::db::marketo::{ConnectionRow, NewConnection};
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::secrets::{Secret, SecretContext};
use crate::services::audit::{self, Subject};
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::services::setup::order;
use crate::state::App;

const STEP: SetupStepId = SetupStepId::ConnectMarketo;

/// An attempt to connect that may go on.
pub(crate) struct Attempt {
    credentials: MarketoCredentials,
    /// Whether the credentials are not those of the Integration Information.
    pasted: bool,
    out_of_order: bool,
    takes_over: Option<UserId>,
}

/// Credentials that Marketo has accepted.
pub(crate) struct Accepted {
    credentials: MarketoCredentials,
    workspaces: Vec<(i64, String)>,
    out_of_order: bool,
    takes_over: Option<UserId>,
}

/// Whether the caller may connect, and with what.
pub(crate) async fn begin(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    connect: MarketoConnect,
) -> ApiResult<Attempt> {
    let MarketoConnect { by, out_of_order, takes_over } = connect;
    let before = require_free(app, conn, caller, takes_over.as_ref()).await?;
    // Connecting anew and taking over are not the step of the setup guide.
    let out_of_order = out_of_order || before.is_some();
    let pasted = matches!(by, MarketoConnectBy::Pasted { .. });
    let credentials = credentials(app, conn, by).await?;
    order::check(conn, app, STEP, out_of_order).await?;
    Ok(Attempt { credentials, pasted, out_of_order, takes_over })
}

/// Asks Marketo whether it accepts the credentials. If it does not, the failed attempt is stored.
pub(crate) async fn ask(app: &App, caller: &Caller, attempt: Attempt) -> ApiResult<Accepted> {
    let Attempt { credentials, pasted, out_of_order, takes_over } = attempt;
    let _connecting = app.marketo.connecting();
    if let Err(error) = connection::verify(app, &credentials, RetryPolicy::Person).await {
        note_failed_attempt(app, caller, &credentials, &error).await?;
        return Err(match error {
            Error::NoSuchInstance if pasted => {
                ApiError::field("munchkin_account_id", "Marketo has no such instance")
            }
            error => connection::problem(&error),
        });
    }
    let workspaces = connection::workspaces(app, &credentials.munchkin_account_id).await;
    Ok(Accepted { credentials, workspaces, out_of_order, takes_over })
}

/// Stores the connection, which the caller owns. Returns the one that it replaces, for [`forget_replaced`].
pub(crate) async fn store(
    app: &App,
    tx: &mut Conn,
    caller: &Caller,
    accepted: &Accepted,
) -> ApiResult<Option<ConnectionRow>> {
    let Accepted { credentials, workspaces, out_of_order, takes_over } = accepted;
    let before = require_free(app, tx, caller, takes_over.as_ref()).await?;
    let MarketoCredentials { munchkin_account_id, client_id, client_secret } = credentials;
    let place = SecretContext { column: ConnectionRow::COLUMN, row: &app.account_uuid };
    let sealed = connection::seal(app, place, client_secret)?;
    let new = NewConnection {
        munchkin_account_id,
        client_id,
        client_secret: &sealed,
        secret_ends_with: &client_secret.ends_with(),
        owner_id: caller.id(),
        connected_at: app.now(),
    };
    if before.is_none() {
        let missing = order::check(tx, app, STEP, *out_of_order).await?;
        order::note(app, tx, caller, STEP, &missing).await?;
    }
    db::marketo::connect(tx, &app.account_id, &new).await?;
    for (before, after) in db::marketo::take_workspaces(tx, &app.account_id, workspaces).await? {
        let subject = audit::renamed(&before, &after);
        let changes = [audit::change(AuditField::WorkspaceName, Some(&before), Some(&after))];
        let subject = Subject::from(&subject).changing(&changes);
        audit::by_caller(app, tx, caller, AuditAction::WorkspaceRenamed, subject).await?;
    }
    let changes = changes(before.as_ref(), Some((munchkin_account_id, client_id)));
    let subject = Subject::from(munchkin_account_id).changing(&changes);
    audit::by_caller(app, tx, caller, AuditAction::MarketoConnected, subject).await?;
    if db::field_sync::read_from(tx, &app.account_id, munchkin_account_id, app.now()).await? {
        audit::by_caller(app, tx, caller, AuditAction::SyncCancelled, "").await?;
    }
    Ok(before)
}

/// Forgets the token of the connection that was replaced, once that is committed.
pub(crate) fn forget_replaced(app: &App, replaced: &ConnectionRow, accepted: &Accepted) {
    forget(app, replaced, Some(&accepted.credentials));
}

/// Ends the connection, and with it the access of every member. Only its owner may.
pub(crate) async fn disconnect(app: &App, caller: &Caller) -> ApiResult<()> {
    let mut tx = callers::write(app, caller).await?;
    let row = connection::require(app, &mut tx).await?;
    if row.owner_id != *caller.id() {
        return Err(ApiError::new(ProblemCode::NotOwner).detail(row.owner_email));
    }
    db::marketo::disconnect(&mut tx, &app.account_id).await?;
    let changes = changes(Some(&row), None);
    let subject = Subject::from(&row.munchkin_account_id).changing(&changes);
    audit::by_caller(app, &mut tx, caller, AuditAction::MarketoDisconnected, subject).await?;
    tx.commit().await?;
    forget(app, &row, None);
    Ok(())
}

/// Fails unless the caller may connect. Returns the connection that would be replaced.
async fn require_free(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    takes_over: Option<&UserId>,
) -> ApiResult<Option<ConnectionRow>> {
    let Some(row) = db::marketo::connection(conn, &app.account_id).await? else { return Ok(None) };
    let taken = if row.owner_id == *caller.id() {
        row.failure()?.is_none()
    } else {
        // An administrator with access gives it up first, so that they do not take the connection over by mistake.
        takes_over != Some(&row.owner_id)
            || db::marketo::access_of(conn, &app.account_id, caller.id()).await?.is_some()
    };
    if taken {
        return Err(ApiError::new(ProblemCode::AlreadyConnected).detail(row.owner_email));
    }
    Ok(Some(row))
}

async fn credentials(app: &App, conn: &mut Conn, by: MarketoConnectBy) -> ApiResult<MarketoCredentials> {
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

/// What changes where credentials, by account and client, take the place of a connection. The secret is said to have changed.
fn changes(before: Option<&ConnectionRow>, after: Option<(&str, &str)>) -> Vec<AuditChange> {
    let mut changes = audit::changed([
        (
            AuditField::MunchkinAccountId,
            before.map(|before| before.munchkin_account_id.as_str()),
            after.map(|(account, _)| account),
        ),
        (AuditField::ClientId, before.map(|before| before.client_id.as_str()), after.map(|(_, id)| id)),
    ]);
    changes.push(audit::secret(AuditField::ClientSecret));
    changes
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
