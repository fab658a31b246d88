//! Authorises requests by the table of endpoints.

use std::net::SocketAddr;

use api_types::{ProblemCode, Role, headers, paths};
use axum::Extension;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::{ApiError, ApiResult};
use crate::http::auth::{csrf, session};
use crate::http::endpoints::{Access, Endpoint, Table};
use crate::http::observe::Person;
use crate::sandbox_mode::{self, Fault};
use crate::services::proofs;
use crate::services::sessions::{self, Caller, Through};
use crate::state::App;
use crate::state::limiter::Asker;

/// Lets a request through to its handler if the table allows it for the caller.
pub(crate) async fn guard(
    State(app): State<App>,
    Extension(endpoints): Extension<Table>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    route: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    let path = route.as_str().strip_prefix(paths::BASE).unwrap_or_default();
    let endpoint = endpoints.find(request.method(), path);
    let takes_secret = endpoint.is_some_and(Endpoint::takes_secret);
    let asker = Asker::at(app.config.client(peer.ip(), request.headers()));
    request.extensions_mut().insert(asker.clone());
    let mut response = match admit(&app, &asker, endpoint, path, request).await {
        Ok((request, fault)) => sandbox_mode::act(fault, request, next).await,
        Err(error) => error.into_response(),
    };
    asker.tell(response.headers_mut());
    if takes_secret {
        // A connection keeps what it has read in its buffer while it lives.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn admit(
    app: &App,
    asker: &Asker,
    endpoint: Option<&Endpoint>,
    path: &str,
    mut request: Request,
) -> ApiResult<(Request, Option<Fault>)> {
    let endpoint = endpoint.ok_or(ProblemCode::MethodNotAllowed)?;
    match endpoint.rules.access {
        Access::Browser => {
            asker.report(&app.limiter)?;
            return Ok((request, None));
        }
        // The handler recognises the key.
        Access::ApiKey => return Ok((request, None)),
        Access::Anyone | Access::Credentials | Access::SignedIn | Access::Admin => {}
    }
    let mut caller = match session::caller(app, request.headers()).await {
        // The handler ends the session that the cookie names, whatever the database answers.
        Err(_) if endpoint.signs_out() && session::token_hash(app, request.headers()).is_some() => None,
        Err(error) => {
            // It may have been a guess. Who knows a key that has ended has guessed nothing.
            if error.code() == ProblemCode::ApiKeyInvalid {
                asker.attempt(&app.limiter)?;
            }
            return Err(error);
        }
        Ok(caller) => caller,
    };
    if let Some(caller) = &caller {
        Person::note(&request, caller.id());
    }
    // A panel's session has a fixed length.
    if let Some(Caller { session, through: Through::Console, .. }) = &mut caller
        && !request.headers().contains_key(headers::BACKGROUND)
    {
        sessions::keep_alive(app, session);
    }
    let session = caller.as_ref().map(counted_as);
    // Before any refusal, so that refused requests count too.
    if let Some(session) = &session {
        asker.request(&app.limiter, session)?;
    }
    let panel = caller.as_ref().and_then(Caller::panel);
    if panel.is_some_and(|panel| !endpoint.rules.is_of_panel(panel.flow)) {
        return Err(ApiError::new(ProblemCode::Forbidden).detail("not part of what this panel shows"));
    }
    let is_command_line =
        caller.as_ref().is_some_and(|caller| matches!(caller.through, Through::CommandLine(_)));
    if is_command_line && !endpoint.rules.is_of_command_line() {
        return Err(ApiError::new(ProblemCode::Forbidden).detail("not part of what a command line does"));
    }
    // A page that one user opened does nothing in the name of another.
    if let (Some(caller), Some(person)) = (&caller, request.headers().get(headers::PERSON))
        && person.as_bytes() != caller.id().as_str().as_bytes()
    {
        return Err(ProblemCode::AnotherPerson.into());
    }
    if let Some(caller) = &caller {
        require_factor(app, endpoint, caller)?;
    }
    if caller.is_none()
        && endpoint.needs_cookie()
        && csrf::is_without_cookies(request.headers(), &app.origins)
    {
        return Err(ProblemCode::SignInWindow.into());
    }
    match endpoint.rules.access {
        // Attempts are counted by the handlers, once it is known for which account they are made.
        Access::Anyone | Access::Browser | Access::ApiKey | Access::Credentials => {}
        Access::SignedIn | Access::Admin if caller.is_none() => return Err(ProblemCode::SignedOut.into()),
        Access::SignedIn => {}
        Access::Admin => {
            if caller.as_ref().is_some_and(|caller| caller.role != Role::Admin) {
                return Err(ApiError::new(ProblemCode::Forbidden));
            }
        }
    }
    if let Some(caller) = caller.as_ref().filter(|_| endpoint.rules.needs_proof()) {
        proofs::require(app, caller)?;
    }
    if let Some(fields) = panel.and_then(|panel| endpoint.rules.fields(panel.flow)) {
        request.extensions_mut().insert(fields);
    }
    let fault = match &app.faults {
        Some(faults) => faults.next(session.as_deref(), path, request.method(), request.headers())?,
        None => None,
    };
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    Ok((request, fault))
}

/// Where the account asks for a second factor that the caller lacks, they may do nothing but add one. Signing in anew is for
/// everybody.
fn require_factor(app: &App, endpoint: &Endpoint, caller: &Caller) -> ApiResult<()> {
    let is_open = endpoint.rules.is_without_factor() || endpoint.rules.access == Access::Credentials;
    if !is_open && caller.factor.is_overdue(app.now()) {
        return Err(ProblemCode::FactorNeeded.into());
    }
    Ok(())
}

/// The name under which the requests of a session are counted. A panel has many short ones.
fn counted_as(caller: &Caller) -> String {
    match caller.panel() {
        Some(panel) => format!("panel {} {}", panel.key.id, caller.id()),
        None => caller.session.token_hash.clone(),
    }
}
