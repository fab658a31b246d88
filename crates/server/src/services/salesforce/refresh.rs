//! Refreshing tokens: one refresh at a time for each connection, and no refresh token is lost, as the new one is stored before
//! the new access token is used, and kept until it can be.

use api_types::ProblemCode;

use super::oauth;
use super::refusal::{Error, Refusal};
use super::service::{ACCESS, REFRESH, service};
use crate::db;
use crate::db::salesforce::ConnectionRow;
use crate::error::ApiError;
use crate::platform::request_id;
use crate::platform::secrets::SecretContext;
use crate::state::App;
use crate::state::refreshes::Unstored;

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
    let unstored = app.refreshes.take_unstored(&connection.id, connection.refreshes);
    // Its access token may have ended meanwhile.
    let connection = match unstored {
        Some(tokens) => &store(app, connection, tokens).await?,
        None => connection,
    };
    let (service, host) = service(app, &connection.environment()?)?;
    let sealed = connection.refresh_token.as_deref().ok_or_else(Refusal::expired)?;
    let token = app.keyring.open(SecretContext { column: REFRESH, row: &connection.id }, sealed)?;
    let grant = oauth::refresh(app, service, &host, &token).await?;
    let tokens = Unstored { access: grant.access, refresh: grant.refresh, refreshes: connection.refreshes };
    store(app, connection, tokens).await
}

/// Stores tokens, or keeps them for the next time if the database does not take them.
async fn store(app: &App, connection: &ConnectionRow, tokens: Unstored) -> Result<ConnectionRow, Error> {
    match try_to_store(app, &connection.id, &tokens).await {
        Ok(Some(renewed)) => Ok(renewed),
        Ok(None) => {
            let (_, host) = service(app, &connection.environment()?)?;
            let given = tokens.refresh.as_ref().unwrap_or(&tokens.access);
            if let Err(error) = oauth::revoke(app, &host, given).await {
                tracing::warn!(?error, "what was given after the end of a connection could not be revoked");
            }
            Err(ProblemCode::NotConnected.into())
        }
        Err(error) => {
            app.refreshes.keep(&connection.id, tokens);
            Err(error)
        }
    }
}

/// `None` if the connection is gone.
async fn try_to_store(app: &App, id: &str, tokens: &Unstored) -> Result<Option<ConnectionRow>, Error> {
    let access = app.keyring.seal(SecretContext { column: ACCESS, row: id }, &tokens.access)?;
    let refresh = tokens.refresh.as_ref();
    let refresh = refresh
        .map(|token| app.keyring.seal(SecretContext { column: REFRESH, row: id }, token))
        .transpose()?;
    let mut tx = app.db.write().await?;
    db::salesforce::set_tokens(&mut tx, id, &access, refresh.as_deref()).await?;
    let renewed = db::salesforce::find(&mut tx, &app.account_id, id).await?;
    tx.commit().await?;
    Ok(renewed)
}
