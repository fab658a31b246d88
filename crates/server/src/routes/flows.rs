use api_types::{Flow, FlowId, FlowStarted, SalesforceConnect, SalesforceSignIn, paths};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::db;
use crate::error::{ApiError, ApiResult};
use crate::http::auth::sender;
use crate::http::extract::Json;
use crate::platform::token::Purpose;
use crate::services::activation;
use crate::services::salesforce::flow::{self, Beginning, FlowRequest};
use crate::services::sessions::{self, Caller};
use crate::state::App;
use crate::state::limiter::Asker;

/// Begins the Salesforce authorisation that connects the signed-in user.
#[utoipa::path(post, path = "/connections/salesforce/flows", tag = "salesforce", request_body = SalesforceConnect,
    responses((status = 201, body = FlowStarted)))]
pub(crate) async fn connect(
    State(app): State<App>,
    caller: Caller,
    head: HeaderMap,
    Json(wanted): Json<SalesforceConnect>,
) -> ApiResult<Response> {
    // The answer of Salesforce is taken for a stored session only.
    sessions::store_if_unstored(&app, &caller.session.token_hash, app.now()).await?;
    let at = Beginning {
        session_hash: Some(&caller.session.token_hash),
        origin: sender::origin(&head),
        return_to: &wanted.return_to,
    };
    let flow = flow::begin(&app, FlowRequest::Connect(&caller), &wanted.environment, at).await?;
    Ok(started(&app, flow))
}

/// Begins the Salesforce authorisation that signs a member in, or accepts an invitation.
#[utoipa::path(post, path = "/session/salesforce-flows", tag = "session", request_body = SalesforceSignIn,
    responses((status = 201, body = FlowStarted)))]
pub(crate) async fn sign_in(
    State(app): State<App>,
    asker: Asker,
    caller: Option<Extension<Caller>>,
    head: HeaderMap,
    Json(wanted): Json<SalesforceSignIn>,
) -> ApiResult<Response> {
    let invitation = match &wanted.activation_token {
        Some(token) => {
            let claim = asker.attempt_by_link(&app.limiter, &app.tokens, Purpose::Invitation, token)?;
            Some(activation::by_claim(&mut *app.db.read().await?, &app, &claim).await?.open()?)
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
        session_hash: caller.as_ref().map(|Extension(caller)| caller.session.token_hash.as_str()),
        origin: sender::origin(&head),
        return_to: &wanted.return_to,
    };
    let flow = flow::begin(&app, requested, &wanted.environment, at).await?;
    Ok(started(&app, flow))
}

fn started(app: &App, flow: Flow) -> Response {
    let start_url = app.here(&format!("/flows/{}/start", flow.id));
    let location = format!("{}{}", paths::BASE, paths::flow(&flow.id));
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(FlowStarted { flow, start_url }))
        .into_response()
}

/// The state of a flow.
#[utoipa::path(get, path = "/flows/{id}", tag = "salesforce", params(("id" = FlowId, Path)),
    responses((status = 200, body = Flow)))]
pub(crate) async fn get(State(app): State<App>, Path(id): Path<String>) -> ApiResult<Json<Flow>> {
    let mut conn = app.db.read().await?;
    let flow = db::flows::find(&mut conn, &app.account_id, &id).await?.ok_or_else(ApiError::not_found)?;
    Ok(Json(flow::view(&flow, app.now())?))
}

/// Ends a flow whose window was closed.
#[utoipa::path(delete, path = "/flows/{id}", tag = "salesforce", params(("id" = FlowId, Path)),
    responses((status = 204)))]
pub(crate) async fn close(State(app): State<App>, Path(id): Path<String>) -> ApiResult<StatusCode> {
    flow::close(&app, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
