//! Invitations by the token of their link.

use api_types::{Activation, ActivationAccept, ActivationInspect, Session, paths};

use super::{Call, Failure};

/// Who is invited, and by whom. Does not use up the link.
pub(crate) async fn inspect(question: &ActivationInspect) -> Result<Activation, Failure> {
    Call::post(paths::ACTIVATION_INSPECT).json(question).opens_session().fetch().await
}

/// Accepts an invitation and opens a session.
pub(crate) async fn accept(accept: &ActivationAccept) -> Result<Session, Failure> {
    Call::post(paths::ACTIVATION_ACCEPT).json(accept).opens_session().fetch().await
}
