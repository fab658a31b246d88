//! Asking Salesforce again while somebody looks at what was last known of it.

use std::time::Duration;

use api_types::Activity;

use super::connection::check;
use super::{Org, setup};
use crate::db;
use crate::db::salesforce::ConnectionRow;
use crate::error::ApiResult;
use crate::state::App;

/// What was asked so lately is not asked again, however many people look.
const FRESH: Duration = Duration::from_secs(30);

/// Checks the administrators' connections, and verifies anew what was verified before. What Salesforce refuses is noted
/// as ever, and is no failure of this.
pub(crate) async fn run(app: &App) -> ApiResult<()> {
    let mut conn = app.db.read().await?;
    let admins = db::salesforce::of_admins(&mut conn, &app.account_id).await?;
    let due = db::salesforce::unchecked_for(&mut conn, &app.account_id, FRESH, app.now()).await?;
    drop(conn);
    for connection in due.into_iter().filter(|due| admins.iter().any(|admin| admin.id == due.id)) {
        if let Err(error) = check(app, connection).await {
            tracing::info!(?error, "a connection to Salesforce could not be checked again");
        }
    }
    let mut conn = app.db.read().await?;
    let is_due = db::salesforce_setup::is_older_than(&mut conn, &app.account_id, FRESH, app.now()).await?;
    let first = db::salesforce::of_admins(&mut conn, &app.account_id).await?.into_iter().next();
    drop(conn);
    if let Some(connection) = first.filter(|first| is_due && first.is_healthy())
        && let Err(error) = verify(app, connection).await
    {
        tracing::info!(?error, "the set-up in Salesforce could not be verified again");
    }
    Ok(())
}

/// Asks an org what of the check-list is done, and keeps what it says.
pub(crate) async fn verify(app: &App, connection: ConnectionRow) -> ApiResult<()> {
    let org_id = connection.org_id.clone();
    let mut org = Org::new(app, connection, Activity::VerifyingSetup);
    let marketo = app.services.marketo.integration.as_ref();
    let findings = setup::verify(&mut org, marketo.map(|known| known.munchkin_account_id.as_str())).await?;
    let mut tx = app.db.write().await?;
    for finding in &findings {
        db::salesforce_setup::note(&mut tx, &app.account_id, &org_id, finding, app.now()).await?;
    }
    tx.commit().await?;
    Ok(())
}
