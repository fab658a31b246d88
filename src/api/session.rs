//! The session of this browser. Reading, opening and ending it are calls on behalf of no person.

use api_types::{Session, SignIn, paths};
use gloo_net::http::Method;

use super::{Call, Failure, client};
use crate::platform::begun::Begun;

/// Signs in.
pub(crate) async fn open(credentials: &SignIn) -> Result<Session, Failure> {
    Call::post(paths::SESSION).json(credentials).opens_session().fetch().await
}

/// The session that a flow's window has just opened.
pub(crate) async fn read() -> Result<Session, Failure> {
    Call::new(Method::GET, paths::SESSION).opens_session().fetch().await
}

/// The session, if there is one.
pub(crate) async fn find() -> Result<Option<Session>, Failure> {
    none_if_ended(Call::new(Method::GET, paths::SESSION).opens_session().fetch_if_any().await)
}

/// The session as the page begins: `boot.js` has asked for it. Where it has no good answer, the app asks again, which
/// does all that is to be done about a failure.
pub(crate) async fn find_first() -> Result<Option<Session>, Failure> {
    if let Some(answer) = Begun::Session.take().await
        && let Ok(found) = none_if_ended(client::read_if_any(answer).await)
    {
        return Ok(found);
    }
    find().await
}

fn none_if_ended(found: Result<Option<Session>, Failure>) -> Result<Option<Session>, Failure> {
    match found {
        Err(failure) if failure.status == 401 => Ok(None),
        found => found,
    }
}

/// Signs out. A session that has already ended counts as success.
pub(crate) async fn end() -> Result<(), Failure> {
    match Call::new(Method::DELETE, paths::SESSION).ends_session().done().await {
        Err(failure) if failure.status == 401 => Ok(()),
        done => done,
    }
}
