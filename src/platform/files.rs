//! Files that are deployed beside the app.

use gloo_net::http::{RequestBuilder, Response};
use web_sys::RequestCache;

use super::begun::Begun;
use super::connectivity;

/// Why a file could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// The browser has no network.
    Offline,
    TimedOut,
    /// No answer, or one with this status that is not the file.
    Refused(u16),
    /// The answer with this status was cut off.
    BrokenOff(u16),
}

/// Reads a text file.
pub(crate) async fn read(path: &str) -> Result<String, Unread> {
    // Its name contains no hash, so the cached copy must be revalidated each time.
    let request = RequestBuilder::new(path).cache(RequestCache::NoCache);
    read_answer(request.send().await.map_err(|error| broken(&error, Unread::Refused(0)))?).await
}

/// Reads a text file that `boot.js` has requested.
pub(crate) async fn read_begun(begun: Begun, path: &str) -> Result<String, Unread> {
    match begun.take().await {
        Some(response) => read_answer(response).await,
        None => read(path).await,
    }
}

async fn read_answer(response: Response) -> Result<String, Unread> {
    let status = response.status();
    let text = response.text().await.map_err(|error| broken(&error, Unread::BrokenOff(status)));
    if response.ok() { text } else { Err(Unread::Refused(status)) }
}

fn broken(error: &gloo_net::Error, otherwise: Unread) -> Unread {
    match error {
        gloo_net::Error::JsError(error) if error.name == "TimeoutError" => Unread::TimedOut,
        _ if !connectivity::is_online() => Unread::Offline,
        _ => otherwise,
    }
}
