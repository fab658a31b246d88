//! Files that are deployed beside the app.

use gloo_net::http::{RequestBuilder, Response};
use serde::de::IgnoredAny;
use web_sys::{AbortSignal, RequestCache};

use super::address::{Built, of_file};
use super::connectivity;
use super::early_requests::EarlyRequest;

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

/// Reads a text file whose name changes with its content.
pub(crate) async fn read(path: &str) -> Result<String, Unread> {
    request(RequestBuilder::new(&of_file(path))).await
}

/// Reads a text file that `boot.js` has requested. Its name stays, so a cached copy is revalidated.
pub(crate) async fn read_early(early: EarlyRequest, path: &str) -> Result<String, Unread> {
    match early.take().await {
        Some(response) => read_answer(response).await,
        None => read_anew(path).await,
    }
}

/// Whether a console is at another path of this origin, by its configuration; `None` if that cannot be found out.
pub(crate) async fn is_console_at(place: &str) -> Option<bool> {
    const AT_MOST_MS: u32 = 5_000;
    let request = RequestBuilder::new(&format!("{place}config.json")).cache(RequestCache::NoStore);
    let request = request.abort_signal(Some(&AbortSignal::timeout_with_u32(AT_MOST_MS)));
    let response = request.send().await.ok()?;
    match response.status() {
        404 | 410 => Some(false),
        // A page that a host gives for every path, or the place where the console is now, says nothing of one there.
        200 if response.redirected() => Some(false),
        200 => Some(serde_json::from_str::<IgnoredAny>(&response.text().await.ok()?).is_ok()),
        _ => None,
    }
}

/// Whether another build than the one of this page is published now.
pub(crate) async fn is_replaced() -> Result<bool, Unread> {
    let page = read_anew("").await?;
    Ok([Built::App, Built::Locales].iter().any(|part| !page.contains(&part.path())))
}

async fn read_anew(path: &str) -> Result<String, Unread> {
    request(RequestBuilder::new(&of_file(path)).cache(RequestCache::NoCache)).await
}

async fn request(request: RequestBuilder) -> Result<String, Unread> {
    read_answer(request.send().await.map_err(|error| broken(&error, Unread::Refused(0)))?).await
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
