//! Recent failures of Salesforce, Marketo and the mail server.

use api_types::RecentError;

use crate::db::errors::LastSuccesses;
use crate::db::{self, Conn, DbResult};
use crate::state::App;

/// Failures with their ids, the latest first, and how many are kept. `before` is the last id of the page before.
pub(crate) async fn errors(
    app: &App,
    conn: &mut Conn,
    before: Option<&str>,
    limit: u32,
) -> DbResult<(Vec<(String, RecentError)>, u64)> {
    let successes = LastSuccesses::read(conn, &app.account_id, app.mail_monitor.last_success()).await?;
    db::errors::list(conn, &app.account_id, successes, before, limit).await
}
