use api_types::{Ceremony, ProblemCode, Proof, ProofAsked, Session, SignIn, paths};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};

use crate::error::ApiResult;
use crate::http::auth::device;
use crate::http::auth::session;
use crate::http::extract::Json;
use crate::platform::cookie::FlowCookie;
use crate::platform::token::Purpose;
use crate::services::address;
use crate::services::proofs;
use crate::services::sessions::{self, Browser, Caller};
use crate::services::sign_in::{self, Entered};
use crate::services::sign_out;
use crate::state::App;
use crate::state::limiter::Asker;

/// Begins a sign-in by a passkey.
#[utoipa::path(post, path = paths::SESSION_PASSKEY, tag = "session", responses((status = 200, body = Ceremony)))]
pub(crate) async fn begin_passkey(State(app): State<App>) -> ApiResult<Json<Ceremony>> {
    sign_in::begin_by_passkey(&app).await.map(Json)
}

/// Signs in by password, by a passkey, or by a one-time link of the command line. The response sets the session cookie.
#[utoipa::path(post, path = paths::SESSION, tag = "session", request_body = SignIn,
    responses((status = 200, body = Session)))]
pub(crate) async fn create(
    State(app): State<App>,
    asker: Asker,
    browser: Browser,
    head: HeaderMap,
    Json(request): Json<SignIn>,
) -> ApiResult<Response> {
    let before = session::token_hash(&app, &head);
    let opened = match request {
        SignIn::Password { email, password, code } => {
            let address = address::lookup_key(&email);
            let guesser = sign_in::guesser(&app, &asker, &address, device::of(&app, &head, &address))?;
            let entered = Entered { address, password, code };
            sign_in::by_password(&app, &guesser, entered, before.as_deref(), &browser).await?
        }
        SignIn::Passkey(answer) => {
            asker.attempt(&app.limiter)?;
            sign_in::by_passkey(&app, answer, before.as_deref(), &browser).await?
        }
        SignIn::Link { token } => {
            let claim = asker.attempt_by_link(&app.limiter, &app.tokens, Purpose::SignIn, &token)?;
            sign_in::by_link(&app, &claim, before.as_deref(), &browser).await?
        }
    };
    Ok(session::hand_over(&app, opened))
}

/// The signed-in user. A browser without a session gets an empty answer, which is no failure; one whose session has
/// ended gets the problem `signed_out`.
#[utoipa::path(get, path = paths::SESSION, tag = "session",
    responses((status = 200, body = Session), (status = 204, description = "Nobody is signed in.")))]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    head: HeaderMap,
) -> ApiResult<Response> {
    match caller {
        Some(Extension(caller)) => Ok(Json(sessions::view_of(&app, &caller)?).into_response()),
        None if app.cookie.read(&head).is_none() => Ok(StatusCode::NO_CONTENT.into_response()),
        None => Err(ProblemCode::SignedOut.into()),
    }
}

/// Signs out. Without a session, this succeeds and does nothing.
///
/// The cookies are cleared whatever state the database is in, which stores the end of the session as soon as it can. The
/// browser stays known to be this person's. A panel ends its own session alone: the cookies are those of the console.
#[utoipa::path(delete, path = paths::SESSION, tag = "session", responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    head: HeaderMap,
) -> Response {
    let is_panel = caller.as_ref().is_some_and(|Extension(caller)| caller.panel().is_some());
    let by_caller = caller.map(|Extension(caller)| caller.session.token_hash);
    if let Some(hash) = by_caller.or_else(|| session::token_hash(&app, &head)) {
        sign_out::end(&app, &hash).await;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if is_panel {
        return response;
    }
    // Each by name: `Clear-Site-Data` would clear those of all hosts of the domain.
    let expired = std::iter::once(app.cookie.clear()).chain(FlowCookie::clear_all(app.cookie, &head));
    for cookie in expired {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// How the caller proves who they are before what outlives the session, and whether that is needed at the moment.
#[utoipa::path(get, path = paths::SESSION_PROOF, tag = "session", responses((status = 200, body = ProofAsked)))]
pub(crate) async fn ask_proof(State(app): State<App>, caller: Caller) -> ApiResult<Json<ProofAsked>> {
    proofs::ask(&app, &caller).await.map(Json)
}

/// Proves who the caller is. For five minutes, the session may do what outlives it; it goes on under another cookie.
#[utoipa::path(post, path = paths::SESSION_PROOF, tag = "session", request_body = Proof,
    responses((status = 204)))]
pub(crate) async fn prove(
    State(app): State<App>,
    asker: Asker,
    caller: Caller,
    head: HeaderMap,
    Json(proof): Json<Proof>,
) -> ApiResult<Response> {
    asker.attempt_for(&app.limiter, caller.id().as_str())?;
    let cookie = session::token_hash(&app, &head);
    let renewed = proofs::prove(&app, &caller, proof, cookie.as_deref()).await?;
    let cookie = renewed.map(|token| (header::SET_COOKIE, app.cookie.set(&token)));
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie)).into_response())
}

/// Begins a proof by a passkey.
#[utoipa::path(post, path = paths::SESSION_PROOF_PASSKEY, tag = "session", responses((status = 200, body = Ceremony)))]
pub(crate) async fn begin_passkey_proof(State(app): State<App>, caller: Caller) -> ApiResult<Json<Ceremony>> {
    proofs::begin_by_passkey(&app, &caller).await.map(Json)
}

/// Mails the caller a code as a proof. Within a minute of the last one, no other is sent.
#[utoipa::path(post, path = paths::SESSION_PROOF_CODE, tag = "session", responses((status = 202)))]
pub(crate) async fn send_proof_code(State(app): State<App>, caller: Caller) -> ApiResult<StatusCode> {
    proofs::send_code(&app, &caller).await?;
    Ok(StatusCode::ACCEPTED)
}
