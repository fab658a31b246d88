//! The request log, and the writing of problem documents.

use std::time::{Duration, Instant};

use api_types::{ProblemCode, headers};
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::ApiError;
use crate::platform::request_id;

/// Gives every request an id, writes it to the answer and to every problem, and logs the request.
/// The log names routes, not paths, and no header or body: no personal data gets there.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let id = request_id::new();
    let method = request.method().clone();
    let is_api = request.uri().path().starts_with("/api/");
    let started = Instant::now();
    let mut response = request_id::within(id.clone(), next.run(request)).await;
    let route = response.extensions_mut().remove::<Route>();
    if let Some(error) = problem_of(&mut response, is_api) {
        write_problem(&mut response, error, &id);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static(headers::REQUEST_ID), value);
    }
    tracing::info!(
        request_id = id,
        method = %method,
        route = route.as_ref().map_or("-", |route| route.0.as_str()),
        status = response.status().as_u16(),
        milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

/// The template of the route that answered, for the log.
#[derive(Clone)]
struct Route(MatchedPath);

/// Remembers the route for [`observe`].
pub(crate) async fn note_route(route: MatchedPath, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.extensions_mut().insert(Route(route));
    response
}

/// Ends a request that takes longer than `limit`.
pub(crate) async fn time_out(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            axum::response::IntoResponse::into_response(ApiError::new(ProblemCode::Timeout).retry_after(1))
        }
    }
}

fn problem_of(response: &mut Response, is_api: bool) -> Option<ApiError> {
    let error = response.extensions_mut().remove::<ApiError>();
    if error.is_some() {
        return error;
    }
    // Responses of the libraries themselves, which are no problem documents.
    let is_own = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == headers::PROBLEM_JSON || kind == "application/json");
    let code = match response.status() {
        StatusCode::BAD_REQUEST if is_api => ProblemCode::BadRequest,
        StatusCode::METHOD_NOT_ALLOWED => ProblemCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::PayloadTooLarge,
        status if status.is_server_error() => ProblemCode::Internal,
        _ => return None,
    };
    (!is_own).then(|| ApiError::new(code))
}

fn write_problem(response: &mut Response, error: ApiError, request_id: &str) {
    let mut problem = error.into_problem();
    problem.instance = request_id.to_owned();
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let head = response.headers_mut();
    head.remove(header::CONTENT_LENGTH);
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(headers::PROBLEM_JSON));
    *response.body_mut() = Body::from(body);
}
