//! Idempotency keys: a request is carried out once, and answered alike however often it is sent.
//!
//! The answer is stored in the transaction of the work. A server that stops in between has done both or neither, so
//! there is no half-done request to recover.

use api_types::{ProblemCode, headers};
use axum::body::Body;
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::db::Tx;
use crate::db::idempotency::{self, Scope, StoredAnswer};
use crate::error::{ApiError, ApiResult};
use crate::http::extract;
use crate::platform::token::sha256;
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::state::App;
use crate::state::in_flight::Flight;

/// A request with an `Idempotency-Key`: its body (`()` for none; options may be left out altogether), and the
/// transaction in which its work and its answer are stored. A repeated request never reaches the handler: the stored
/// answer is sent here.
pub(crate) struct Keyed<T> {
    pub(crate) body: T,
    pub(crate) caller: Caller,
    pub(crate) work: KeyedTransaction,
}

/// The transaction of a request, to be ended by [`KeyedTransaction::finish`]. Dropped, it leaves no trace.
pub(crate) struct KeyedTransaction {
    pub(crate) tx: Tx,
    /// SHA-256 of method, path and body, regardless of white space and the order of fields.
    fingerprint: String,
    scope: Scope,
    _flight: Flight,
}

impl<T: DeserializeOwned + Serialize + Send> FromRequest<App> for Keyed<T> {
    /// The answer of a failure, or the one given before.
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        match begin(request, app).await {
            Ok(KeyUse::Fresh(keyed)) => Ok(*keyed),
            Ok(KeyUse::Replayed(response)) => Err(response),
            Err(error) => Err(error.into_response()),
        }
    }
}

enum KeyUse<T> {
    Fresh(Box<Keyed<T>>),
    Replayed(Response),
}

async fn begin<T: DeserializeOwned + Serialize + Send>(request: Request, app: &App) -> ApiResult<KeyUse<T>> {
    let caller = request.extensions().get::<Caller>().cloned().ok_or(ProblemCode::SignedOut)?;
    let route = request.extensions().get::<MatchedPath>().ok_or(ProblemCode::Internal)?;
    let scope = Scope {
        account_id: app.account_id.clone(),
        user_id: caller.user.id.clone(),
        route: format!("{} {}", request.method(), route.as_str()),
        key: key(request.headers()).ok_or(ProblemCode::IdempotencyKeyMissing)?.to_string(),
    };
    let mut named = format!("{} {}\n", request.method(), request.uri().path()).into_bytes();
    let body = body(request, app).await?;
    named.extend(serde_json::to_vec(&body)?);
    let fingerprint = sha256(&named);

    let flight = app.in_flight.enter(&scope).ok_or(ProblemCode::IdempotencyInProgress)?;
    let tx = app.db.write_named(&scope.name()).await?;
    let mut tx = tx.ok_or(ProblemCode::IdempotencyInProgress)?;
    callers::look_again(app, &mut tx, &caller).await?;
    match idempotency::find(&mut tx, &scope).await? {
        Some(answer) if answer.fingerprint == fingerprint => Ok(KeyUse::Replayed(replay(answer)?)),
        Some(_) => Err(ProblemCode::IdempotencyKeyReused.into()),
        None => {
            let work = KeyedTransaction { tx, fingerprint, scope, _flight: flight };
            Ok(KeyUse::Fresh(Box::new(Keyed { body, caller, work })))
        }
    }
}

/// The key: a UUID of version 4 or 7, random enough to be unique.
fn key(head: &HeaderMap) -> Option<Uuid> {
    let text = head.get(headers::IDEMPOTENCY_KEY)?.to_str().ok()?;
    let key = Uuid::try_parse(text.trim_matches('"')).ok()?;
    matches!(key.get_version_num(), 4 | 7).then_some(key)
}

async fn body<T: DeserializeOwned>(request: Request, app: &App) -> ApiResult<T> {
    let head = request.headers().clone();
    let bytes = extract::body(request, app).await?;
    if bytes.is_empty() {
        // No body, or options without a value.
        return extract::parse(b"null")
            .or_else(|_| extract::parse(b"{}"))
            .map_err(|_| ApiError::new(ProblemCode::BadRequest).detail("the body is missing"));
    }
    extract::require_json(&head)?;
    extract::parse(&bytes)
}

/// A request whose key is reserved, without a transaction.
pub(crate) struct Paused {
    fingerprint: String,
    scope: Scope,
    _flight: Flight,
}

impl Paused {
    /// Goes on, in a new transaction.
    pub(crate) async fn resume(self, app: &App, caller: &Caller) -> ApiResult<KeyedTransaction> {
        let Self { fingerprint, scope, _flight } = self;
        let mut tx = callers::write(app, caller).await?;
        // Another server may have carried it out meanwhile.
        if idempotency::find(&mut tx, &scope).await?.is_some() {
            return Err(ProblemCode::IdempotencyInProgress.into());
        }
        Ok(KeyedTransaction { tx, fingerprint, scope, _flight })
    }
}

impl KeyedTransaction {
    /// Rolls the transaction back, so that others can write during a slow operation.
    pub(crate) async fn pause(self) -> ApiResult<Paused> {
        let Self { tx, fingerprint, scope, _flight } = self;
        tx.rollback().await?;
        Ok(Paused { fingerprint, scope, _flight })
    }

    /// Stores the answer, commits, and answers.
    pub(crate) async fn finish(
        self,
        app: &App,
        status: StatusCode,
        location: Option<String>,
        body: &impl Serialize,
    ) -> ApiResult<Response> {
        let Self { mut tx, fingerprint, scope, _flight } = self;
        let answer = StoredAnswer {
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

fn replay(answer: StoredAnswer) -> ApiResult<Response> {
    let mut response = respond(answer)?;
    response
        .headers_mut()
        .insert(HeaderName::from_static(headers::IDEMPOTENCY_REPLAYED), HeaderValue::from_static("true"));
    Ok(response)
}

fn respond(answer: StoredAnswer) -> ApiResult<Response> {
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
    use api_types::UserId;

    use super::*;
    use crate::db::AccountId;
    use crate::state::in_flight::InFlight;

    #[test]
    fn r1_a_key_is_worked_on_by_one_request_at_a_time() {
        let scope = |key: &str| Scope {
            account_id: AccountId("a".to_owned()),
            user_id: UserId("u".to_owned()),
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
