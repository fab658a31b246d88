//! The request log, and the writing of problem documents.
//!
//! A line says when, from which network, by whom and what: people by their ids, which nobody outside can resolve, and networks
//! by what neighbours share.
//!
//! The layers of `tower-http` for ids and traces do less: theirs takes the id that a client sends, and neither puts it
//! into problems nor, as a route is known only inside, knows the route of a line in the log.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use api_types::{ProblemCode, UserId, headers};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use ipnet::IpNet;
use tower_http::timeout::TimeoutLayer;

use crate::error::ApiError;
use crate::platform::request_id;
use crate::state::metrics::Metrics;

/// The time limit of a request: until its answer begins, so that no event stream is cut.
const REQUEST_LIMIT: Duration = Duration::from_secs(60);

/// Tells the address of a client by that of its connection and the head of its request.
pub(crate) type Client = Arc<dyn Fn(IpAddr, &HeaderMap) -> IpAddr + Send + Sync>;

/// What is needed to tell of requests.
#[derive(Clone)]
pub(crate) struct Observer {
    pub(crate) client: Client,
    pub(crate) metrics: Arc<Metrics>,
}

/// The person of a request for its line in the log, once whoever admits it knows them.
#[derive(Clone, Default)]
pub(crate) struct Person(Arc<OnceLock<UserId>>);

impl Person {
    /// Notes the person of a request by their id.
    pub(crate) fn note(request: &Request, id: &UserId) {
        if let Some(Self(person)) = request.extensions().get() {
            // It has one.
            let _ = person.set(id.clone());
        }
    }
}

/// The bits of an address that tell its neighbourhood.
const NEIGHBOURS: (u8, u8) = (24, 48);

/// The network of a client without what tells it from its neighbours.
fn neighbourhood(client: IpAddr) -> Option<IpNet> {
    let client = client.to_canonical();
    let bits = if client.is_ipv4() { NEIGHBOURS.0 } else { NEIGHBOURS.1 };
    IpNet::new(client, bits).ok().map(|network| network.trunc())
}

/// Gives every request an id, writes it to the answer and to every problem, and logs and counts the request.
/// The log names routes, not paths, and no header or body.
pub(crate) async fn observe(
    State(Observer { client, metrics }): State<Observer>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get().map(|ConnectInfo::<SocketAddr>(peer)| peer.ip());
    let client = peer.map(|peer| client(peer, request.headers()));
    let network = client.and_then(neighbourhood);
    let person = Person::default();
    request.extensions_mut().insert(person.clone());
    let id = request_id::new();
    let method = request.method().clone();
    let is_api = request.uri().path().starts_with("/api/");
    let started = Instant::now();
    let mut response = request_id::within(id.clone(), client.map(request_id::shown), next.run(request)).await;
    let route = response.extensions_mut().remove::<Route>();
    if let Some(error) = problem_of(&mut response, is_api) {
        write_problem(&mut response, error, &id);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static(headers::REQUEST_ID), value);
    }
    let route = route.as_ref().map(|route| route.0.as_str());
    let took = started.elapsed();
    metrics.answered(&method, route, response.status(), took);
    tracing::info!(
        request_id = id,
        method = %method,
        route = route.unwrap_or("-"),
        status = response.status().as_u16(),
        network = network.map(tracing::field::display),
        person = person.0.get().map(UserId::as_str),
        milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
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

/// Limits the time of requests to these routes. The limit is inside of what notes the route: the log then names the
/// route that took too long.
pub(crate) fn with_time_limit<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes
        .route_layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, REQUEST_LIMIT))
        .route_layer(middleware::from_fn(note_route))
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
    let error = match response.status() {
        StatusCode::BAD_REQUEST if is_api => ProblemCode::BadRequest.into(),
        StatusCode::METHOD_NOT_ALLOWED => ProblemCode::MethodNotAllowed.into(),
        StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::PayloadTooLarge.into(),
        StatusCode::GATEWAY_TIMEOUT => ApiError::new(ProblemCode::Timeout).retry_after(1),
        status if status.is_server_error() => ProblemCode::Internal.into(),
        _ => return None,
    };
    (!is_own).then_some(error)
}

fn write_problem(response: &mut Response, error: ApiError, request_id: &str) {
    let mut problem = error.into_problem();
    problem.instance = request_id.to_owned();
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let head = response.headers_mut();
    head.remove(header::CONTENT_LENGTH);
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(headers::PROBLEM_JSON));
    if let Some(seconds) = problem.retry_after {
        head.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    *response.body_mut() = Body::from(body);
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use api_types::Problem;
    use axum::body::Bytes;
    use axum::http::response::Parts;
    use axum::routing::get;
    use futures_util::stream;
    use serde_json::Value;
    use tower::ServiceExt as _;

    use super::*;

    const SLOW: &str = "/api/v1/slow/{id}";

    async fn endless_wait() {
        std::future::pending().await
    }

    /// Begins at once, and lasts for longer than a request may take to be answered.
    async fn long_stream() -> Body {
        Body::from_stream(stream::unfold(0, async |piece: u32| {
            tokio::time::sleep(REQUEST_LIMIT).await;
            (piece < 3).then(|| (Ok::<_, std::io::Error>(Bytes::from_static(b".")), piece + 1))
        }))
    }

    /// The answer to a request, and its line in the log.
    async fn answer(path: &str) -> (Parts, Bytes, Value) {
        let routes = Router::new().route("/slow/{id}", get(endless_wait)).route("/stream", get(long_stream));
        let routes = Router::new().nest(api_types::paths::BASE, with_time_limit(routes));
        let observer = Observer { client: Arc::new(|peer, _| peer), metrics: Arc::default() };
        let service = routes.layer(middleware::from_fn_with_state(observer, observe));
        let (mut log, writer) = std::io::pipe().unwrap();
        let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(Arc::new(writer));
        let logging = tracing::subscriber::set_default(subscriber.finish());
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo::<SocketAddr>("[2001:db8:1:2::3]:4711".parse().unwrap()));
        let (head, body) = service.oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        drop(logging);
        let mut line = String::new();
        log.read_to_string(&mut line).unwrap();
        (head, body, serde_json::from_str(&line).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn r15_a_request_that_takes_too_long_is_answered_by_a_problem_that_says_when_to_try_again() {
        let (head, body, logged) = answer("/api/v1/slow/7").await;
        assert_eq!(
            (head.status, &head.headers[header::RETRY_AFTER]),
            (StatusCode::GATEWAY_TIMEOUT, &"1".parse().unwrap())
        );
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!((problem.code, problem.retry_after), (ProblemCode::Timeout, Some(1)));
        assert_eq!(head.headers[headers::REQUEST_ID], problem.instance);
        assert_eq!((&logged["status"], &logged["route"]), (&504.into(), &SLOW.into()), "{logged}");
        assert_eq!(logged["network"], "2001:db8:1::/48");
    }

    #[test]
    fn a26_the_log_tells_networks_and_no_machines() {
        for (client, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ] {
            assert_eq!(neighbourhood(client.parse().unwrap()).unwrap().to_string(), network);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn r15_an_answer_that_has_begun_may_last() {
        let (head, body, logged) = answer("/api/v1/stream").await;
        assert_eq!((head.status, &body[..]), (StatusCode::OK, &b"..."[..]));
        assert_eq!(logged["route"], "/api/v1/stream");
    }

    #[test]
    fn r15_an_answer_that_is_a_problem_already_is_kept() {
        for status in [400, 405, 413, 500, 503, 504].map(|status| StatusCode::from_u16(status).unwrap()) {
            for (kind, is_kept) in
                [(headers::PROBLEM_JSON, true), ("application/json", true), ("text/plain", false)]
            {
                let mut response = Response::builder()
                    .status(status)
                    .header("content-type", kind)
                    .body(Body::empty())
                    .unwrap();
                assert_eq!(problem_of(&mut response, true).is_none(), is_kept, "{status} {kind}");
            }
        }
    }
}
