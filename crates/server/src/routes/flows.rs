use api_types::{Flow, FlowId, FlowStarted, SalesforceConnect, SalesforceSignIn, paths};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::error::ApiResult;
use crate::http::auth::sender;
use crate::http::extract::{Json, Path};
use crate::services::salesforce::flow;
use crate::services::sessions::Caller;
use crate::state::App;
use crate::state::limiter::Asker;

/// Begins the Salesforce authorisation that connects the signed-in user.
#[utoipa::path(post, path = paths::SALESFORCE_FLOWS, tag = "salesforce", request_body = SalesforceConnect,
    responses((status = 201, body = FlowStarted)))]
pub(crate) async fn connect(
    State(app): State<App>,
    caller: Caller,
    head: HeaderMap,
    Json(wanted): Json<SalesforceConnect>,
) -> ApiResult<Response> {
    let flow = flow::begin_connecting(&app, &caller, sender::origin(&head), &wanted).await?;
    Ok(started(&app, flow))
}

/// Begins the Salesforce authorisation that signs a member in, or accepts an invitation.
#[utoipa::path(post, path = paths::SALESFORCE_SIGN_INS, tag = "session", request_body = SalesforceSignIn,
    responses((status = 201, body = FlowStarted)))]
pub(crate) async fn sign_in(
    State(app): State<App>,
    asker: Asker,
    caller: Option<Extension<Caller>>,
    head: HeaderMap,
    Json(wanted): Json<SalesforceSignIn>,
) -> ApiResult<Response> {
    let caller = caller.as_ref().map(|Extension(caller)| caller);
    let flow = flow::begin_sign_in(&app, &asker, caller, sender::origin(&head), &wanted).await?;
    Ok(started(&app, flow))
}

/// Begins the Salesforce authorisation that proves who the signed-in user is: Salesforce asks for its password again, where
/// the user last signed in through it.
#[utoipa::path(post, path = paths::SESSION_PROOF_SALESFORCE, tag = "session",
    responses((status = 201, body = FlowStarted)))]
pub(crate) async fn prove(State(app): State<App>, caller: Caller, head: HeaderMap) -> ApiResult<Response> {
    let flow = flow::begin_proof(&app, &caller, sender::origin(&head)).await?;
    Ok(started(&app, flow))
}

fn started(app: &App, flow: Flow) -> Response {
    let start_url = app.here(&format!("/flows/{}/start", flow.id));
    let location = format!("{}{}", paths::BASE, paths::flow(&flow.id));
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(FlowStarted { flow, start_url }))
        .into_response()
}

/// The state of a flow.
#[utoipa::path(get, path = paths::template::FLOW, tag = "salesforce", params(("id" = FlowId, Path)),
    responses((status = 200, body = Flow)))]
pub(crate) async fn get(State(app): State<App>, Path(id): Path<FlowId>) -> ApiResult<Json<Flow>> {
    let mut conn = app.db.read().await?;
    Ok(Json(flow::view(&app, &mut conn, &id).await?))
}

/// Ends a flow whose window was closed.
#[utoipa::path(delete, path = paths::template::FLOW, tag = "salesforce", params(("id" = FlowId, Path)),
    responses((status = 204)))]
pub(crate) async fn close(State(app): State<App>, Path(id): Path<FlowId>) -> ApiResult<StatusCode> {
    flow::close(&app, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
