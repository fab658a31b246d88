//! New tokens for old ones: one refresh at a time for each connection, and never lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use api_types::ProblemCode;

use super::connection::{ACCESS, REFRESH, service};
use super::oauth;
use super::refusal::{Error, Refusal};
use crate::app::App;
use crate::db;
use crate::db::salesforce::ConnectionRow;
use crate::error::ApiError;
use crate::observe;
use crate::secrets::Place;

/// The refreshes under way in this process, by connection.
#[derive(Default)]
pub(crate) struct Refreshes(Mutex<HashMap<String, Weak<Gate>>>);

type Gate = tokio::sync::Mutex<()>;

impl Refreshes {
    fn gate(&self, connection: &str) -> Arc<Gate> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(connection).and_then(Weak::upgrade) {
            return gate;
        }
        gates.retain(|_, gate| gate.strong_count() > 0);
        let gate = Arc::new(Gate::default());
        gates.insert(connection.to_owned(), Arc::downgrade(&gate));
        gate
    }
}

/// The connection with an access token that is newer than that of `stale`. Whoever else asks meanwhile gets the same.
pub(super) async fn renew(app: &App, stale: &ConnectionRow) -> Result<ConnectionRow, Error> {
    let (app, id, refreshes) = (app.clone(), stale.id.clone(), stale.refreshes);
    // Seen through by a task of its own: a request that is given up in between would lose the only refresh token.
    let work = observe::see_through(async move {
        let gate = app.refreshes.gate(&id);
        let _held = gate.lock().await;
        let mut conn = app.db.read().await?;
        let connection = db::salesforce::find(&mut conn, &app.account_id, &id).await?;
        drop(conn);
        let connection = connection.ok_or(ProblemCode::NotConnected)?;
        if connection.refreshes == refreshes { exchange(&app, &connection).await } else { Ok(connection) }
    });
    work.await.map_err(|_| ApiError::new(ProblemCode::Internal))?
}

async fn exchange(app: &App, connection: &ConnectionRow) -> Result<ConnectionRow, Error> {
    let id = connection.id.as_str();
    let (service, host) = service(app, &connection.environment()?)?;
    let sealed = connection.refresh_token.as_deref().ok_or_else(Refusal::expired)?;
    let token = app.keyring.open(Place { column: REFRESH, row: id }, sealed)?;
    let grant = oauth::refresh(app, service, &host, &token).await?;

    let access = app.keyring.seal(Place { column: ACCESS, row: id }, &grant.access)?;
    let refresh = grant.refresh.as_ref();
    let refresh =
        refresh.map(|token| app.keyring.seal(Place { column: REFRESH, row: id }, token)).transpose()?;
    let mut tx = app.db.write().await?;
    db::salesforce::set_tokens(&mut tx, id, &access, refresh.as_deref()).await?;
    let renewed = db::salesforce::find(&mut tx, &app.account_id, id).await?;
    tx.commit().await?;
    if renewed.is_none()
        && let Err(error) = oauth::revoke(app, &host, grant.refresh.as_ref().unwrap_or(&grant.access)).await
    {
        tracing::warn!(?error, "what was given after the end of a connection could not be revoked");
    }
    Ok(renewed.ok_or(ProblemCode::NotConnected)?)
}
