//! Refreshing tokens: one refresh at a time for each connection. As it may replace the only refresh token, it is not begun where
//! the database takes no write, and the new one is stored before the new access token is used.

use std::time::Duration;

use api_types::ProblemCode;
use tokio::time::{Instant, sleep};

use super::oauth::{self, Grant};
use super::refusal::{Error, Refusal};
use super::service::{ACCESS, REFRESH, service};
use crate::db;
use crate::db::salesforce::ConnectionRow;
use crate::error::ApiError;
use crate::platform::request_id;
use crate::platform::secrets::SecretContext;
use crate::services::readiness;
use crate::state::App;

/// How long a database is asked again that does not take new tokens. The turn of this server lasts for a minute at most.
const STORED_WITHIN: Duration = Duration::from_secs(30);
const AGAIN: Duration = Duration::from_millis(200);

/// The connection with an access token that is newer than that of `stale`. Concurrent callers get the same one.
pub(super) async fn renew(app: &App, stale: &ConnectionRow) -> Result<ConnectionRow, Error> {
    let (app, id, refreshes) = (app.clone(), stale.id.clone(), stale.refreshes);
    // Finished by a task of its own: a request that is aborted in between would lose the only refresh token.
    let work = request_id::spawn_detached(async move {
        let gate = app.refreshes.gate(&id);
        let _held = gate.lock().await;
        // And by one server: it comes back with the connection, or the turn is the next one's.
        let _held_of_all = app.db.hold(&format!("refresh {id}")).await?;
        let mut conn = app.db.read().await?;
        let connection = db::salesforce::find(&mut conn, &app.account_id, &id).await?;
        drop(conn);
        let connection = connection.ok_or(ProblemCode::NotConnected)?;
        if connection.refreshes != refreshes {
            return Ok(connection);
        }
        match exchange(&app, &connection).await {
            // `server check-services`, or the server beside it, has just redeemed the same token.
            Err(Error::Salesforce(refusal)) => {
                let mut conn = app.db.read().await?;
                let now = db::salesforce::find(&mut conn, &app.account_id, &id).await?;
                now.filter(|now| now.refreshes != refreshes).ok_or(Error::Salesforce(refusal))
            }
            other => other,
        }
    });
    work.await.map_err(|_| ApiError::new(ProblemCode::Internal))?
}

async fn exchange(app: &App, connection: &ConnectionRow) -> Result<ConnectionRow, Error> {
    readiness::write(app).await?;
    let (service, host) = service(app, &connection.environment()?)?;
    let sealed = connection.refresh_token.as_deref().ok_or_else(Refusal::expired)?;
    let token = app.keyring.open(SecretContext { column: REFRESH, row: &connection.id }, sealed)?;
    let grant = oauth::refresh(app, service, &host, &token).await?;

    let given_up = Instant::now() + STORED_WITHIN;
    let renewed = loop {
        match store(app, connection, &grant).await {
            Err(error) if Instant::now() < given_up => {
                tracing::warn!(?error, "new tokens of Salesforce are not stored yet");
                sleep(AGAIN).await;
            }
            outcome => break outcome?,
        }
    };
    if renewed.is_none()
        && let Err(error) = oauth::revoke(app, &host, grant.refresh.as_ref().unwrap_or(&grant.access)).await
    {
        tracing::warn!(?error, "what was given after the end of a connection could not be revoked");
    }
    Ok(renewed.ok_or(ProblemCode::NotConnected)?)
}

/// The connection with the new tokens; `None` if it is gone.
async fn store(app: &App, before: &ConnectionRow, grant: &Grant) -> Result<Option<ConnectionRow>, Error> {
    let id = before.id.as_str();
    let access = app.keyring.seal(SecretContext { column: ACCESS, row: id }, &grant.access)?;
    let refresh = grant.refresh.as_ref();
    let refresh = refresh
        .map(|token| app.keyring.seal(SecretContext { column: REFRESH, row: id }, token))
        .transpose()?;
    let mut tx = app.db.write().await?;
    db::salesforce::set_tokens(&mut tx, before, &access, refresh.as_deref()).await?;
    let renewed = db::salesforce::find(&mut tx, &app.account_id, id).await?;
    tx.commit().await?;
    Ok(renewed)
}
