//! Tokens for a console on another site than the server's, to which browsers do not send the session's cookie: an
//! access token that lives for minutes, and a refresh token that works once.
//!
//! A token is valid for one origin: it is an HMAC over the origin and the generation of its row. It acts for the session
//! that it was issued for, and ends with it. Using an old refresh token deletes the row.

use std::time::Duration;

use api_types::{ProblemCode, SessionTokens};
use uuid::Uuid;

use crate::db::session_tokens::TokensRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::token::{Claim, Purpose};
use crate::services::sessions::{self, Caller};
use crate::state::App;

/// How long an access token lives.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Issues tokens for pages of a listed origin.
pub(crate) async fn issue(app: &App, caller: &Caller, origin: &str) -> ApiResult<SessionTokens> {
    if !app.origins.contains(origin.as_bytes()) {
        return Err(ApiError::field("origin", "not an origin whose pages may call this server"));
    }
    let hash = &caller.session.token_hash;
    sessions::store_if_unstored(app, hash, app.now()).await?;
    let mut tx = app.db.write().await?;
    let tokens = issue_for(app, &mut tx, hash, origin).await?;
    tx.commit().await?;
    Ok(tokens)
}

/// Issues tokens of a stored session, by the hash of its token, for pages of a listed origin, in the caller's transaction.
pub(crate) async fn issue_for(
    app: &App,
    conn: &mut Conn,
    session_hash: &str,
    origin: &str,
) -> ApiResult<SessionTokens> {
    let id = Uuid::now_v7();
    let row = TokensRow {
        id: id.to_string(),
        session_hash: session_hash.to_owned(),
        generation: 0,
        issued_at: app.now().0,
    };
    db::session_tokens::insert(conn, &app.account_id, &row).await?;
    Ok(minted(app, Claim { id, generation: row.generation }, origin))
}

/// What a refresh token claims that was issued for this origin, if it is genuine.
pub(crate) fn refresh_claim(app: &App, token: &str, origin: &str) -> Option<Claim> {
    app.tokens.verify_for(Purpose::SessionRefresh, token, origin)
}

/// Exchanges a genuine refresh token for new tokens. One that was used before may be stolen, or the thief may have used it
/// first: then all tokens of its row are revoked.
pub(crate) async fn refresh(app: &App, claim: Claim, origin: &str) -> ApiResult<SessionTokens> {
    let id = claim.id.to_string();
    let row = db::session_tokens::find(&mut *app.db.read().await?, &id).await?;
    let row = row.ok_or(ProblemCode::SignedOut)?;
    if sessions::look_up(app, &row.session_hash).await?.is_none() {
        return Err(ProblemCode::SignedOut.into());
    }
    let now = app.now();
    let mut tx = app.db.write().await?;
    // Read again, inside the only write transaction: a refresh token works once.
    let row = db::session_tokens::find(&mut tx, &id).await?.ok_or(ProblemCode::SignedOut)?;
    if row.generation != claim.generation {
        db::session_tokens::delete(&mut tx, &id).await?;
        tx.commit().await?;
        tracing::warn!("a refresh token was used twice; its tokens are revoked");
        return Err(ProblemCode::SignedOut.into());
    }
    db::session_tokens::advance(&mut tx, &row, now).await?;
    tx.commit().await?;
    Ok(minted(app, Claim { generation: row.generation + 1, ..claim }, origin))
}

/// The session that an access token acts for, by its hash. `None` if the token has expired, was replaced or revoked, or
/// was issued for another origin.
pub(crate) async fn session_of(app: &App, token: &str, origin: &str) -> ApiResult<Option<String>> {
    let claim = app.tokens.verify_for(Purpose::SessionAccess, token, origin);
    let Some(claim) = claim.filter(|_| app.origins.contains(origin.as_bytes())) else { return Ok(None) };
    let row = db::session_tokens::find(&mut *app.db.read().await?, &claim.id.to_string()).await?;
    let is_current = |row: &TokensRow| {
        let ends = Millis(row.issued_at).plus(LIFETIME);
        row.generation == claim.generation && !ends.is_over(LIFETIME, app.now())
    };
    Ok(row.filter(is_current).map(|row| row.session_hash))
}

fn minted(app: &App, claim: Claim, origin: &str) -> SessionTokens {
    SessionTokens {
        access_token: app.tokens.mint_for(Purpose::SessionAccess, claim, origin),
        refresh_token: app.tokens.mint_for(Purpose::SessionRefresh, claim, origin),
        expires_in: LIFETIME.as_secs(),
    }
}
