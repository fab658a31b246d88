//! Requests that name themselves: carried out once, answered alike however often they are sent.
//!
//! The answer is stored in the transaction of the work. A server that stops in between has done both or neither, so
//! there is no half-done request to recover.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use api_types::{ProblemCode, headers};
use axum::body::Body;
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::app::App;
use crate::auth::session::Caller;
use crate::db::Tx;
use crate::db::idempotency::{self, Answer, Scope};
use crate::error::{ApiError, ApiResult};
use crate::extract;
use crate::token::sha256;

/// The keys that are being worked on in this process.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<Scope>>>);

impl InFlight {
    fn enter(&self, scope: &Scope) -> Option<Flight> {
        let mut scopes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        scopes.insert(scope.clone()).then(|| Flight { in_flight: self.clone(), scope: scope.clone() })
    }
}

/// Marks a key as being worked on until dropped.
struct Flight {
    in_flight: InFlight,
    scope: Scope,
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.in_flight.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.scope);
    }
}

/// A request with an `Idempotency-Key` and a body; `()` for none. Options may be left out altogether.
pub(crate) struct Keyed<T> {
    pub(crate) body: T,
    pub(crate) caller: Caller,
    /// SHA-256 of method, path and body.
    pub(crate) fingerprint: String,
    scope: Scope,
}

impl<T: DeserializeOwned> FromRequest<App> for Keyed<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> ApiResult<Self> {
        let caller = request.extensions().get::<Caller>().cloned().ok_or(ProblemCode::SignedOut)?;
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map(|path| path.as_str().to_owned())
            .unwrap_or_default();
        let key = request
            .headers()
            .get(headers::IDEMPOTENCY_KEY)
            .and_then(|key| key.to_str().ok())
            .and_then(|key| Uuid::try_parse(key.trim_matches('"')).ok())
            .ok_or(ProblemCode::IdempotencyKeyMissing)?;
        let target = format!("{} {}\n", request.method(), request.uri().path());
        let head = request.headers().clone();
        let bytes = extract::body(request, app).await?;
        let body = if bytes.is_empty() {
            // Nothing, or a set of options of which none is given.
            extract::parse(b"null")
                .or_else(|_| extract::parse(b"{}"))
                .map_err(|_| ApiError::new(ProblemCode::BadRequest).detail("the body is missing"))?
        } else {
            extract::require_json(&head)?;
            extract::parse(&bytes)?
        };
        let fingerprint = sha256(&[target.as_bytes(), &bytes].concat());
        let scope = Scope {
            account_id: app.account_id.clone(),
            user_id: caller.user.id.clone(),
            route: format!("{} {route}", target.split(' ').next().unwrap_or_default()),
            key: key.to_string(),
        };
        Ok(Self { body, caller, fingerprint, scope })
    }
}

/// A request that is carried out, or was before.
pub(crate) enum Begun {
    Fresh(Work),
    Replayed(Response),
}

/// The transaction of a request, in which its answer will be stored too.
pub(crate) struct Work {
    pub(crate) tx: Tx,
    fingerprint: String,
    scope: Scope,
    _flight: Flight,
}

impl<T> Keyed<T> {
    /// Begins to work on the request, unless it was answered before.
    pub(crate) async fn begin(&self, app: &App) -> ApiResult<Begun> {
        let flight = app.in_flight.enter(&self.scope).ok_or(ProblemCode::IdempotencyInProgress)?;
        let mut tx = app.db.write().await?;
        match idempotency::find(&mut tx, &self.scope).await? {
            Some(answer) if answer.fingerprint == self.fingerprint => Ok(Begun::Replayed(replay(answer)?)),
            Some(_) => Err(ProblemCode::IdempotencyKeyReused.into()),
            None => Ok(Begun::Fresh(Work {
                tx,
                fingerprint: self.fingerprint.clone(),
                scope: self.scope.clone(),
                _flight: flight,
            })),
        }
    }
}

impl Work {
    /// Stores the answer, commits, and answers.
    pub(crate) async fn finish(
        self,
        app: &App,
        status: StatusCode,
        location: Option<String>,
        body: &impl Serialize,
    ) -> ApiResult<Response> {
        let Self { mut tx, fingerprint, scope, _flight } = self;
        let answer = Answer {
            fingerprint,
            status: i64::from(status.as_u16()),
            location,
            body: serde_json::to_string(body)?,
        };
        idempotency::insert(&mut tx, &scope, &answer, app.now()).await?;
        tx.commit().await?;
        respond(answer)
    }
}

fn replay(answer: Answer) -> ApiResult<Response> {
    let mut response = respond(answer)?;
    response
        .headers_mut()
        .insert(HeaderName::from_static(headers::IDEMPOTENCY_REPLAYED), HeaderValue::from_static("true"));
    Ok(response)
}

fn respond(answer: Answer) -> ApiResult<Response> {
    let mut response = Response::new(Body::from(answer.body));
    let stored = u16::try_from(answer.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    *response.status_mut() = stored.ok_or(ProblemCode::Internal)?;
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(location) = answer.location.and_then(|location| HeaderValue::try_from(location).ok()) {
        head.insert(header::LOCATION, location);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1_a_key_is_worked_on_by_one_request_at_a_time() {
        let scope = |key: &str| Scope {
            account_id: "a".to_owned(),
            user_id: "u".to_owned(),
            route: "POST /".to_owned(),
            key: key.to_owned(),
        };
        let in_flight = InFlight::default();
        let first = in_flight.enter(&scope("1"));
        assert!(first.is_some() && in_flight.enter(&scope("1")).is_none());
        assert!(in_flight.enter(&scope("2")).is_some());
        drop(first);
        assert!(in_flight.enter(&scope("1")).is_some());
    }
}
