//! Fresh proofs: what outlives a session is done only within minutes after its owner has proved who they are. A session
//! that somebody else has got hold of is no such proof.

use std::time::Duration;

use api_types::{AuditAction, LoginManagement, ProblemCode, Proof, ProofAsked, ProofWay, Role};
use uuid::Uuid;

use crate::db::mail_kind::MailKind;
use crate::db::proof_codes::CodeRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::services::audit;
use crate::services::guessing;
use crate::services::proof_codes::{CODE_LIFETIME, CodePayload, code};
use crate::services::sessions::{self, Caller, Through};
use crate::state::App;
use crate::state::guesses::Guesser;

/// How long a proof counts. The sign-in is the first.
pub(crate) const FRESH_FOR: Duration = Duration::from_secs(5 * 60);
/// The least time between two codes, so that a mailbox is not flooded.
const CODE_PAUSE: Duration = Duration::from_secs(60);
/// After so many wrong entries, a code no longer works.
const WRONG_AT_MOST: u32 = 5;

/// Refuses what needs a fresh proof where there is none. A panel has none at any time: a key has opened it, and the page
/// around it could ask its users for anything.
pub(crate) fn require(app: &App, caller: &Caller) -> ApiResult<()> {
    let proven_at = Millis(caller.session.proven_at);
    match caller.through {
        Through::Console if proven_at.0 > 0 && !proven_at.is_over_since(FRESH_FOR, app.now()) => Ok(()),
        _ => Err(ProblemCode::ProofNeeded.into()),
    }
}

/// Refuses to give a role that the caller may not give: through a key, one beyond the key's; otherwise that of an
/// administrator without a fresh proof. Whoever made the key gave that proof.
pub(crate) fn require_to_give(app: &App, caller: &Caller, role: Role) -> ApiResult<()> {
    match caller.key() {
        Some(key) if role > key.grants => Err(ProblemCode::RoleBeyondKey.into()),
        None if role == Role::Admin => require(app, caller),
        Some(_) | None => Ok(()),
    }
}

/// How the caller can prove who they are, and whether that is needed at the moment.
pub(crate) async fn ask(app: &App, caller: &Caller) -> ApiResult<ProofAsked> {
    Ok(ProofAsked {
        way: way(app, &mut *app.db.read().await?, caller).await?,
        email: caller.user.email.clone(),
        is_fresh: require(app, caller).is_ok(),
    })
}

async fn way(app: &App, conn: &mut Conn, caller: &Caller) -> DbResult<ProofWay> {
    let management = db::accounts::login_management(conn, &app.account_id).await?;
    let by_password = management == LoginManagement::AllLoginMethods && caller.user.password_hash.is_some();
    Ok(if by_password { ProofWay::Password } else { ProofWay::Code })
}

/// Mails a code to the caller, unless one was sent a moment ago.
pub(crate) async fn send_code(app: &App, caller: &Caller) -> ApiResult<()> {
    let (now, session) = (app.now(), &caller.session.token_hash);
    sessions::store_if_unstored(app, session, now).await?;
    let mut tx = app.db.write().await?;
    if way(app, &mut tx, caller).await? != ProofWay::Code {
        return Err(ApiError::new(ProblemCode::Conflict).detail("the password is the proof"));
    }
    if let Some(last) = db::proof_codes::find(&mut tx, session).await?
        && !Millis(last.sent_at).is_over_since(CODE_PAUSE, now)
    {
        return Ok(());
    }
    let code_id = Uuid::now_v7().to_string();
    db::proof_codes::replace(&mut tx, session, &code_id, now).await?;
    let payload = serde_json::to_string(&CodePayload { code_id, sent_at: now.0 })?;
    db::mails::queue_personal(&mut tx, &app.account_id, caller.id(), MailKind::ProofCode, &payload, now)
        .await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(())
}

/// Takes a proof. A wrong one counts as a failed attempt to sign in, apart from those of others, who have no session.
pub(crate) async fn prove(app: &App, caller: &Caller, proof: Proof) -> ApiResult<()> {
    let (guesser, session) = (Guesser::User(caller.id().to_owned()), &caller.session.token_hash);
    guessing::require_unlocked(app, &guesser)?;
    sessions::store_if_unstored(app, session, app.now()).await?;
    let asked = way(app, &mut *app.db.read().await?, caller).await?;
    let (given, field) = match &proof {
        Proof::Password(_) => (ProofWay::Password, "password"),
        Proof::Code(_) => (ProofWay::Code, "code"),
    };
    if asked != given {
        return Err(ApiError::field(field, "the proof is asked for in another way"));
    }
    let hash = caller.user.password_hash.clone();
    let (password, entered) = match proof {
        Proof::Password(password) => (app.passwords.verify(password, hash).await?, None),
        Proof::Code(code) => (false, Some(code)),
    };
    let (mut tx, now) = (app.db.write().await?, app.now());
    // Checked again: during hashing there may have been many other attempts.
    guessing::require_unlocked(app, &guesser)?;
    let is_right = match entered {
        None => password,
        Some(entered) => {
            let sent = db::proof_codes::find(&mut tx, session).await?;
            let is_right = sent.is_some_and(|sent| is_code(app, &sent, &entered, now));
            if is_right {
                db::proof_codes::delete(&mut tx, session).await?;
            } else {
                db::proof_codes::note_wrong(&mut tx, session).await?;
            }
            is_right
        }
    };
    if !is_right {
        guessing::wrong_by_user(app, &mut tx, &guesser).await?;
        audit::by_caller(app, &mut tx, caller, AuditAction::ProofFailed, &caller.user.email).await?;
        tx.commit().await?;
        return Err(ApiError::field(field, "wrong, or no longer valid"));
    }
    guessing::forgive(app, &mut tx, &guesser).await?;
    db::sessions::prove(&mut tx, session, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether that is the code that was sent, while it works. People may group its digits.
fn is_code(app: &App, sent: &CodeRow, entered: &str, now: Millis) -> bool {
    let works = sent.wrong < WRONG_AT_MOST && !Millis(sent.sent_at).is_over_since(CODE_LIFETIME, now);
    let entered: String = entered.chars().filter(char::is_ascii_digit).collect();
    works && code(app, &sent.id).is_some_and(|code| code == entered)
}
