//! The connections that the sync requires: Salesforce and Marketo.

use super::stop_reason::StopReason;
use crate::clients::marketo::{Marketo, RetryPolicy};
use crate::services::marketo::connection;
use crate::state::App;

/// The account's client of Marketo, for background work.
pub(super) async fn marketo(app: &App) -> Result<Marketo, StopReason> {
    let client = connection::client(app, RetryPolicy::Run).await?;
    client.map_err(StopReason::Disconnected)
}
