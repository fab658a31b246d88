//! Extractors whose refusals are problems.

mod objects;

use std::collections::BTreeMap;

use api_types::{ProblemCode, limits};
use axum::body::Bytes;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::{ApiError, ApiResult};
use crate::http::endpoints::Fields;

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        require_json(request.headers())?;
        let fields = request.extensions().get::<Fields>().copied();
        let bytes = body(request, state).await?;
        let value = parse(&bytes)?;
        if let Some(fields) = fields {
            fields.check(&bytes)?;
        }
        Ok(Self(value))
    }
}

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The id in a path. There is nothing with one that cannot be.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        id.map(|id| Self(id.0)).map_err(|rejection| match rejection {
            PathRejection::FailedToDeserializePathParams(error)
                if matches!(error.kind(), ErrorKind::InvalidUtf8InPathParam { .. }) =>
            {
                ApiError::new(ProblemCode::BadRequest)
            }
            _ => ApiError::not_found(),
        })
    }
}

/// A query string.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|query| Self(query.0))
            .map_err(|error| ApiError::new(ProblemCode::BadRequest).detail(error.body_text()))
    }
}

/// The whole body, within the limit.
pub(crate) async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(error) if error.status().as_u16() == 413 => {
            ApiError::new(ProblemCode::PayloadTooLarge).limit("body_bytes", limits::BODY_BYTES as u64)
        }
        other => ApiError::new(ProblemCode::BadRequest).detail(other.body_text()),
    })
}

/// Refuses bodies that a plain HTML form could send.
pub(crate) fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(ApiError::new(ProblemCode::UnsupportedMediaType))
    }
}

impl Fields {
    /// Refuses an object with any other field.
    fn check(self, json: &[u8]) -> ApiResult<()> {
        let object: BTreeMap<String, IgnoredAny> = parse(json)?;
        match object.into_keys().find(|field| !self.0.contains(&field.as_str())) {
            Some(_) => {
                let detail = format!("a panel with this flow changes only {}", self.0.join(", "));
                Err(ApiError::new(ProblemCode::Forbidden).detail(detail))
            }
            None => Ok(()),
        }
    }
}

/// Reads JSON. Text that is not JSON is a bad request; JSON of another shape a wrong field. A struct is read from an
/// object only.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    objects::from_slice(bytes).map_err(|error| {
        let code = if error.is_data() { ProblemCode::InvalidField } else { ProblemCode::BadRequest };
        // Not the message: it repeats what was sent, which may be a secret in the wrong place.
        ApiError::new(code).detail(format!("line {}, column {}", error.line(), error.column()))
    })
}
