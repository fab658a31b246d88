//! The mappings that the account's administrators have chosen for columns.

use api_types::{ColumnMapping, limits};

use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::state::App;

/// Every mapping, the latest first.
pub(crate) async fn all(app: &App, conn: &mut Conn) -> DbResult<Vec<ColumnMapping>> {
    let mappings = db::column_mappings::all(conn, &app.account_id).await?;
    Ok(mappings.into_iter().map(|mapping| ColumnMapping { mapping }).collect())
}

/// Keeps a mapping, for the next file with these columns of any administrator of the account.
pub(crate) async fn keep(app: &App, caller: &Caller, chosen: &ColumnMapping) -> ApiResult<()> {
    let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._= ".contains(&byte);
    if chosen.mapping.is_empty() || !chosen.mapping.bytes().all(is_known) {
        return Err(ApiError::field("mapping", "not as `roster::remember` writes it"));
    }
    if chosen.mapping.len() > limits::COLUMN_MAPPING_MAX {
        return Err(ApiError::field("mapping", format!("longer than {} bytes", limits::COLUMN_MAPPING_MAX)));
    }
    let mut tx = callers::write(app, caller).await?;
    db::column_mappings::keep(&mut tx, &app.account_id, &chosen.mapping, app.now()).await?;
    tx.commit().await?;
    Ok(())
}
