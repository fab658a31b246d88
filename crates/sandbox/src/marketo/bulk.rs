//! The endpoints of bulk exports.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use serde_json::Value;

use super::answer::{MarketoError, Success};
use super::exports::{Exports, Job};
use super::file::Pieces;
use super::gate::{Caller, CutAfter, Slot};
use super::state::{Marketo, lock};

type BulkResponse = Result<Success, MarketoError>;

impl Marketo {
    /// Brings the caller's jobs up to date, applies `change`, and saves them.
    fn exports<T>(&self, caller: &Caller, change: impl FnOnce(&mut Exports) -> T) -> T {
        let world = lock(&self.world).clone();
        let mut exports = lock(&caller.instance.exports);
        let finished = exports.advance(&world, &self.clock);
        lock(&self.stats).export_bytes += finished.iter().sum::<u64>();
        let outcome = change(&mut exports);
        drop(exports);
        self.save();
        outcome
    }

    /// Counts an error because of a quota.
    fn counted(&self, answer: Result<Value, MarketoError>) -> BulkResponse {
        if answer.as_ref().is_err_and(|refusal| refusal.code == 1029) {
            lock(&self.stats).quota_violations += 1;
        }
        answer.map(|job| Success::of(Value::Array(vec![job])))
    }
}

/// Answers `POST /{munchkin}/bulk/v1/leads/export/create.json`.
pub(super) async fn create(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> BulkResponse {
    let json = |value: &header::HeaderValue| value.as_bytes().starts_with(b"application/json");
    if !headers.get(header::CONTENT_TYPE).is_some_and(json) {
        return Err(MarketoError::new(612));
    }
    let request: Value = serde_json::from_slice(&body).map_err(|_| MarketoError::new(609))?;
    let nature = caller.instance.nature;
    let created = marketo.exports(&caller, |exports| {
        exports.create(caller.user(), &request, nature, &marketo.clock).map(Job::describe)
    });
    marketo.counted(created)
}

/// Answers `POST /{munchkin}/bulk/v1/leads/export/{id}/enqueue.json`.
pub(super) async fn enqueue(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    Path((_, id)): Path<(String, String)>,
) -> BulkResponse {
    let queued = marketo
        .exports(&caller, |exports| exports.enqueue(caller.user(), &id, &marketo.clock).map(Job::describe));
    marketo.counted(queued)
}

/// Answers `POST /{munchkin}/bulk/v1/leads/export/{id}/cancel.json`.
pub(super) async fn cancel(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    Path((_, id)): Path<(String, String)>,
) -> BulkResponse {
    let cancelled = marketo
        .exports(&caller, |exports| exports.cancel(caller.user(), &id, &marketo.clock).map(Job::describe));
    cancelled.map(|job| Success::of(Value::Array(vec![job])))
}

/// Answers `GET /{munchkin}/bulk/v1/leads/export/{id}/status.json`.
pub(super) async fn status(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    Path((_, id)): Path<(String, String)>,
) -> BulkResponse {
    let job = marketo.exports(&caller, |exports| exports.get(caller.user(), &id).map(Job::describe));
    job.map(|job| Success::of(Value::Array(vec![job])))
}

#[derive(Debug, Deserialize)]
pub(super) struct List {
    status: Option<String>,
}

/// Answers `GET /{munchkin}/bulk/v1/leads/export.json`.
pub(super) async fn list(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    Query(list): Query<List>,
) -> Success {
    let wanted = |job: &&Job| {
        let asked = list.status.as_deref();
        asked.is_none_or(|asked| asked.split(',').any(|status| status.trim() == job.status()))
    };
    Success::of(
        marketo.exports(&caller, |exports| {
            exports.list(caller.user()).filter(wanted).map(Job::describe).collect()
        }),
    )
}

/// Answers `GET /{munchkin}/bulk/v1/leads/export/{id}/file.json`, all of it or a range of its bytes.
pub(super) async fn file(
    State(marketo): State<Arc<Marketo>>,
    Extension(caller): Extension<Caller>,
    cut: Option<Extension<CutAfter>>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let world = lock(&marketo.world).clone();
    let nature = caller.instance.nature;
    let found =
        marketo.exports(&caller, |exports| exports.file(caller.user(), &id, nature, &world, &marketo.clock));
    let Some((content, size)) = found else {
        return (StatusCode::NOT_FOUND, "File not found").into_response();
    };
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let (status, start, end) = match asked.map(|range| byte_range(range, size)) {
        None => (StatusCode::OK, 0, size),
        Some(Some((start, end))) => (StatusCode::PARTIAL_CONTENT, start, end),
        Some(None) => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, range).into_response();
        }
    };
    let part = Part {
        pieces: content.pieces(),
        skip: start,
        left: end - start,
        until_cut: cut.map(|Extension(CutAfter(bytes))| bytes),
        _slot: caller.slot,
    };
    let pieces = stream::iter(part).then(async |piece| {
        if piece.is_err() {
            // The bytes before the break must be sent first.
            tokio::task::yield_now().await;
        }
        piece
    });
    let mut response = (status, Body::from_stream(pieces)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::ACCEPT_RANGES, header::HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, (end - start).into());
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(range) = format!("bytes {start}-{}/{size}", end - 1).try_into()
    {
        headers.insert(header::CONTENT_RANGE, range);
    }
    response
}

/// Start and end of `bytes=5-9`, `bytes=5-` or `bytes=-5`, the end excluded; `None` for a range outside of the file.
fn byte_range(range: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end) = match (first, last) {
        ("", last) => (size.saturating_sub(last.parse().ok()?), size),
        (first, "") => (first.parse().ok()?, size),
        (first, last) => (first.parse().ok()?, last.parse::<u64>().ok()?.saturating_add(1).min(size)),
    };
    (start < end).then_some((start, end))
}

/// The bytes of a part of a file.
struct Part {
    pieces: Pieces,
    skip: u64,
    left: u64,
    /// Bytes before the connection breaks.
    until_cut: Option<u64>,
    /// The call counts as in progress until the last byte.
    _slot: Arc<Slot>,
}

impl Iterator for Part {
    type Item = std::io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.left > 0 {
            if self.until_cut == Some(0) {
                return Some(Err(std::io::ErrorKind::ConnectionReset.into()));
            }
            let mut piece = self.pieces.next()?;
            let skipped = self.skip.min(piece.len() as u64);
            self.skip -= skipped;
            piece.drain(..usize::try_from(skipped).unwrap_or(usize::MAX));
            let most = self.left.min(self.until_cut.unwrap_or(u64::MAX));
            piece.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            self.left -= piece.len() as u64;
            self.until_cut = self.until_cut.map(|bytes| bytes - piece.len() as u64);
            if !piece.is_empty() {
                return Some(Ok(piece));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_bytes_are_read() {
        assert_eq!(byte_range("bytes=0-9", 100), Some((0, 10)));
        assert_eq!(byte_range("bytes=90-", 100), Some((90, 100)));
        assert_eq!(byte_range("bytes=-10", 100), Some((90, 100)));
        assert_eq!(byte_range("bytes=50-500", 100), Some((50, 100)));
        assert_eq!(byte_range("bytes=100-", 100), None);
        assert_eq!(byte_range("lines=1-2", 100), None);
    }
}
