//! Fresh proofs: what outlives a session is done only within minutes after its owner has proved who they are. A session
//! that somebody else has got hold of is no such proof, nor is Salesforce's word where it was not made to ask.

use std::time::Duration;

use api_types::{AuditAction, Ceremony, LoginManagement, ProblemCode, Proof, ProofAsked, ProofWay, Role};
use uuid::Uuid;

use crate::db::mail_kind::MailKind;
use crate::db::proof_codes::CodeRow;
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::services::audit::{self, Actor};
use crate::services::factors::codes;
use crate::services::factors::passkeys::{self, Assertion};
use crate::services::guessing;
use crate::services::proof_codes::{CODE_LIFETIME, CodePayload, code};
use crate::services::sessions::{self, Caller, Through};
use crate::state::App;

/// How long a proof counts. The sign-in is the first, unless Salesforce let somebody in without asking.
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
        ways: ways(app, &mut *app.db.read().await?, caller).await?,
        email: caller.user.email.clone(),
        is_fresh: require(app, caller).is_ok(),
    })
}

/// Takes what Salesforce says, made to ask, of who is in a session of this user: the org and the user's id there. Returns
/// the session's other token if it is the one as whom they have signed in.
pub(crate) async fn by_salesforce(
    app: &App,
    owner: &UserRow,
    session: &str,
    who: (&str, &str),
) -> ApiResult<Option<String>> {
    let mut tx = app.db.write().await?;
    let live = sessions::live(app, &mut tx, session).await?;
    if live.is_none_or(|session| session.user_id != owner.id) {
        return Err(ProblemCode::SignedOut.into());
    }
    let known = db::salesforce::identity_of(&mut tx, &owner.id).await?;
    let is_owner = known.is_some_and(|known| (known.org_id.as_str(), known.user_id.as_str()) == who);
    let renewed = if is_owner {
        // The window has sent that cookie when it set out.
        sessions::prove(app, &mut tx, session, Some(session)).await?
    } else {
        let subject = format!("{} (Salesforce)", owner.email);
        audit::note(app, &mut tx, Actor::User(owner), AuditAction::ProofFailed, &subject).await?;
        None
    };
    tx.commit().await?;
    Ok(renewed)
}

/// The ways that count, the best first. A password alone is none where the user has a second factor, a code by mail only
/// where they have neither password nor factor, and Salesforce, before it, where they have no password.
pub(crate) async fn ways(app: &App, conn: &mut Conn, caller: &Caller) -> DbResult<Vec<ProofWay>> {
    let management = db::accounts::login_management(conn, &app.account_id).await?;
    let by_password = management == LoginManagement::AllLoginMethods && caller.user.password_hash.is_some();
    let standing = db::factors::standing(conn, caller.id()).await?;
    let mut ways = Vec::new();
    if standing.has_passkey {
        ways.push(ProofWay::Passkey);
    }
    match (by_password, standing.has_any()) {
        // Where there are passkeys only, the code is a recovery code.
        (true, true) => ways.push(ProofWay::PasswordAndCode),
        (true, false) => ways.push(ProofWay::Password),
        (false, _) if standing.has_app => ways.push(ProofWay::AppCode),
        (false, _) => {}
    }
    let has_own = !ways.is_empty();
    if !by_password
        && app.services.salesforce.is_some()
        && db::salesforce::identity_of(conn, caller.id()).await?.is_some()
    {
        ways.push(ProofWay::Salesforce);
    }
    if !has_own {
        ways.push(ProofWay::Code);
    }
    Ok(ways)
}

/// Begins a proof by a passkey.
pub(crate) async fn begin_by_passkey(app: &App, caller: &Caller) -> ApiResult<Ceremony> {
    passkeys::begin_proof(app, &mut *app.db.read().await?, caller).await
}

/// Mails a code to the caller, unless one was sent a moment ago.
pub(crate) async fn send_code(app: &App, caller: &Caller) -> ApiResult<()> {
    let (now, session) = (app.now(), &caller.session.token_hash);
    sessions::store_if_unstored(app, session, now).await?;
    let mut tx = app.db.write().await?;
    if !ways(app, &mut tx, caller).await?.contains(&ProofWay::Code) {
        return Err(ApiError::new(ProblemCode::Conflict).detail("there is a better proof"));
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

/// What is left to be judged of a proof in the transaction that it leads to.
enum Rest {
    Nothing,
    /// Of the authenticator app, or a recovery code.
    Code(String),
    MailedCode(String),
    Passkey(Box<Assertion>),
}

/// Takes a proof; `cookie` and what is returned are those of [`sessions::prove`]. A wrong one counts as a failed attempt to
/// sign in, apart from those of others, who have no session.
pub(crate) async fn prove(
    app: &App,
    caller: &Caller,
    proof: Proof,
    cookie: Option<&str>,
) -> ApiResult<Option<String>> {
    let (guesser, session) = (guessing::in_session(caller), &caller.session.token_hash);
    guessing::require_unlocked(app, &guesser)?;
    sessions::store_if_unstored(app, session, app.now()).await?;
    let given = match &proof {
        Proof::Password(_) => ProofWay::Password,
        Proof::PasswordAndCode { .. } => ProofWay::PasswordAndCode,
        Proof::AppCode(_) => ProofWay::AppCode,
        Proof::Passkey(_) => ProofWay::Passkey,
        Proof::Code(_) => ProofWay::Code,
    };
    if !ways(app, &mut *app.db.read().await?, caller).await?.contains(&given) {
        return Err(ApiError::field(field(given), "the proof is asked for in another way"));
    }
    let (password, rest) = match proof {
        Proof::Password(password) => (Some(password), Some(Rest::Nothing)),
        Proof::PasswordAndCode { password, code } => (Some(password), Some(Rest::Code(code))),
        Proof::AppCode(code) => (None, Some(Rest::Code(code))),
        Proof::Code(code) => (None, Some(Rest::MailedCode(code))),
        Proof::Passkey(answer) => {
            let mut conn = app.db.read().await?;
            let assertion = unless_refused(passkeys::proof(app, &mut conn, caller, answer).await)?;
            (None, assertion.map(|assertion| Rest::Passkey(Box::new(assertion))))
        }
    };
    let mut wrong = None;
    if let Some(password) = password
        && !app.passwords.verify(password, caller.user.password_hash.clone()).await?
    {
        wrong = Some(ApiError::field("password", "wrong"));
    }
    let mut tx = app.db.write().await?;
    // Checked again: during hashing there may have been many other attempts.
    guessing::require_unlocked(app, &guesser)?;
    if wrong.is_none() && !is_right(app, &mut tx, caller, rest).await? {
        wrong = Some(match given {
            ProofWay::Passkey => ProblemCode::PasskeyRefused.into(),
            _ => ApiError::field(field(given), "wrong, or no longer valid"),
        });
    }
    if let Some(wrong) = wrong {
        guessing::wrong_by_user(app, &mut tx, &guesser).await?;
        audit::by_caller(app, &mut tx, caller, AuditAction::ProofFailed, &caller.user.email).await?;
        tx.commit().await?;
        return Err(wrong);
    }
    guessing::forgive(app, &mut tx, &guesser).await?;
    let renewed = sessions::prove(app, &mut tx, session, cookie).await?;
    tx.commit().await?;
    // Of a recovery code that was used up, its owner is told.
    app.mail_monitor.wake();
    Ok(renewed)
}

/// The field of a proof that is refused.
fn field(way: ProofWay) -> &'static str {
    match way {
        ProofWay::Password => "password",
        ProofWay::Passkey => "passkey",
        ProofWay::PasswordAndCode | ProofWay::AppCode | ProofWay::Code => "code",
        ProofWay::Salesforce => "salesforce",
    }
}

/// A passkey that is refused is a wrong proof.
fn unless_refused<T>(judged: ApiResult<T>) -> ApiResult<Option<T>> {
    match judged {
        Ok(right) => Ok(Some(right)),
        Err(error) if error.code() == ProblemCode::PasskeyRefused => Ok(None),
        Err(error) => Err(error),
    }
}

/// Judges the rest of a proof, which uses it up.
async fn is_right(app: &App, conn: &mut Conn, caller: &Caller, rest: Option<Rest>) -> ApiResult<bool> {
    let session = &caller.session.token_hash;
    match rest {
        None => Ok(false),
        Some(Rest::Nothing) => Ok(true),
        Some(Rest::Code(code)) => codes::take(app, conn, &caller.user, &code).await,
        Some(Rest::Passkey(assertion)) => Ok(unless_refused(assertion.take(app, conn).await)?.is_some()),
        Some(Rest::MailedCode(entered)) => {
            let sent = db::proof_codes::find(conn, session).await?;
            let is_right = sent.is_some_and(|sent| is_code(app, &sent, &entered, app.now()));
            if is_right {
                db::proof_codes::delete(conn, session).await?;
            } else {
                db::proof_codes::note_wrong(conn, session).await?;
            }
            Ok(is_right)
        }
    }
}

/// Whether that is the code that was sent, while it works. People may group its digits.
fn is_code(app: &App, sent: &CodeRow, entered: &str, now: Millis) -> bool {
    let works = sent.wrong < WRONG_AT_MOST && !Millis(sent.sent_at).is_over_since(CODE_LIFETIME, now);
    let entered: String = entered.chars().filter(char::is_ascii_digit).collect();
    works && code(app, &sent.id).is_some_and(|code| code == entered)
}
