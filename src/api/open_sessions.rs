//! Where people are signed in.

use api_types::{List, OpenSession, SessionId, UserId, paths};
use gloo_net::http::Method;

use super::{Call, Failure, get};

/// The user's own sessions, the latest first.
pub(crate) async fn own() -> Result<List<OpenSession>, Failure> {
    get(paths::PROFILE_SESSIONS).await
}

/// Those of another person, for administrators.
pub(crate) async fn of(user: &UserId) -> Result<List<OpenSession>, Failure> {
    get(paths::user_sessions(user)).await
}

pub(crate) async fn end(id: &SessionId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::open_session(id)).done().await
}

/// Ends all other sessions of the user.
pub(crate) async fn end_others() -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::PROFILE_SESSIONS).done().await
}

/// Ends all sessions of another person.
pub(crate) async fn end_of(user: &UserId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::user_sessions(user)).done().await
}
