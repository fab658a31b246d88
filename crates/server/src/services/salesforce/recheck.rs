//! Checks Salesforce again while a user looks at the last known state.

use std::time::Duration;

use api_types::Activity;

use super::connection::check;
use super::{Org, setup};
use crate::db;
use crate::db::salesforce::ConnectionRow;
use crate::error::ApiResult;
use crate::state::App;

/// A check is not repeated within this time, however many users look.
const FRESH: Duration = Duration::from_secs(30);

/// Checks the administrators' connections, and verifies anew what was verified before. Refusals by Salesforce are
/// recorded as usual, and are no error here.
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
    let due = db::salesforce_setup::org_verified_before(&mut conn, &app.account_id, FRESH, app.now()).await?;
    let admins = db::salesforce::of_admins(&mut conn, &app.account_id).await?;
    drop(conn);
    // What another org says would take the place of what was verified, as long as that org is connected.
    let to_it = due.and_then(|org| {
        let is_connected = admins.iter().any(|one| one.org_id == org);
        admins.into_iter().find(|one| one.is_healthy() && (one.org_id == org || !is_connected))
    });
    if let Some(connection) = to_it
        && let Err(error) = verify(app, connection).await
    {
        tracing::info!(?error, "the set-up in Salesforce could not be verified again");
    }
    Ok(())
}

/// Asks an org which items of the check-list are done, and stores the answers.
pub(crate) async fn verify(app: &App, connection: ConnectionRow) -> ApiResult<()> {
    let org_id = connection.org_id.clone();
    let mut org = Org::new(app, connection, Activity::VerifyingSetup);
    let marketo = app.services.marketo.integration.as_ref();
    let findings = setup::verify(&mut org, marketo.map(|known| known.munchkin_account_id.as_str())).await?;
    let mut tx = app.db.write().await?;
    db::salesforce_setup::forget_untold(&mut tx, &app.account_id, &org_id, &findings).await?;
    for finding in &findings {
        db::salesforce_setup::note(&mut tx, &app.account_id, &org_id, finding, app.now()).await?;
    }
    tx.commit().await?;
    Ok(())
}
