//! What people enter where a code is asked for: one of their authenticator app, or a recovery code.

use super::{authenticator_app, recovery_codes};
use crate::db::Conn;
use crate::db::users::UserRow;
use crate::error::ApiResult;
use crate::state::App;

/// Whether the code is right, which uses it up. In the transaction of what it leads to.
pub(crate) async fn take(app: &App, conn: &mut Conn, user: &UserRow, entered: &str) -> ApiResult<bool> {
    let code = cleaned(entered);
    match code.len() {
        recovery_codes::LENGTH => recovery_codes::take(app, conn, user, &code).await,
        _ => authenticator_app::take(app, conn, user, &code).await,
    }
}

/// People may group digits and letters, and write small ones.
pub(super) fn cleaned(entered: &str) -> String {
    entered.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}
