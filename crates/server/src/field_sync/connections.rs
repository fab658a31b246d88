//! What the sync stands on: a connection to Salesforce and one to Marketo.

use api_types::SetupStepId;

use super::halt::Halt;
use crate::app::App;
use crate::db::salesforce::ConnectionRow;
use crate::db::{self, Conn, DbResult};
use crate::marketo::{self, Marketo, Patience};

/// The steps that must be done before the sync can start.
pub(crate) async fn blocked_by(conn: &mut Conn, account_id: &str) -> DbResult<Vec<SetupStepId>> {
    let salesforce = db::salesforce::of_admins(conn, account_id).await?;
    let marketo = match db::marketo::connection(conn, account_id).await? {
        Some(connection) => connection.failure()?.is_none() && connection.is_owner_active()?,
        None => false,
    };
    let steps = [
        (SetupStepId::ConnectSalesforce, salesforce.iter().any(ConnectionRow::is_healthy)),
        (SetupStepId::ConnectMarketo, marketo),
    ];
    Ok(steps.into_iter().filter(|(_, done)| !done).map(|(step, _)| step).collect())
}

/// The account's client of Marketo, for work that nobody waits for.
pub(super) async fn marketo(app: &App) -> Result<Marketo, Halt> {
    let client = marketo::connection::client(app, Patience::Run).await?;
    client.map_err(Halt::Disconnected)
}
