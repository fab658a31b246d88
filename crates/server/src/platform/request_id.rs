//! The id of the request being answered. It is in the log, in the audit log and in every problem.

use uuid::Uuid;

tokio::task_local! {
    static ID: String;
}

/// The id of the request being answered; a new one for work outside of a request.
pub(crate) fn current() -> String {
    ID.try_with(Clone::clone).unwrap_or_else(|_| new())
}

/// A new id.
pub(crate) fn new() -> String {
    Uuid::now_v7().simple().to_string()
}

/// Runs work under an id.
pub(crate) async fn within<T>(id: String, work: impl Future<Output = T>) -> T {
    ID.scope(id, work).await
}

/// Does work under the id of this request, and finishes it even if no caller waits for it any more.
pub(crate) fn spawn_detached<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(ID.scope(current(), work))
}
