//! The session of this browser. Reading, opening and ending it are calls on behalf of no person.

use api_types::{
    Ceremony, ProblemCode, Proof, ProofAsked, Session, SessionTokens, SignIn, TokenRequest, paths,
};
use gloo_net::http::Method;

use super::client::{self, Cause};
use super::{Call, Failure, FailureKind, get};
use crate::platform::early_requests::EarlyRequest;

/// Signs in.
pub(crate) async fn open(credentials: &SignIn) -> Result<Session, Failure> {
    Call::post(paths::SESSION).json(credentials).opens_session().fetch().await.map_err(placed)
}

/// Begins a sign-in by a passkey.
pub(crate) async fn begin_passkey() -> Result<Ceremony, Failure> {
    Call::post(paths::SESSION_PASSKEY).opens_session().fetch().await
}

/// The session that a flow's window has just opened.
pub(crate) async fn read() -> Result<Session, Failure> {
    Call::new(Method::GET, paths::SESSION).opens_session().fetch().await
}

/// Who is signed in, as far as the backend tells this page.
pub(crate) enum Found {
    Somebody(Box<Session>),
    Nobody,
    /// Only its sign-in window can tell: the browser sends it no cookies from here.
    InWindow,
}

/// Asks for the session, which keeps it alive.
pub(crate) async fn find() -> Result<Found, Failure> {
    ask(Cause::Person).await
}

/// The same, without keeping the session alive.
pub(crate) async fn look() -> Result<Found, Failure> {
    ask(Cause::Screen).await
}

async fn ask(cause: Cause) -> Result<Found, Failure> {
    found(Call::new(Method::GET, paths::SESSION).opens_session().caused_by(cause).fetch_if_any().await)
}

/// The session as the page begins: `boot.js` has asked for it. Where it has no good answer, the app asks again, which
/// does all that is to be done about a failure.
pub(crate) async fn find_first() -> Result<Found, Failure> {
    if let Some(answer) = EarlyRequest::Session.take().await
        && let Ok(found) = found(client::read_if_any(answer).await)
    {
        return Ok(found);
    }
    find().await
}

fn found(answer: Result<Option<Session>, Failure>) -> Result<Found, Failure> {
    match answer {
        Ok(Some(session)) => Ok(Found::Somebody(Box::new(session))),
        Ok(None) => Ok(Found::Nobody),
        Err(failure) if failure.code() == Some(ProblemCode::SignInWindow) => Ok(Found::InWindow),
        Err(failure) if failure.status == 401 => Ok(Found::Nobody),
        Err(failure) => Err(placed(failure)),
    }
}

/// A failure of the session itself. Every backend has it: an address where there is none, or a page, leads to no API.
fn placed(mut failure: Failure) -> Failure {
    // A link that is not valid is an answer of the backend.
    let is_missing = matches!(failure.status, 404 | 405) && failure.code() != Some(ProblemCode::LinkInvalid);
    if is_missing || (failure.status == 200 && failure.kind == FailureKind::Page) {
        failure.kind = FailureKind::NoApi(client::base_url());
    }
    failure
}

/// The address of the sign-in window, a page of the app that the backend serves.
pub(crate) fn window_address() -> String {
    let base = client::base_url();
    format!("{}/sign-in/window", base.strip_suffix(paths::BASE).unwrap_or(&base))
}

/// Tokens for the pages of another site, in the session of this page.
pub(crate) async fn tokens(origin: &str) -> Result<SessionTokens, Failure> {
    let request = TokenRequest { origin: origin.to_owned() };
    Call::post(paths::SESSION_TOKENS).json(&request).opens_session().fetch().await
}

/// How the user proves who they are.
pub(crate) async fn ask_proof() -> Result<ProofAsked, Failure> {
    get(paths::SESSION_PROOF).await
}

/// Proves who the user is. A wrong proof is a failure with a field.
pub(crate) async fn prove(proof: &Proof) -> Result<(), Failure> {
    Call::post(paths::SESSION_PROOF).secret_json(proof).done().await
}

/// Begins a proof by a passkey.
pub(crate) async fn begin_passkey_proof() -> Result<Ceremony, Failure> {
    Call::post(paths::SESSION_PROOF_PASSKEY).fetch().await
}

/// Mails the user a code as a proof.
pub(crate) async fn send_proof_code() -> Result<(), Failure> {
    Call::post(paths::SESSION_PROOF_CODE).done().await
}

/// Signs out. A session that has already ended counts as success; one of which the browser sends no cookie from here does
/// not.
pub(crate) async fn end() -> Result<(), Failure> {
    match Call::new(Method::DELETE, paths::SESSION).ends_session().done().await {
        Err(failure) if failure.status == 401 && failure.code() != Some(ProblemCode::SignInWindow) => Ok(()),
        done => done,
    }
}
