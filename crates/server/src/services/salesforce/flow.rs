//! An authorisation at Salesforce: begun by the app, passed through in a window, answered once. Connecting, signing in,
//! accepting an invitation and proving who one is use the same one.
//!
//! The window takes along a secret state and a PKCE challenge. A callback counts only together with the cookie that
//! this flow has set in this browser. The cookie is `Lax`: the session's is `Strict`, which browsers do not send when another
//! site redirects back. A flow of somebody who is signed in also needs the session that began it. The verifier never leaves
//! the server.
//!
//! A flow that a console on another site began is led to its start by a page of the backend, so that the browser sends the
//! session's cookie.

use std::time::Duration;

use api_types::{
    Activity, ConnectionFailure, Flow, FlowId, FlowPurpose, FlowState, InvitationId, ProblemCode, ProofWay,
    SalesforceConnect, SalesforceEnvironment, SalesforceSignIn, Service, limits,
};
use url::Url;

use super::connection::{Connected, connect, take_up};
use super::identity::{self, Identity};
use super::oauth::{self, AuthorizeOptions, DATA, Grant, IDENTITY};
use super::refusal::{Error, Refusal};
use super::service::{not_configured, service};
use super::sign_in::{self, SignedIn};
use crate::db::flows::{FlowRow, NewAuthorization, NewFlow};
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::request_id;
use crate::platform::secrets::{Secret, SecretContext};
use crate::platform::token::{Purpose, random_token, sha256};
use crate::platform::url::below;
use crate::services::activation;
use crate::services::proofs;
use crate::services::sessions::{self, Browser, Caller, Opened};
use crate::state::App;
use crate::state::limiter::Asker;

/// How long a flow may take.
pub(crate) const LIFETIME: Duration = db::flows::LIFETIME;

const VERIFIER: &str = "flows.verifier";
const KNOWN_BY: &str = "flows.known_by";
/// Between the tokens of a browser as they are sealed.
const BETWEEN: &str = " ";

/// The purpose of a flow, as requested.
enum FlowRequest<'a> {
    Connect(&'a Caller),
    Prove(&'a Caller),
    SignIn,
    /// Accepts the invitation with that id, by a link of that generation.
    Activate {
        invitation: &'a InvitationId,
        generation: u32,
    },
}

/// Where a flow is begun.
struct Beginning<'a> {
    /// The session of the requesting browser, if it has one.
    session_hash: Option<&'a str>,
    /// The origin of the requesting page, if it is one.
    origin: Option<&'a str>,
    /// The path there to return to.
    return_to: &'a str,
}

/// Begins a flow that connects the caller. `origin` is that of the requesting page, if it is one, here and below.
pub(crate) async fn begin_connecting(
    app: &App,
    caller: &Caller,
    origin: Option<&str>,
    wanted: &SalesforceConnect,
) -> ApiResult<Flow> {
    // The answer of Salesforce is taken for a stored session only.
    sessions::store_if_unstored(app, &caller.session.token_hash, app.now()).await?;
    let at =
        Beginning { session_hash: Some(&caller.session.token_hash), origin, return_to: &wanted.return_to };
    begin(app, FlowRequest::Connect(caller), &wanted.environment, at).await
}

/// Begins a flow that proves who the caller is, where they last signed in through Salesforce.
pub(crate) async fn begin_proof(app: &App, caller: &Caller, origin: Option<&str>) -> ApiResult<Flow> {
    sessions::store_if_unstored(app, &caller.session.token_hash, app.now()).await?;
    let mut conn = app.db.read().await?;
    let ways = proofs::ways(app, &mut conn, caller).await?;
    let identity = db::salesforce::identity_of(&mut conn, caller.id()).await?;
    let identity = identity.filter(|_| ways.contains(&ProofWay::Salesforce));
    let identity = identity.ok_or_else(|| {
        ApiError::new(ProblemCode::Conflict).detail("the proof is asked for in another way")
    })?;
    drop(conn);
    let at = Beginning { session_hash: Some(&caller.session.token_hash), origin, return_to: "/" };
    begin(app, FlowRequest::Prove(caller), &identity.environment, at).await
}

/// Begins a flow that signs a member in, or accepts an invitation. `caller` is who is signed in meanwhile.
pub(crate) async fn begin_sign_in(
    app: &App,
    asker: &Asker,
    caller: Option<&Caller>,
    origin: Option<&str>,
    wanted: &SalesforceSignIn,
) -> ApiResult<Flow> {
    let invitation = match &wanted.activation_token {
        Some(token) => {
            let claim = asker.attempt_by_link(&app.limiter, &app.tokens, Purpose::Invitation, token)?;
            Some(activation::by_claim(&mut *app.db.read().await?, app, &claim).await?.open()?)
        }
        None => {
            asker.flow(&app.limiter)?;
            None
        }
    };
    let requested = match &invitation {
        Some(invitation) => {
            FlowRequest::Activate { invitation: &invitation.id, generation: invitation.generation() }
        }
        None => FlowRequest::SignIn,
    };
    let at = Beginning {
        session_hash: caller.map(|caller| caller.session.token_hash.as_str()),
        origin,
        return_to: &wanted.return_to,
    };
    begin(app, requested, &wanted.environment, at).await
}

async fn begin(
    app: &App,
    requested: FlowRequest<'_>,
    environment: &SalesforceEnvironment,
    at: Beginning<'_>,
) -> ApiResult<Flow> {
    let salesforce = app.services.salesforce.as_ref().ok_or_else(not_configured)?;
    if salesforce.sign_in_host(environment).is_none() {
        return Err(ApiError::field("environment", "not a host of Salesforce, as acme.my.salesforce.com"));
    }
    if !leads_to_the_app(at.return_to, app.console_at(at.origin)) {
        return Err(ApiError::field("return_to", "not a path of the app"));
    }
    let id = FlowId(random_token().map_err(Error::from)?);
    let (now, purpose) = (app.now(), requested.purpose());
    let new = NewFlow {
        id: &id,
        purpose,
        environment,
        return_to: at.return_to,
        origin: at.origin,
        session_hash: at.session_hash,
        user_id: match &requested {
            FlowRequest::Connect(caller) | FlowRequest::Prove(caller) => Some(caller.id()),
            FlowRequest::SignIn | FlowRequest::Activate { .. } => None,
        },
        invitation: match requested {
            FlowRequest::Activate { invitation, generation } => Some((invitation, generation)),
            FlowRequest::Connect(_) | FlowRequest::Prove(_) | FlowRequest::SignIn => None,
        },
        expires_at: now.plus(LIFETIME),
    };
    let mut tx = app.db.write().await?;
    db::flows::insert(&mut tx, &app.account_id, &new, now).await?;
    tx.commit().await?;
    let expires_at = new.expires_at.timestamp();
    Ok(Flow { id, purpose, state: FlowState::Open, expires_at })
}

impl FlowRequest<'_> {
    fn purpose(&self) -> FlowPurpose {
        match self {
            Self::Connect(_) => FlowPurpose::Connect,
            Self::Prove(_) => FlowPurpose::Prove,
            Self::SignIn => FlowPurpose::SignIn,
            Self::Activate { .. } => FlowPurpose::Activate,
        }
    }
}

/// What a client that knows the id may see of a flow.
pub(crate) async fn view(app: &App, conn: &mut Conn, id: &FlowId) -> ApiResult<Flow> {
    let row = db::flows::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)?;
    Ok(Flow {
        purpose: row.purpose()?,
        state: row.state(app.now())?,
        expires_at: Millis(row.expires_at).timestamp(),
        id: row.id,
    })
}

/// Whether the console on another host began a flow.
pub(crate) async fn is_begun_elsewhere(app: &App, conn: &mut Conn, id: &FlowId) -> ApiResult<bool> {
    let flow = db::flows::find(conn, &app.account_id, id).await?;
    Ok(flow.and_then(|flow| flow.origin).is_some_and(|origin| !app.is_own(&origin)))
}

/// Where a window without an opener goes.
pub(crate) enum WayOut {
    /// A pop-up that was cut off from its opener: to its last page.
    LastPage,
    /// Any other: back to where the person was in the app, at this URL.
    App(String),
}

/// Where the window of a flow goes, if it has no opener.
pub(crate) async fn way_out(app: &App, conn: &mut Conn, id: &FlowId) -> ApiResult<WayOut> {
    let flow = db::flows::find(conn, &app.account_id, id).await?;
    Ok(match flow {
        Some(flow) if flow.is_popup() => WayOut::LastPage,
        Some(flow) => {
            let separator = if flow.return_to.contains('?') { '&' } else { '?' };
            let path = format!("{}{separator}flow={}", flow.return_to, flow.id);
            WayOut::App(below(app.console_at(flow.origin.as_deref()), &path))
        }
        None => WayOut::App(app.in_console("/")),
    })
}

/// Ends a flow whose window the person closed. One that was answered already continues.
pub(crate) async fn close(app: &App, id: &FlowId) -> ApiResult<()> {
    // Looked up before a write transaction is opened, here and below: the id may belong to no flow.
    db::flows::find(&mut *app.db.read().await?, &app.account_id, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let mut tx = app.db.write().await?;
    let flow = db::flows::find(&mut tx, &app.account_id, id).await?.ok_or_else(ApiError::not_found)?;
    if flow.awaits_answer(app.now())? {
        db::flows::end(&mut tx, id, FlowState::Failed(ConnectionFailure::Closed)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The redirect of a window to Salesforce.
pub(crate) struct AuthorizationRedirect {
    pub(crate) url: Url,
    /// The secret for the flow's cookie.
    pub(crate) secret: String,
}

/// The window that asks for the redirect to Salesforce.
pub(crate) struct Window<'a> {
    /// The user whose session its cookie names.
    pub(crate) caller: Option<&'a Caller>,
    pub(crate) is_popup: bool,
    /// Whether the password is asked for, even of a user who is signed in at Salesforce.
    pub(crate) asks_who: bool,
    /// The tokens by which its browser is known. The cookie with them does not come back from another site.
    pub(crate) known_by: &'a [String],
}

impl Window<'_> {
    /// Whether the session that began the flow is this window's.
    fn is_of_session(&self, hash: &str) -> bool {
        self.caller.is_some_and(|caller| caller.session.token_hash == hash)
    }
}

/// The redirect to Salesforce. `None` for a flow that is not open, or that another session began.
pub(crate) async fn start_authorization(
    app: &App,
    id: &FlowId,
    window: &Window<'_>,
) -> Result<Option<AuthorizationRedirect>, Error> {
    if db::flows::find(&mut *app.db.read().await?, &app.account_id, id).await?.is_none() {
        return Ok(None);
    }
    let mut tx = app.db.write().await?;
    let Some(flow) = db::flows::find(&mut tx, &app.account_id, id).await? else { return Ok(None) };
    let purpose = flow.purpose()?;
    let began_it = flow.session_hash.as_deref().is_some_and(|hash| window.is_of_session(hash));
    if !flow.awaits_answer(app.now())? || (is_of_session(purpose) && !began_it) {
        return Ok(None);
    }
    let (service, host) = service(app, &flow.environment()?)?;
    let scopes = if purpose == FlowPurpose::Connect { DATA } else { IDENTITY };
    let asks_who = window.asks_who || purpose == FlowPurpose::Prove;
    let options = AuthorizeOptions { is_popup: window.is_popup, asks_who };
    let redirect = oauth::authorization_request(app, service, &host, scopes, options)?;
    let secret = random_token()?;
    let verifier =
        app.keyring.seal(SecretContext { column: VERIFIER, row: id.as_str() }, &redirect.verifier)?;
    let known_by = Secret::new(window.known_by.join(BETWEEN));
    let known_by = app.keyring.seal(SecretContext { column: KNOWN_BY, row: id.as_str() }, &known_by)?;
    let authorization = NewAuthorization {
        state_hash: &sha256(redirect.state.as_bytes()),
        cookie_hash: &sha256(secret.as_bytes()),
        verifier: &verifier,
        known_by: &known_by,
        is_popup: window.is_popup,
        asks_who,
    };
    db::flows::start_authorization(&mut tx, id, &authorization).await?;
    tx.commit().await?;
    Ok(Some(AuthorizationRedirect { url: redirect.url, secret }))
}

/// The parameters of Salesforce's redirect to the callback.
pub(crate) enum CallbackAnswer {
    Code(String),
    Error { code: String, description: String },
    Nothing,
}

/// The outcome of a flow after its callback.
pub(crate) struct HandledCallback {
    pub(crate) id: FlowId,
    pub(crate) state: FlowState,
    pub(crate) led_to: LedTo,
}

/// What a flow has led to, for the browser.
pub(crate) enum LedTo {
    SignedIn(Box<Opened>),
    /// The session goes on with this token.
    Renewed(String),
    Nothing,
}

/// The browser in which Salesforce's answer arrives.
pub(crate) struct Arrival {
    /// The hash of the token of its present session.
    pub(crate) session_now: Option<String>,
    pub(crate) browser: Browser,
}

/// Takes the answer to a flow: once, in time, and from the browser that began the authorisation. `cookie` returns the
/// secret of a flow's cookie by the flow's id. `None` when anything is wrong; Salesforce is not called then.
pub(crate) async fn handle_callback(
    app: &App,
    state: &str,
    cookie: impl FnOnce(&FlowId) -> Option<String>,
    answer: CallbackAnswer,
    mut arrival: Arrival,
) -> Result<Option<HandledCallback>, Error> {
    let now = app.now();
    let state = sha256(state.as_bytes());
    if db::flows::find_by_state(&mut *app.db.read().await?, &app.account_id, &state).await?.is_none() {
        return Ok(None);
    }
    let mut tx = app.db.write().await?;
    let flow = db::flows::find_by_state(&mut tx, &app.account_id, &state).await?;
    let Some(flow) = flow else { return Ok(None) };
    let left_here = cookie(&flow.id)
        .is_some_and(|secret| flow.cookie_hash.as_deref() == Some(sha256(secret.as_bytes()).as_str()));
    if !left_here || !flow.awaits_answer(now)? {
        return Ok(None);
    }
    let owner = owner(&mut tx, app, &flow).await?;
    if is_of_session(flow.purpose()?) && owner.is_none() {
        return Ok(None);
    }
    db::flows::answer(&mut tx, &flow.id, now).await?;
    tx.commit().await?;
    arrival.browser.known_by = known_by(app, &flow)?;
    // Finished by a task of its own: the code is used up, whether or not the window waits.
    let app = app.clone();
    let work = request_id::spawn_detached(async move {
        let id = flow.id.clone();
        let ended = finish(&app, flow, owner, answer, &arrival).await;
        let (state, led_to) = match ended {
            Ok(led_to) => (FlowState::Completed, led_to),
            Err(Error::Salesforce(refusal)) => {
                let (request_id, reason) = (request_id::current(), refusal.failure.as_str());
                tracing::info!(request_id, method = "salesforce", reason, "an authorisation was refused");
                note(&app, &refusal).await?;
                (FlowState::Failed(refusal.failure), LedTo::Nothing)
            }
            Err(Error::Own(error)) => {
                tracing::error!(%error, "a flow could not be finished");
                (FlowState::Failed(ConnectionFailure::Unexpected), LedTo::Nothing)
            }
        };
        let mut tx = app.db.write().await?;
        db::flows::end(&mut tx, &id, state).await?;
        tx.commit().await?;
        Ok(Some(HandledCallback { id, state, led_to }))
    });
    work.await.map_err(|_| ApiError::new(ProblemCode::Internal))?
}

/// Whether it is a flow of somebody who is signed in, and counts in that session alone.
fn is_of_session(purpose: FlowPurpose) -> bool {
    match purpose {
        FlowPurpose::Connect | FlowPurpose::Prove => true,
        FlowPurpose::SignIn | FlowPurpose::Activate => false,
    }
}

/// The tokens by which the browser was known where the window set out.
fn known_by(app: &App, flow: &FlowRow) -> Result<Vec<String>, Error> {
    let Some(sealed) = flow.known_by.as_deref() else { return Ok(Vec::new()) };
    let tokens = app.keyring.open(SecretContext { column: KNOWN_BY, row: flow.id.as_str() }, sealed)?;
    Ok(tokens.expose().split(BETWEEN).filter(|token| !token.is_empty()).map(str::to_owned).collect())
}

/// The user who began a flow, if their session is still live.
async fn owner(conn: &mut Conn, app: &App, flow: &FlowRow) -> Result<Option<UserRow>, Error> {
    let (Some(session), Some(user)) = (&flow.session_hash, &flow.user_id) else { return Ok(None) };
    let session = sessions::live(app, conn, session).await?;
    if session.is_none_or(|session| session.user_id != *user) {
        return Ok(None);
    }
    let user = db::users::find(conn, &app.account_id, user).await?;
    Ok(user.filter(UserRow::is_active))
}

async fn finish(
    app: &App,
    flow: FlowRow,
    owner: Option<UserRow>,
    answer: CallbackAnswer,
    arrival: &Arrival,
) -> Result<LedTo, Error> {
    let code = match answer {
        CallbackAnswer::Code(code) => code,
        // Whatever the description says: the app's credentials are not checked before the code is redeemed.
        CallbackAnswer::Error { code, .. } if code == "invalid_client" => {
            return Err(Refusal::oauth(&code, "install").into());
        }
        CallbackAnswer::Error { code, description } => return Err(Refusal::oauth(&code, &description).into()),
        CallbackAnswer::Nothing => return Err(Refusal::unexpected().into()),
    };
    let sealed = flow.verifier.as_deref().ok_or_else(Refusal::unexpected)?;
    let verifier = app.keyring.open(SecretContext { column: VERIFIER, row: flow.id.as_str() }, sealed)?;
    let environment = flow.environment()?;
    let (service, host) = service(app, &environment)?;
    let grant = oauth::redeem(app, service, &host, code, &verifier).await?;
    let known = known_instance(app, &grant);
    let Some(instance) = known else {
        revoke(app, &host, &grant).await;
        return Err(Refusal::host_not_allowed().into());
    };
    let identity = match identity::of(app, &instance, &grant.access).await {
        Ok(identity) => identity,
        Err(refusal) => {
            revoke(app, &host, &grant).await;
            return Err(refusal.into());
        }
    };
    match (flow.purpose()?, owner) {
        (FlowPurpose::Connect, Some(_)) => {
            match keep(app, &flow, &grant, &instance, &identity).await {
                Ok(connected) => take_up(app, connected).await?,
                Err(error) => {
                    // Nobody could end it any more.
                    revoke(app, &host, &grant).await;
                    return Err(error);
                }
            }
            Ok(LedTo::Nothing)
        }
        (FlowPurpose::Prove, Some(owner)) => {
            revoke(app, &host, &grant).await;
            let session = flow.session_hash.as_deref().unwrap_or_default();
            let who = (identity.organization_id.as_str(), identity.user_id.as_str());
            let renewed = proofs::by_salesforce(app, &owner, session, who).await?;
            Ok(LedTo::Renewed(renewed.ok_or_else(Refusal::other_person)?))
        }
        (FlowPurpose::Connect | FlowPurpose::Prove, None) => Err(ProblemCode::SignedOut.into()),
        (FlowPurpose::SignIn | FlowPurpose::Activate, _) => {
            // The identity is known; no more requests to Salesforce are needed.
            revoke(app, &host, &grant).await;
            Ok(LedTo::SignedIn(Box::new(enter(app, &flow, &identity, arrival).await?)))
        }
    }
}

/// Stores a grant as the connection of the flow's owner.
async fn keep(
    app: &App,
    flow: &FlowRow,
    grant: &Grant,
    instance: &Url,
    identity: &Identity,
) -> Result<Connected, Error> {
    let mut tx = app.db.write().await?;
    // Judged anew: Salesforce may have taken its time.
    let owner = owner(&mut tx, app, flow).await?.ok_or(ProblemCode::SignedOut)?;
    let connected = connect(app, &mut tx, &owner, &flow.environment()?, grant, instance, identity).await?;
    tx.commit().await?;
    Ok(connected)
}

async fn enter(app: &App, flow: &FlowRow, identity: &Identity, arrival: &Arrival) -> Result<Opened, Error> {
    let signed_in = SignedIn {
        identity,
        environment: flow.environment()?,
        was_asked: flow.asks_who(),
        session_before: flow.session_hash.as_deref(),
        session_now: arrival.session_now.as_deref(),
        browser: &arrival.browser,
    };
    match &flow.invitation_id {
        Some(invitation) => sign_in::activate(app, invitation, flow.generation(), &signed_in).await,
        None => sign_in::sign_in(app, &signed_in).await,
    }
}

/// The host that Salesforce named for requests, if it is one of Salesforce's.
fn known_instance(app: &App, grant: &Grant) -> Option<Url> {
    let instance = Url::parse(&grant.instance_url).ok()?;
    let service = app.services.salesforce.as_ref()?;
    service.allows_instance(&instance).then(|| instance.join("/").ok())?
}

async fn revoke(app: &App, host: &Url, grant: &Grant) {
    let token: &Secret = grant.refresh.as_ref().unwrap_or(&grant.access);
    if let Err(error) = oauth::revoke(app, host, token).await {
        tracing::warn!(?error, "Salesforce did not revoke a token");
    }
}

async fn note(app: &App, refusal: &Refusal) -> Result<(), Error> {
    if !refusal.is_an_error() {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    let what = (Service::Salesforce, Activity::Connecting);
    let request_id = request_id::current();
    db::errors::note(&mut tx, &app.account_id, app.now(), what, &refusal.code, &request_id).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether that is a path of the console itself, below its address, and none that has side effects.
fn leads_to_the_app(path: &str, console: &Url) -> bool {
    const NOT_THE_APP: [&str; 4] = ["/api", "/flows", "/oauth", "/mailbox"];
    let folder = console.path().trim_end_matches('/');
    let plain = path.len() <= limits::URL_MAX
        && path.starts_with('/')
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
    plain
        && console.join(&format!("{folder}{path}")).is_ok_and(|url| {
            url.origin() == console.origin()
                && url.path().strip_prefix(folder).is_some_and(|path| {
                    path.starts_with('/')
                        && !path.starts_with("//")
                        && !NOT_THE_APP.iter().any(|other| path.starts_with(other))
                })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_a_flow_leads_back_to_the_app_and_nowhere_else() {
        let public_url = Url::parse("https://admin.example.com").unwrap();
        for path in ["/", "/settings/admin/salesforce", "/setup-guide?step=2", "/activate"] {
            assert!(leads_to_the_app(path, &public_url), "{path}");
        }
        for path in [
            "",
            "settings",
            "//evil.example",
            "/\\evil.example",
            "/.//evil.example",
            "https://evil.example",
            "/settings\r\nset-cookie: a=b",
            "/set tings",
            "/settings#token",
            "/api/v1/session",
            "/x/../flows/1/start",
            "/oauth/callback?code=1",
            "javascript:alert(1)",
        ] {
            assert!(!leads_to_the_app(path, &public_url), "{path}");
        }
        assert!(!leads_to_the_app(&format!("/{}", "x".repeat(2_000)), &public_url));
        let below = Url::parse("https://example.com/some/base/").unwrap();
        assert!(leads_to_the_app("/settings", &below));
        for path in
            ["/../settings", "/../../backend/flows/1/start", "/x/../../base2/settings", "/flows/1/start"]
        {
            assert!(!leads_to_the_app(path, &below), "{path}");
        }
    }
}
