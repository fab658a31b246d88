//! Recent failures of Salesforce, Marketo and the mail server.

use api_types::RecentError;

use crate::db::{self, Conn, DbResult};
use crate::state::App;

/// Failures with their ids, the latest first, and how many are kept. `before` is the last id of the page before.
pub(crate) async fn errors(
    app: &App,
    conn: &mut Conn,
    before: Option<&str>,
    limit: u32,
) -> DbResult<(Vec<(String, RecentError)>, u64)> {
    db::errors::list(conn, &app.account_id, before, limit).await
}
