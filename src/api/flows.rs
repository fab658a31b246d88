//! Ways through Salesforce's authorisation, from start to end.

use api_types::{Flow, FlowId, FlowStarted, SalesforceConnect, SalesforceSignIn, paths};
use gloo_net::http::Method;

use super::{Call, Failure};

/// Starts a flow that connects the person who is signed in.
pub(crate) async fn connect(wanted: &SalesforceConnect) -> Result<FlowStarted, Failure> {
    Call::post(paths::SALESFORCE_FLOWS).json(wanted).fetch().await
}

/// Starts a flow that signs somebody in, or accepts their invitation.
pub(crate) async fn sign_in(wanted: &SalesforceSignIn) -> Result<FlowStarted, Failure> {
    Call::post(paths::SALESFORCE_SIGN_INS).json(wanted).opens_session().fetch().await
}

/// How a flow stands. Its id is all that is needed, so nobody is asked to sign in for it.
pub(crate) async fn read(id: &FlowId) -> Result<Flow, Failure> {
    Call::new(Method::GET, paths::flow(id)).opens_session().fetch().await
}

/// Ends a flow whose person has given up.
pub(crate) async fn give_up(id: &FlowId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::flow(id)).opens_session().done().await
}
