//! Orders the certificate of the server, and another one in time.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::clients::acme::Authority;
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::Job;
use crate::platform::partial;
use crate::state::App;

/// How often is looked whether one is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long an order may take.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// The waits after orders that have failed; the last one goes on. So there are at most five within an hour, as Let's Encrypt allows.
const WAITS: [Duration; 5] = [
    Duration::from_secs(60),
    Duration::from_secs(2 * 60),
    Duration::from_secs(4 * 60),
    Duration::from_secs(8 * 60),
    Duration::from_secs(3_600),
];
/// How often a full disk is tried.
const STORED_EVERY: Duration = Duration::from_secs(60);
/// The failures, in the data folder: a server that is started again and again orders no more often than one that runs.
const FAILURES: &str = "acme-failures.json";

/// Orders until the server ends.
pub(crate) async fn run(app: App) {
    let Some(authority) = app.authority.clone() else { return wait_for_end(app.ending.clone()).await };
    let certificate = &authority.certificate;
    let mut failures = Failures::load(&app.config.data, &authority.directory);
    let mut stored_at: Option<Instant> = None;
    loop {
        if certificate.is_due(app.now()) && !failures.hold(app.now()) {
            tracing::info!(name = certificate.name(), "a certificate is ordered");
            let done = tokio::select! {
                done = finished(order(&authority, &app)) => done,
                () = wait_for_end(app.ending.clone()) => return,
            };
            certificate.show(None);
            let done = done.unwrap_or_else(|why| Err(authority.unusable(why)));
            match app.jobs.note(Job::Certificate, "order", done) {
                Ok(()) => {
                    tracing::info!(name = certificate.name(), "the certificate is in use");
                    failures.end();
                    stored_at = None;
                }
                Err(_) => failures.add(app.now()),
            }
        }
        if stored_at.is_none_or(|at| at.elapsed() >= STORED_EVERY) {
            stored_at = Some(Instant::now());
            let _ = app.jobs.note(Job::Certificate, "store", authority.save());
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

/// The outcome of an order that ends in time. The library of the protocol panics at some answers that make no sense:
/// that is a failure as others are, after which the next order waits.
async fn finished<T>(order: impl Future<Output = T>) -> Result<T, &'static str> {
    match tokio::time::timeout(PATIENCE, AssertUnwindSafe(order).catch_unwind()).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(_)) => Err("its answer cannot be used"),
        Err(_) => Err("it has not answered in time"),
    }
}

async fn order(authority: &Authority, app: &App) -> Result<(), String> {
    let pem = authority.order().await?;
    authority.certificate.take(&pem).map_err(|why| authority.unusable(format!("its certificate: {why}")))?;
    match authority.certificate.is_due(app.now()) {
        true => {
            Err("the new certificate is to be renewed at once: look at the clock of this machine".to_owned())
        }
        false => Ok(()),
    }
}

/// Orders that have failed one after the other at an authority.
struct Failures {
    file: PathBuf,
    directory: Url,
    times: usize,
    not_before: Millis,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    directory: String,
    times: usize,
    not_before: i64,
}

impl Failures {
    /// Those at the authority with that directory: what failed elsewhere is no reason to wait.
    fn load(data: &Path, directory: &Url) -> Self {
        let file = data.join(FAILURES);
        let stored: Option<Stored> =
            std::fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let stored = stored.filter(|stored| stored.directory == directory.as_str());
        let (times, not_before) = stored.map_or((0, 0), |stored| (stored.times, stored.not_before));
        if times > 0 {
            let file = file.display();
            tracing::warn!(times, %file, "orders of a certificate have failed before this start: the next one waits");
        }
        Self { file, directory: directory.clone(), times, not_before: Millis(not_before) }
    }

    /// Whether the next order waits. A time that is farther away than any wait is of a clock that was wrong.
    fn hold(&self, now: Millis) -> bool {
        now < self.not_before && now.until(self.not_before) <= WAITS[WAITS.len() - 1]
    }

    fn add(&mut self, now: Millis) {
        self.not_before = now.plus(wait(self.times));
        self.times += 1;
        let directory = self.directory.to_string();
        let stored = Stored { directory, times: self.times, not_before: self.not_before.0 };
        let text = serde_json::to_vec(&stored).unwrap_or_default();
        if let Err(error) = partial::replace(&self.file, &text) {
            tracing::warn!(%error, "when the next certificate is to be ordered could not be noted");
        }
    }

    fn end(&mut self) {
        (self.times, self.not_before) = (0, Millis::ZERO);
        // It may not be there.
        let _ = std::fs::remove_file(&self.file);
    }
}

/// How long to wait after as many failures, counted from zero.
fn wait(before: usize) -> Duration {
    WAITS[before.min(WAITS.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The failures at an authority.
    fn loaded(data: &Path) -> Failures {
        Failures::load(data, &"https://ca.example.com/directory".parse().unwrap())
    }

    #[test]
    fn n7_an_order_that_fails_is_made_again_in_time_and_at_most_five_times_within_an_hour() {
        let mut orders = vec![Duration::ZERO];
        for before in 0..20 {
            orders.push(orders[before] + wait(before));
        }
        assert_eq!(orders[1], Duration::from_secs(60));
        for (at, first) in orders.iter().enumerate() {
            let within = orders[at..].iter().filter(|order| **order - *first < Duration::from_secs(3_600));
            assert!(within.count() <= 5, "{orders:?}");
        }
    }

    #[test]
    fn n7_failures_are_known_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let now = Millis(1_795_000_000_000);
        let mut failures = loaded(folder.path());
        assert_eq!(failures.not_before, Millis::ZERO);
        failures.add(now);
        failures.add(now);
        let mut failures = loaded(folder.path());
        assert_eq!((failures.times, failures.not_before), (2, now.plus(WAITS[1])));
        assert!(failures.hold(now) && !failures.hold(now.plus(WAITS[1])));
        // The clock was wrong by a day.
        assert!(!failures.hold(Millis(now.0 - 86_400_000)));
        let another = "https://staging.example.com/directory".parse().unwrap();
        assert_eq!(Failures::load(folder.path(), &another).times, 0);
        failures.end();
        assert_eq!(loaded(folder.path()).times, 0);
        std::fs::write(folder.path().join(FAILURES), "half a").unwrap();
        assert_eq!(loaded(folder.path()).times, 0);
    }
}
