//! Invitations by the token of their link.

use api_types::{Activation, ActivationAccept, ActivationInspect, Session, SessionTokens, paths};
use serde::Deserialize;

use super::{Call, Failure, tokens};

/// Who is invited, and by whom. Does not use up the link.
pub(crate) async fn inspect(question: &ActivationInspect) -> Result<Activation, Failure> {
    Call::post(paths::ACTIVATION_INSPECT).json(question).opens_session().fetch().await
}

/// What [`api_types::Activated`] has besides the session. Reading both at once would take much more code.
#[derive(Deserialize)]
struct Given {
    tokens: Option<SessionTokens>,
}

/// Accepts an invitation and opens a session: of the backend's cookie or, where that is on another site, of tokens.
pub(crate) async fn accept(accept: &ActivationAccept) -> Result<Session, Failure> {
    let call = Call::post(paths::ACTIVATION_ACCEPT).json(accept).opens_session();
    let (session, Given { tokens }) = call.fetch_both().await?;
    if let Some(tokens) = tokens {
        tokens::keep(tokens);
    }
    Ok(session)
}
