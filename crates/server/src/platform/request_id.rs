//! The id of the request being answered, and the address that it came from. The id is in the log, in the audit log and in every
//! problem; the address is in the audit log alone.

use std::net::IpAddr;

use uuid::Uuid;

#[derive(Clone)]
struct Request {
    id: String,
    address: Option<String>,
}

tokio::task_local! {
    static REQUEST: Request;
}

/// The id of the request being answered; a new one for work outside of a request.
pub(crate) fn current() -> String {
    REQUEST.try_with(|request| request.id.clone()).unwrap_or_else(|_| new())
}

/// The address of the client whose request is being answered; none for work outside of a request.
pub(crate) fn address() -> Option<String> {
    REQUEST.try_with(|request| request.address.clone()).ok().flatten()
}

/// An address as it is written down.
pub(crate) fn shown(address: IpAddr) -> String {
    address.to_canonical().to_string()
}

/// A new id.
pub(crate) fn new() -> String {
    Uuid::now_v7().simple().to_string()
}

/// Runs work under an id and an address.
pub(crate) async fn within<T>(id: String, address: Option<String>, work: impl Future<Output = T>) -> T {
    REQUEST.scope(Request { id, address }, work).await
}

/// Does work under the id and address of this request, and finishes it even if no caller waits for it any more.
pub(crate) fn spawn_detached<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(REQUEST.scope(Request { id: current(), address: address() }, work))
}
