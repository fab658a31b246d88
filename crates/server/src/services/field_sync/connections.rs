//! What the sync stands on: a connection to Salesforce and one to Marketo.

use super::halt::Halt;
use crate::clients::marketo::{Marketo, Patience};
use crate::services::marketo::connection;
use crate::state::App;

/// The account's client of Marketo, for work that nobody waits for.
pub(super) async fn marketo(app: &App) -> Result<Marketo, Halt> {
    let client = connection::client(app, Patience::Run).await?;
    client.map_err(Halt::Disconnected)
}
