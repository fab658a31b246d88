//! What is answered while the data is opened: to upgrade it may take minutes, in which nobody is to take the server for dead.

use std::sync::Arc;
use std::time::Duration;

use api_types::paths;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::config::Config;
use crate::http::{connections, headers};
use crate::routes::probes;

/// Data that needs no upgrade is open before.
const PATIENCE: Duration = Duration::from_millis(500);
/// Seconds after which clients try again.
const RETRY_AFTER: &str = "5";

/// Waits until the data is open. Where that takes long, `/livez` is answered meanwhile, and everything else is told to try
/// again.
pub(super) async fn answering<T>(
    opening: impl Future<Output = T>,
    listeners: &Arc<[TcpListener]>,
    tls: Option<TlsAcceptor>,
    config: &Config,
) -> T {
    let mut opening = std::pin::pin!(opening);
    tokio::select! {
        open = &mut opening => return open,
        () = tokio::time::sleep(PATIENCE) => {}
    }
    tracing::warn!(
        "the data is opened, and upgraded where it is of an earlier version; /livez is answered meanwhile"
    );
    let (end, ending) = watch::channel(false);
    let sets = headers::HeaderSets::new(tls.is_some(), &config.embedders);
    let router = Router::new()
        .route(paths::LIVEZ, get(probes::live))
        .fallback(not_yet)
        .layer(headers::no_store())
        .layer(middleware::from_fn_with_state(sets, headers::add));
    let (most, timeouts) = (config.connections, config.client_timeouts);
    let serving = connections::serve(Arc::clone(listeners), tls, router, most, timeouts, ending);
    let (open, ()) = tokio::join!(
        async {
            let open = opening.await;
            let _ = end.send(true);
            open
        },
        serving
    );
    open
}

async fn not_yet() -> impl IntoResponse {
    let text = "The server is starting and upgrades its data. Try again in a few minutes.\n";
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)], text)
}
