//! The account's connection to Marketo, and who may use it.

use api_types::{
    List, MarketoAccess, MarketoAccessGrant, MarketoAccessGranted, MarketoAccessQuery, MarketoConnect,
    MarketoConnectBy, MarketoState, UserId, paths,
};
use gloo_net::http::Method;

use super::{Call, Failure, get, query};
use crate::platform::random;
use crate::platform::secrets::wipe;

pub(crate) async fn state() -> Result<MarketoState, Failure> {
    get(paths::MARKETO).await
}

/// Connects the account. Pasted credentials are overwritten in memory after sending.
pub(crate) async fn connect(mut connect: MarketoConnect) -> Result<MarketoState, Failure> {
    let call = Call::post(paths::MARKETO).idempotency_key(random::uuid()).secret_json(&connect);
    if let MarketoConnectBy::Pasted { client_secret, .. } = &mut connect.by {
        wipe(client_secret);
    }
    call.fetch().await
}

/// Checks the connection now.
pub(crate) async fn check() -> Result<MarketoState, Failure> {
    Call::post(paths::MARKETO_CHECK).fetch().await
}

/// Ends the connection; only its owner may.
pub(crate) async fn disconnect() -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::MARKETO).done().await
}

/// One page of the users who may use the connection.
pub(crate) async fn access(wanted: &MarketoAccessQuery) -> Result<List<MarketoAccess>, Failure> {
    get(query(paths::MARKETO_ACCESS, wanted)).await
}

/// Lets users use the connection in one workspace.
pub(crate) async fn grant(grant: &MarketoAccessGrant) -> Result<MarketoAccessGranted, Failure> {
    Call::post(paths::MARKETO_ACCESS).idempotency_key(random::uuid()).json(grant).fetch().await
}

/// Withdraws a user's access.
pub(crate) async fn withdraw(id: &UserId) -> Result<(), Failure> {
    Call::new(Method::DELETE, paths::marketo_access_of(id)).done().await
}
