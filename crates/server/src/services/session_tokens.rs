//! Tokens for a console on another site than the server's, to which browsers do not send the session's cookie: an
//! access token that lives for minutes, and a refresh token that works once.
//!
//! A token is valid for one origin: it is an HMAC over the origin and the generation of its row. It acts for the session
//! that it was issued for, and ends with it. Using an old refresh token deletes the row, except where the answer to its
//! first use seems to have been lost: then it gets the same tokens again.

use std::time::Duration;

use api_types::{ProblemCode, SessionTokens};
use uuid::Uuid;

use crate::db::session_tokens::TokensRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::request_id;
use crate::platform::token::{Claim, Purpose};
use crate::services::callers;
use crate::services::sessions::{self, Caller};
use crate::state::App;

/// How long an access token lives.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How long after its use a refresh token gets the same tokens again, while those are unused.
const REPEATABLE: Duration = Duration::from_secs(60);

/// Issues tokens for pages of a listed origin.
pub(crate) async fn issue(app: &App, caller: &Caller, origin: &str) -> ApiResult<SessionTokens> {
    if !app.origins.contains(origin.as_bytes()) {
        return Err(ApiError::field("origin", "not an origin whose pages may call this server"));
    }
    let hash = &caller.session.token_hash;
    sessions::store_if_unstored(app, hash, app.now()).await?;
    let (mut tx, caller) = callers::write_own(app, caller).await?;
    let tokens = issue_for(app, &mut tx, &caller.session.token_hash, origin).await?;
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
        is_used: false,
    };
    db::session_tokens::insert(conn, &app.account_id, &row, origin).await?;
    Ok(minted(app, Claim { id, generation: row.generation }, origin, LIFETIME))
}

/// What a refresh token claims that was issued for this origin, if it is genuine.
pub(crate) fn refresh_claim(app: &App, token: &str, origin: &str) -> Option<Claim> {
    app.tokens.verify_for(Purpose::SessionRefresh, token, origin)
}

/// Exchanges a genuine refresh token for new tokens. One that was used before may be stolen, or the thief may have used it
/// first: then all tokens of its row are revoked. But a page that got no answer has nothing else to ask with.
pub(crate) async fn refresh(app: &App, claim: Claim, origin: &str) -> ApiResult<SessionTokens> {
    let id = claim.id.to_string();
    let row = db::session_tokens::find(&mut *app.db.read().await?, &id).await?;
    let row = row.ok_or(ProblemCode::SignedOut)?;
    if callers::by_session(app, &mut *app.db.read().await?, &row.session_hash).await?.is_none() {
        return Err(ProblemCode::SignedOut.into());
    }
    let now = app.now();
    let mut tx = app.db.write().await?;
    // Read again, inside the only write transaction: a refresh token works once.
    let row = db::session_tokens::find(&mut tx, &id).await?.ok_or(ProblemCode::SignedOut)?;
    let row = match generation(app, &row, claim, now) {
        Generation::Current => db::session_tokens::advance(&mut tx, &row, now).await?,
        Generation::Repeatable => row,
        Generation::UsedUp => {
            db::session_tokens::delete(&mut tx, &id).await?;
            tx.commit().await?;
            tracing::warn!("a refresh token was used twice; its tokens are revoked");
            return Err(ProblemCode::SignedOut.into());
        }
    };
    tx.commit().await?;
    let lasts = now.until(ends(&row)).min(LIFETIME);
    Ok(minted(app, Claim { generation: row.generation, ..claim }, origin, lasts))
}

/// What a genuine refresh token is worth, by its generation.
enum Generation {
    Current,
    /// The one before, whose successor nobody has used yet.
    Repeatable,
    UsedUp,
}

fn generation(app: &App, row: &TokensRow, claim: Claim, now: Millis) -> Generation {
    if claim.generation == row.generation {
        return Generation::Current;
    }
    let current = Claim { generation: row.generation, ..claim };
    let is_used = row.is_used || app.token_uses.is_being_stored(&current);
    let is_before = claim.generation.checked_add(1) == Some(row.generation);
    if is_before && !is_used && !Millis(row.issued_at).is_over_since(REPEATABLE, now) {
        Generation::Repeatable
    } else {
        Generation::UsedUp
    }
}

/// The session that an access token acts for, by its hash. `None` if the token has expired, was replaced or revoked, or
/// was issued for another origin.
pub(crate) async fn session_of(app: &App, token: &str, origin: &str) -> ApiResult<Option<String>> {
    let claim = app.tokens.verify_for(Purpose::SessionAccess, token, origin);
    let Some(claim) = claim.filter(|_| app.origins.contains(origin.as_bytes())) else { return Ok(None) };
    let row = db::session_tokens::find(&mut *app.db.read().await?, &claim.id.to_string()).await?;
    let is_current =
        |row: &TokensRow| row.generation == claim.generation && !ends(row).is_over(LIFETIME, app.now());
    let Some(row) = row.filter(is_current) else { return Ok(None) };
    if !row.is_used {
        note_use(app, &row, claim);
    }
    Ok(Some(row.session_hash))
}

/// Stores that the tokens of a generation have arrived, in the background: a request that reads waits for no writer.
fn note_use(app: &App, row: &TokensRow, claim: Claim) {
    if !app.token_uses.begin(claim) {
        return;
    }
    let (app, row) = (app.clone(), row.clone());
    request_id::spawn_detached(async move {
        let noted = async {
            let mut tx = app.db.write().await?;
            db::session_tokens::note_use(&mut tx, &row).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the use of an access token could not be stored");
        }
        app.token_uses.end(&claim);
    });
}

fn ends(row: &TokensRow) -> Millis {
    Millis(row.issued_at).plus(LIFETIME)
}

fn minted(app: &App, claim: Claim, origin: &str, lasts: Duration) -> SessionTokens {
    SessionTokens {
        access_token: app.tokens.mint_for(Purpose::SessionAccess, claim, origin),
        refresh_token: app.tokens.mint_for(Purpose::SessionRefresh, claim, origin),
        expires_in: lasts.as_secs(),
    }
}
