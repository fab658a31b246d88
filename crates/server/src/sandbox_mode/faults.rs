//! Deliberate failures, in sandbox mode only: by a header of one request, or ordered for the next ones.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use api_types::{Fault, FaultOrder, ProblemCode, headers, limits, paths};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};
use futures_util::stream;

use crate::error::{ApiError, ApiResult};

/// How long a request without an answer hangs.
const HANG: Duration = Duration::from_secs(45);

/// The orders in force, by session; those made without a session apply to requests without one.
#[derive(Default)]
pub(crate) struct Faults(Mutex<HashMap<Option<String>, Vec<FaultOrder>>>);

impl Faults {
    /// Takes an order. `times` of 0 cancels those for the same route and method.
    pub(crate) fn order(&self, session: Option<&str>, order: FaultOrder) {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = orders.entry(session.map(str::to_owned)).or_default();
        own.retain(|old| old.route != order.route || old.method != order.method);
        if order.times > 0 {
            own.push(order);
        }
    }

    /// The fault that this request gets, if any.
    pub(crate) fn next(
        &self,
        session: Option<&str>,
        route: &str,
        method: &Method,
        head: &HeaderMap,
    ) -> ApiResult<Option<Fault>> {
        if let Some(name) = head.get(headers::SANDBOX_FAULT) {
            let fault = Fault::ALL.into_iter().find(|fault| name == fault.as_str());
            return fault
                .map(Some)
                .ok_or_else(|| ApiError::new(ProblemCode::BadRequest).detail("no such fault"));
        }
        // It must stay possible to cancel an order.
        if route == paths::SANDBOX_FAULTS {
            return Ok(None);
        }
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(own) = orders.get_mut(&session.map(str::to_owned)) else { return Ok(None) };
        let hit = own.iter_mut().find(|order| {
            order.route == route
                && order.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
        });
        let Some(order) = hit else { return Ok(None) };
        if order.after > 0 {
            order.after -= 1;
            return Ok(None);
        }
        order.times = order.times.saturating_sub(1);
        let fault = order.fault;
        own.retain(|order| order.times > 0);
        Ok(Some(fault))
    }
}

/// Executes the request, or fails it as ordered.
pub(crate) async fn act(fault: Option<Fault>, request: Request, next: Next) -> Response {
    let Some(fault) = fault else { return next.run(request).await };
    let problem = |code: ProblemCode| ApiError::new(code).detail("asked for in sandbox mode");
    let error = match fault {
        Fault::SignedOut => problem(ProblemCode::SignedOut),
        Fault::Forbidden => problem(ProblemCode::Forbidden),
        Fault::NotFound => problem(ProblemCode::NotFound),
        Fault::Conflict => problem(ProblemCode::Conflict),
        Fault::PayloadTooLarge => {
            problem(ProblemCode::PayloadTooLarge).limit("body_bytes", limits::BODY_BYTES as u64)
        }
        Fault::Unprocessable => problem(ProblemCode::InvalidField),
        Fault::RateLimited => problem(ProblemCode::RateLimited).retry_after(1),
        Fault::Internal => problem(ProblemCode::Internal),
        Fault::Unavailable => problem(ProblemCode::Unavailable).retry_after(1),
        Fault::Html => return Html("<!doctype html><title>Sign in to the network</title>").into_response(),
        Fault::Truncated => {
            let json = HeaderValue::from_static("application/json");
            return ([(header::CONTENT_TYPE, json)], r#"{"items": [{"id": "0193"#).into_response();
        }
        Fault::Timeout => {
            tokio::time::sleep(HANG).await;
            problem(ProblemCode::Timeout)
        }
        Fault::LostAnswer => return lose_answer(next.run(request).await),
    };
    error.into_response()
}

/// Breaks the connection after the head of the answer.
fn lose_answer(response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("the answer is lost on purpose"))]);
    Response::from_parts(parts, Body::from_stream(broken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_hits_its_own_session_route_and_count() {
        let faults = Faults::default();
        let order = FaultOrder {
            route: paths::USERS.to_owned(),
            method: Some("get".to_owned()),
            fault: Fault::Internal,
            times: 1,
            after: 1,
        };
        faults.order(Some("mine"), order);
        let head = HeaderMap::new();
        let next = |session, route, method| faults.next(session, route, &method, &head).unwrap();
        assert_eq!(next(Some("other"), paths::USERS, Method::GET), None);
        assert_eq!(next(Some("mine"), paths::TEAMS, Method::GET), None);
        assert_eq!(next(Some("mine"), paths::USERS, Method::POST), None);
        assert_eq!(next(Some("mine"), paths::USERS, Method::GET), None, "the first is let through");
        assert_eq!(next(Some("mine"), paths::USERS, Method::GET), Some(Fault::Internal));
        assert_eq!(next(Some("mine"), paths::USERS, Method::GET), None, "it was for one request");
    }
}
