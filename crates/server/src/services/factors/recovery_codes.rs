//! Recovery codes: 120 random bits each, in 24 letters and digits. They cannot be guessed, so that a fast hash with a key
//! that is not in the database keeps them.

use api_types::{AuditAction, ProblemCode, UserId, limits};

use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::keys::random_bytes;
use crate::platform::token::Purpose;
use crate::services::audit::{self, Actor};
use crate::services::notices::{self, Happened};
use crate::state::App;

const BYTES: usize = 15;
/// Letters and digits, of which each stands for five bits.
pub(super) const LENGTH: usize = 24;
const GROUP: usize = 4;

/// New codes, in the place of those before.
pub(super) async fn renew(app: &App, conn: &mut Conn, user_id: &UserId) -> ApiResult<Vec<String>> {
    let mut codes = Vec::new();
    for _ in 0..limits::RECOVERY_CODES {
        let random = random_bytes().map_err(|error| {
            tracing::error!(%error, "no random numbers");
            ApiError::new(ProblemCode::Internal)
        })?;
        codes.push(totp_rs::Secret::from(random[..BYTES].to_vec()).to_base32());
    }
    let hash = |code: &String| app.tokens.hash(Purpose::RecoveryCode, user_id.as_str(), code);
    let hashes: Vec<_> = codes.iter().map(hash).collect();
    db::factors::replace_recovery_codes(conn, &app.account_id, user_id, &hashes).await?;
    Ok(codes.iter().map(|code| grouped(code)).collect())
}

/// Whether that is a code of the user; it is used up, and the user is told. Letters are large, without spaces.
pub(super) async fn take(app: &App, conn: &mut Conn, user: &UserRow, code: &str) -> ApiResult<bool> {
    let mut is_one = false;
    for hash in app.tokens.hashes(Purpose::RecoveryCode, user.id.as_str(), code) {
        is_one |= db::factors::use_recovery_code(conn, &user.id, &hash).await?;
    }
    if is_one {
        audit::note(app, conn, Actor::User(user), AuditAction::RecoveryCodeUsed, &user.email).await?;
        notices::tell(app, conn, &user.id, Happened::RecoveryCodeUsed).await?;
    }
    Ok(is_one)
}

fn grouped(code: &str) -> String {
    let chars: Vec<char> = code.chars().collect();
    chars.chunks(GROUP).map(String::from_iter).collect::<Vec<_>>().join("-")
}
