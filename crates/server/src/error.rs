//! The error type of the API, which is answered as a problem document (RFC 9457).

use api_types::{ConnectionFailure, Limit, Needed, Problem, ProblemCode};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::db;

/// A failure to start.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

pub(crate) type ApiResult<T> = Result<T, ApiError>;

/// An error to be sent to the client, which [`crate::http::observe`] writes down and gives the request id.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", in_the_log(.0))]
pub(crate) struct ApiError(Box<Problem>);

/// Its code and, where there are any, the failure of a connection and the detail.
fn in_the_log(problem: &Problem) -> String {
    let failure = problem.failure.map(ConnectionFailure::as_str);
    [Some(problem.code.as_str()), failure, problem.detail.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(": ")
}

impl ApiError {
    pub(crate) fn new(code: ProblemCode) -> Self {
        Self(Box::new(code.into()))
    }

    /// A field of the body has a value that is not allowed.
    pub(crate) fn field(name: &str, detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::InvalidField).in_field(name).detail(detail)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(ProblemCode::NotFound)
    }

    /// Salesforce or Marketo failed.
    pub(crate) fn provider(failure: ConnectionFailure) -> Self {
        let mut error = Self::new(ProblemCode::ProviderFailed);
        error.0.failure = Some(failure);
        error
    }

    pub(crate) fn in_field(mut self, name: &str) -> Self {
        self.0.field = Some(name.to_owned());
        self
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    pub(crate) fn limit(mut self, name: &str, value: u64) -> Self {
        self.0.limit = Some(Limit { name: name.to_owned(), value });
        self
    }

    pub(crate) fn missing(mut self, missing: Vec<Needed>) -> Self {
        self.0.missing = missing;
        self
    }

    pub(crate) fn code(&self) -> ProblemCode {
        self.0.code
    }

    /// Whether writing failed, for whatever reason, while reading may still work.
    pub(crate) fn is_not_stored(&self) -> bool {
        matches!(self.0.code, ProblemCode::NotStored | ProblemCode::Unavailable)
    }

    pub(crate) fn into_problem(self) -> Problem {
        *self.0
    }
}

impl From<ProblemCode> for ApiError {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "the database failed");
        if db::is_of_the_disk(&error) {
            return Self::new(ProblemCode::NotStored).retry_after(5);
        }
        match error {
            // A database that cannot be reached comes back by itself. A proxy before it may end a connection in the middle
            // of its making, which is against the protocol.
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_) => Self::new(ProblemCode::Unavailable).retry_after(1),
            sqlx::Error::Database(error) if db::is_busy(&*error) => {
                Self::new(ProblemCode::Unavailable).retry_after(1)
            }
            _ => Self::new(ProblemCode::Internal),
        }
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        tracing::error!(%error, "something stored or to be stored is not readable");
        Self::new(ProblemCode::Internal)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r26_a_connection_that_ends_in_its_making_is_that_of_a_database_that_comes_back() {
        let ended = sqlx::Error::Protocol("unexpected response from SSLRequest: 0x00".to_owned());
        assert_eq!(ApiError::from(ended).0.status, 503);
    }
}
