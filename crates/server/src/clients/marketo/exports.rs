//! Bulk exports of people: creating, queueing, polling and reading them.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::timeout;

use super::client::PAUSE_LIMIT;
use super::limiter::Slot;
use super::{Error, Marketo, Result};

const PREFIX: [&str; 4] = ["bulk", "v1", "leads", "export"];

/// The shortest time between changes of an export's state. [`Marketo::pace`] scales it.
pub(crate) const STATUS_EVERY: Duration = Duration::from_secs(60);
/// Longest range of dates.
pub(crate) const RANGE_MAX: Duration = Duration::from_secs(31 * 24 * 60 * 60);
/// How many times in a row the download of a file may break off without a byte.
const FRUITLESS_MAX: u32 = 3;

/// The people to export: those with a date in a range of at most [`RANGE_MAX`], in ISO 8601, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Filter {
    CreatedAt(Range),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Range {
    pub(crate) start_at: String,
    pub(crate) end_at: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Status {
    Created,
    Queued,
    Processing,
    Completed,
    Failed,
    #[serde(alias = "Canceled")]
    Cancelled,
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Export {
    #[serde(rename = "exportId")]
    pub(crate) id: String,
    pub(crate) status: Status,
    /// Once it is done.
    pub(crate) number_of_records: Option<u64>,
    /// Bytes of the file, once it is done.
    pub(crate) file_size: Option<u64>,
    /// SHA-256 of the file, once it is done, as `sha256:` and hexadecimal digits.
    pub(crate) file_checksum: Option<String>,
}

impl Marketo {
    /// Creates an export of some fields, by REST name, as CSV with a header row of those names. It is not started yet.
    pub(crate) async fn create_export(&self, fields: &[&str], filter: &Filter) -> Result<Export> {
        let call = self.post(&path(&["create.json"]));
        let call = call.body(json!({ "fields": fields, "format": "CSV", "filter": filter }));
        self.export(&call).await
    }

    /// Queues an export; one that is queued already keeps its place.
    pub(crate) async fn enqueue_export(&self, id: &str) -> Result<Export> {
        match self.export(&self.post(&path(&[id, "enqueue.json"]))).await {
            Err(refused @ Error::Refused { .. }) => {
                // The response to an earlier try may have been lost.
                let export = self.export_status(id).await?;
                if export.status == Status::Created { Err(refused) } else { Ok(export) }
            }
            other => other,
        }
    }

    pub(crate) async fn export_status(&self, id: &str) -> Result<Export> {
        self.export(&self.get(&path(&[id, "status.json"]))).await
    }

    /// Cancels an export; one that has ended stays as it is.
    pub(crate) async fn cancel_export(&self, id: &str) -> Result<()> {
        match self.export(&self.post(&path(&[id, "cancel.json"]))).await {
            Ok(_) | Err(Error::NotFound) => Ok(()),
            Err(refused @ Error::Refused { .. }) => match self.export_status(id).await?.status {
                Status::Completed | Status::Failed | Status::Cancelled => Ok(()),
                Status::Created | Status::Queued | Status::Processing => Err(refused),
            },
            Err(error) => Err(error),
        }
    }

    /// The recent exports of this API user that still wait or run.
    pub(crate) async fn active_exports(&self) -> Result<Vec<Export>> {
        let mut active = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let call = self.get(&["bulk", "v1", "leads", "export.json"]);
            let call = call.query(&[("status", "Created,Queued,Processing")]);
            let call = match &token {
                Some(token) => call.query(&[("nextPageToken", token)]),
                None => call,
            };
            let answer = self.envelope::<Vec<Export>>(&call).await?;
            let page = answer.result.unwrap_or_default();
            // A token that leads to itself, or on after an empty page, has no end.
            let ends = page.is_empty() || answer.next_page_token.is_none() || answer.next_page_token == token;
            active.extend(page);
            if ends {
                return Ok(active);
            }
            token = answer.next_page_token;
        }
    }

    /// The file of a finished export, from a byte on.
    pub(crate) fn export_file(&self, export: &Export, from: u64) -> File {
        File {
            marketo: self.clone(),
            id: export.id.clone(),
            position: from,
            size: export.file_size,
            body: None,
        }
    }

    async fn export(&self, call: &super::client::Call) -> Result<Export> {
        self.envelope::<Vec<Export>>(call).await?.into_only()
    }
}

fn path<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    [&PREFIX, rest].concat()
}

/// A file that is read piece by piece. If the download breaks off, reading continues in a new request from the same
/// byte. While a piece is awaited or held, the file counts as one of the concurrent calls.
pub(crate) struct File {
    marketo: Marketo,
    id: String,
    position: u64,
    size: Option<u64>,
    body: Option<Body>,
}

struct Body {
    response: Response,
    /// Bytes to skip, if the whole file was sent instead of a part.
    skip: u64,
    _slot: Slot,
}

impl File {
    /// The position of the next byte.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The next piece, `None` after the last.
    ///
    /// # Errors
    /// When the file is gone, or its download breaks off repeatedly.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let mut fruitless = 0;
        loop {
            if self.size == Some(self.position) {
                self.body = None;
                return Ok(None);
            }
            let mut body = match self.body.take() {
                Some(body) => body,
                None => self.open().await?,
            };
            match timeout(PAUSE_LIMIT, body.response.chunk()).await {
                Ok(Ok(Some(mut piece))) => {
                    let skipped = usize::try_from(body.skip).unwrap_or(usize::MAX).min(piece.len());
                    let piece = piece.split_off(skipped);
                    body.skip -= skipped as u64;
                    self.body = Some(body);
                    if !piece.is_empty() {
                        self.position += piece.len() as u64;
                        return Ok(Some(piece));
                    }
                }
                Ok(Ok(None)) if self.size.is_none() => return Ok(None),
                // It broke off, or paused for too long.
                Ok(Ok(None) | Err(_)) | Err(_) => {
                    fruitless += 1;
                    if fruitless > FRUITLESS_MAX {
                        return Err(Error::Unreachable);
                    }
                }
            }
        }
    }

    async fn open(&self) -> Result<Body> {
        let call = self.marketo.get(&path(&[&self.id, "file.json"])).from(self.position);
        let (response, slot) = self.marketo.file(&call).await?;
        let partial = response.status() == StatusCode::PARTIAL_CONTENT;
        let skip = if partial { 0 } else { self.position };
        Ok(Body { response, skip, _slot: slot })
    }
}
