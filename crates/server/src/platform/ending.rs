//! The signal that the server is to end.

use tokio::sync::watch;

/// Resolves once the server is to end.
pub(crate) async fn wait_for_end(mut ending: watch::Receiver<bool>) {
    // An error means that the sender is gone, and so is the server.
    let _ = ending.wait_for(|ended| *ended).await;
}
