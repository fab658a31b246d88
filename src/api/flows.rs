//! Flows through Salesforce's authorisation, from start to end.

use api_types::{Flow, FlowId, FlowStarted, SalesforceConnect, SalesforceSignIn, paths};
use gloo_net::http::Method;

use super::{Call, Failure};

/// Starts a flow that connects the signed-in user.
pub(crate) async fn connect(wanted: &SalesforceConnect) -> Result<FlowStarted, Failure> {
    Call::post(paths::SALESFORCE_FLOWS).json(wanted).fetch().await
}

/// Starts a flow for signing in or accepting an invitation.
pub(crate) async fn sign_in(wanted: &SalesforceSignIn) -> Result<FlowStarted, Failure> {
    Call::post(paths::SALESFORCE_SIGN_INS).json(wanted).opens_session().fetch().await
}

/// Starts a flow that proves who the signed-in user is.
pub(crate) async fn prove() -> Result<FlowStarted, Failure> {
    Call::post(paths::SESSION_PROOF_SALESFORCE).fetch().await
}

/// The state of a flow. Its id suffices: the call needs no session.
pub(crate) async fn read(id: &FlowId) -> Result<Flow, Failure> {
    Call::new(Method::GET, paths::flow(id)).opens_session().fetch().await
}

/// Ends a flow that the user has abandoned.
pub(crate) async fn give_up(id: &FlowId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::flow(id)).opens_session().done().await
}
