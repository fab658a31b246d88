//! Faults at every point where a server with a batch or a sync under way meets the rest of the world. Nobody is lost, nobody
//! gets a mail twice but where nobody could know whether the first one arrived, and the counts are right.

mod calls;
pub(crate) mod faulty_server;
mod network;
mod sync;

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;

use api_types::{
    Batch, BatchId, BatchRow, DeliveryStatus, List, NewRow, Problem, ProblemCode, headers, paths,
};
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::harness::{Client, check_counts, csv, key, pause, row};
use crate::performance::report;
use crate::post_office::TakenMail;

/// As many rows are sent at once.
const CHUNK: usize = 200;

/// The number of a whole sweep, instead of a short draw: by `MSI_SWEEP=all` that of the day, so that each draws other points, and by
/// `MSI_SWEEP=20787` that one once more.
static WHOLE: LazyLock<Option<u32>> = LazyLock::new(|| {
    let asked = std::env::var("MSI_SWEEP").ok()?;
    let days = || UNIX_EPOCH.elapsed().expect("a time after 1970").as_secs() / (24 * 3_600);
    Some(if asked == "all" { days() as u32 } else { asked.parse().expect("all, or the number of a sweep") })
});

fn is_whole() -> bool {
    WHOLE.is_some()
}

/// How many faults a sweep tries: `few`, or as a whole that many, `None` for one at every point.
fn draws(few: u32, whole: Option<u32>) -> Option<u32> {
    if is_whole() { whole } else { Some(few) }
}

/// Numbers from 1 to `count`: all of them, or some that are spread over all, which differ by `salt` and by the number of the sweep.
fn spread(count: u32, draws: Option<u32>, salt: u32) -> impl Iterator<Item = u32> {
    let draws = draws.unwrap_or(count).min(count);
    let step = f64::from(count) / f64::from(draws);
    let first = salt.wrapping_add(WHOLE.unwrap_or(0)) % (step as u32).max(1);
    (0..draws).map(move |draw| 1 + (f64::from(draw) * step) as u32 + first).filter(move |at| *at <= count)
}

/// Says what a sweep has tried, and how the same is tried again.
fn say(tried: &str) {
    match *WHOLE {
        Some(number) => report(&format!("{tried} (MSI_SWEEP={number})")),
        None => report(tried),
    }
}

/// People with addresses of a batch of their own.
pub(crate) fn people(batch: u32, count: u32) -> Vec<NewRow> {
    (0..count).map(|index| row(index + 2, &format!("p{index}.{batch}@example.com"))).collect()
}

/// A request whose answer has not come, or which the server could not do.
struct NotDone;

/// A request under a key, which is sent again under the same one.
async fn try_once<T: DeserializeOwned>(
    admin: &Client,
    (method, path): (Method, &str),
    key: &str,
    body: &impl Serialize,
) -> Result<T, NotDone> {
    let request = admin.request(method, path).header(headers::IDEMPOTENCY_KEY, key).json(body);
    let response = request.send().await.map_err(|_| NotDone)?;
    let status = response.status();
    let bytes = response.bytes().await.map_err(|_| NotDone)?;
    // The server may still be at the request that was not answered.
    let is_at_it = |problem: Problem| problem.code == ProblemCode::IdempotencyInProgress;
    if status.is_server_error() || status == 409 && serde_json::from_slice(&bytes).is_ok_and(is_at_it) {
        return Err(NotDone);
    }
    assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&bytes));
    Ok(serde_json::from_slice(&bytes).expect("JSON of the expected shape"))
}

/// A client that does as the app does, whatever happens to its server.
trait Inviter {
    fn admin(&self) -> &Client;

    /// What is done before a request is sent again.
    fn recover(&mut self) {}

    /// The same request until it is answered.
    async fn ask<T: DeserializeOwned>(&mut self, method: Method, path: &str, body: &impl Serialize) -> T {
        let key = key();
        loop {
            match try_once(self.admin(), (method.clone(), path), &key, body).await {
                Ok(answer) => return answer,
                Err(NotDone) => self.recover(),
            }
        }
    }

    async fn batch(&mut self, id: &BatchId) -> Batch {
        self.ask(Method::GET, &paths::batch(id), &()).await
    }

    async fn settled(&mut self, id: &BatchId) -> Batch {
        loop {
            let batch = self.batch(id).await;
            if batch.is_settled() {
                return batch;
            }
            pause().await;
        }
    }

    /// A batch of these people, once all of their mails are settled.
    async fn invited(&mut self, people: &[NewRow]) -> Batch {
        let id = self.sealed(people).await;
        self.settled(&id).await
    }

    /// A batch of these people, which are being sent their mails.
    async fn sealed(&mut self, people: &[NewRow]) -> BatchId {
        let batch: Batch = self.ask(Method::POST, paths::BATCHES, &csv(people.len())).await;
        for (index, rows) in people.chunks(CHUNK).enumerate() {
            let chunk = json!({"index": index, "rows": rows});
            let _: Value = self.ask(Method::POST, &paths::batch_chunks(&batch.id), &chunk).await;
        }
        let _: Batch = self.ask(Method::POST, &paths::batch_seal(&batch.id), &()).await;
        batch.id
    }

    async fn rows(&mut self, id: &BatchId) -> Vec<BatchRow> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{}?limit=200{cursor}", paths::batch_rows(id));
            let page: List<BatchRow> = self.ask(Method::GET, &path, &()).await;
            rows.extend(page.items);
            match page.meta.next_cursor {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }
}

/// How many mails each address got.
pub(crate) fn by_address(mails: &[TakenMail]) -> HashMap<&str, u32> {
    let mut taken: HashMap<&str, u32> = HashMap::new();
    for mail in mails {
        *taken.entry(&mail.to).or_default() += 1;
    }
    taken
}

/// What has become of people, by address, compared to what the mail server has.
pub(crate) fn check(batch: &Batch, people: &[NewRow], rows: Vec<BatchRow>, taken: &HashMap<&str, u32>) {
    check_counts(batch);
    assert_eq!(batch.verdicts.ready as usize, people.len(), "{batch:?}");
    let said: HashMap<String, DeliveryStatus> =
        rows.into_iter().map(|row| (row.email, row.result.delivery)).collect();
    assert_eq!(said.len(), people.len(), "{batch:?}");
    for NewRow { email, .. } in people {
        let mails = taken.get(email.as_str()).copied().unwrap_or_default();
        match said[email] {
            DeliveryStatus::Sent => assert_eq!(mails, 1, "{email}: {batch:?}"),
            // The one window: the mail was handed over, and nobody knows whether it arrived.
            DeliveryStatus::Unknown => assert!(mails <= 1, "{email}: {mails}, {batch:?}"),
            other => panic!("{email}: {other:?}, {batch:?}"),
        }
    }
}
