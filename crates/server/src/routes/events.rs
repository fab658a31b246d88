use std::convert::Infallible;
use std::time::Duration;

use api_types::{Batch, BatchEvent, BatchId, paths};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval};

use crate::error::ApiResult;
use crate::http::extract::Path;
use crate::platform::ending::wait_for_end;
use crate::services::callers;
use crate::services::invitations::batches::{find, show};
use crate::services::sessions::Caller;
use crate::state::App;

/// How often a stream shows that the connection is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Changes in quicker succession are sent together.
const PACE: Duration = Duration::from_millis(200);
/// How often a stream reads the batch without a signal of a change.
const LOOK_ANYWAY: Duration = Duration::from_secs(15);

/// Follows a batch as an event stream. Each event's id is the batch's revision; with `Last-Event-ID`, earlier events
/// are not sent again. Following is no activity: the session idles meanwhile. The stream ends when the batch is
/// settled, when the session ends and when the server does.
#[utoipa::path(get, path = paths::template::BATCH_EVENTS, tag = "invitation-batches",
    params(("id" = BatchId, Path), ("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, body = BatchEvent, content_type = "text/event-stream")))]
pub(crate) async fn follow(
    State(app): State<App>,
    Path(id): Path<BatchId>,
    caller: Caller,
    head: HeaderMap,
) -> ApiResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    // Subscribed before the first read, so that no change is missed.
    let changes = app.changes.subscribe();
    find(&app, &mut *app.db.read().await?, &id).await?;
    let told = head.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let ticks = tokio::time::interval_at(Instant::now() + LOOK_ANYWAY, LOOK_ANYWAY);
    let follower = Follower { app, id, caller, changes, ticks, told, looked: false, ended: false };
    let events = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat")))
}

struct Follower {
    app: App,
    id: BatchId,
    caller: Caller,
    changes: Receiver<BatchId>,
    ticks: Interval,
    /// The last revision that was sent.
    told: Option<i64>,
    looked: bool,
    ended: bool,
}

impl Follower {
    async fn next(&mut self) -> Option<Event> {
        if self.ended {
            return None;
        }
        loop {
            if self.looked {
                self.wait().await?;
                tokio::time::sleep(PACE).await;
                let mut conn = self.app.db.read().await.ok()?;
                // A proof may have given the session another token.
                self.caller = callers::look_again(&self.app, &mut conn, &self.caller).await.ok()?;
            }
            let (revision, batch) = self.look().await?;
            self.looked = true;
            let settled = batch.is_settled();
            if settled || self.told != Some(revision) {
                self.told = Some(revision);
                self.ended = settled;
                return event(revision, batch);
            }
        }
    }

    /// `None` ends the stream: the batch is gone, or the database failed. The client connects again.
    async fn look(&self) -> Option<(i64, Batch)> {
        let mut conn = self.app.db.read().await.ok()?;
        let batch = find(&self.app, &mut conn, &self.id).await.ok()?;
        let revision = batch.revision;
        Some((revision, show(&self.app, &mut conn, batch).await.ok()?))
    }

    /// Waits for a change of the batch, or for the time of the next read. `None` when the server is ending.
    async fn wait(&mut self) -> Option<()> {
        loop {
            tokio::select! {
                change = self.changes.recv() => match change {
                    Ok(id) if id != self.id => {}
                    Ok(_) | Err(RecvError::Lagged(_)) => return Some(()),
                    Err(RecvError::Closed) => return None,
                },
                _ = self.ticks.tick() => return Some(()),
                () = wait_for_end(self.app.ending.clone()) => return None,
            }
        }
    }
}

fn event(revision: i64, batch: Batch) -> Option<Event> {
    let (name, event) = if batch.is_settled() {
        ("settled", BatchEvent::Settled(batch))
    } else {
        ("progress", BatchEvent::Progress(batch))
    };
    Event::default().id(revision.to_string()).event(name).json_data(event).ok()
}
