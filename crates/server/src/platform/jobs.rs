//! Background tasks: one that panics or ends is started again.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use strum::IntoStaticStr;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::platform::ending::wait_for_end;

/// The wait before the first restart; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// A task that has run for this long is healthy again.
const STEADY: Duration = Duration::from_secs(60);

/// A task, by its name in logs and probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub(crate) enum Job {
    Mail,
    Housekeeping,
    Revocations,
    MemberChanges,
    FieldSync,
    SalesforceChecks,
    MarketoChecks,
}

/// The tasks that ended before the server, and have not been healthy since.
#[derive(Default)]
pub(crate) struct Jobs(Mutex<BTreeSet<Job>>);

impl Jobs {
    pub(crate) fn failing(&self) -> Vec<Job> {
        self.ended().iter().copied().collect()
    }

    fn ended(&self) -> MutexGuard<'_, BTreeSet<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` until the server ends, restarting it where it panics or ends before. Dropped, it stops the work.
    pub(crate) async fn keep<F>(&self, job: Job, ending: watch::Receiver<bool>, work: impl Fn() -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut failures = 0;
        loop {
            let mut task = JoinSet::new();
            task.spawn(work());
            let ended = tokio::select! {
                ended = task.join_next() => ended,
                () = tokio::time::sleep(STEADY), if failures > 0 => {
                    failures = 0;
                    self.ended().remove(&job);
                    task.join_next().await
                }
            };
            if *ending.borrow() {
                return;
            }
            self.ended().insert(job);
            let wait = wait(failures);
            failures += 1;
            // Not the message of the panic, which may quote the data being processed.
            tracing::error!(
                job = job.into_str(),
                panicked = ended.is_some_and(|ended| ended.is_err()),
                again_in_seconds = wait.as_secs(),
                "a background job ended"
            );
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = wait_for_end(ending.clone()) => return,
            }
        }
    }
}

/// How long to wait after this many earlier failures.
fn wait(failures: u32) -> Duration {
    FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::time::Instant;

    use super::*;

    /// Jobs with one that counts its starts and then does `work`.
    fn kept<F>(
        work: impl Fn(u32) -> F + Send + Sync + 'static,
    ) -> (Arc<Jobs>, Arc<AtomicU32>, watch::Sender<bool>)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (jobs, starts) = (Arc::new(Jobs::default()), Arc::new(AtomicU32::new(0)));
        let (end, ending) = watch::channel(false);
        let (kept, count) = (Arc::clone(&jobs), Arc::clone(&starts));
        tokio::spawn(async move {
            kept.keep(Job::Mail, ending, || work(count.fetch_add(1, Ordering::Relaxed))).await;
        });
        (jobs, starts, end)
    }

    async fn until(mut holds: impl FnMut() -> bool) {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_panics_or_ends_is_started_again_and_seen() {
        let (jobs, starts, _end) = kept(|start| async move {
            match start {
                0 => panic!("on purpose"),
                1 => {}
                _ => std::future::pending().await,
            }
        });
        assert_eq!(jobs.failing(), []);
        until(|| starts.load(Ordering::Relaxed) == 2).await;
        assert_eq!(jobs.failing(), [Job::Mail]);
        until(|| starts.load(Ordering::Relaxed) == 3).await;
        assert_eq!(jobs.failing(), [Job::Mail], "it might end again at once");
        until(|| jobs.failing().is_empty()).await;
        assert_eq!(starts.load(Ordering::Relaxed), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_always_panics_is_started_less_and_less_often_but_for_ever() {
        let (_jobs, starts, _end) = kept(|_| async { panic!("on purpose") });
        let began = Instant::now();
        until(|| starts.load(Ordering::Relaxed) == 7).await;
        // 1 + 2 + 4 + 8 + 16 + 32 seconds.
        assert!(began.elapsed() >= Duration::from_secs(63), "{:?}", began.elapsed());
        let began = Instant::now();
        until(|| starts.load(Ordering::Relaxed) == 17).await;
        assert!(began.elapsed() < Duration::from_secs(11 * 60), "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_ends_with_the_server_is_left_alone() {
        let (end, ending) = watch::channel(false);
        let jobs = Jobs::default();
        let work = || wait_for_end(ending.clone());
        let (..) = tokio::join!(jobs.keep(Job::FieldSync, ending.clone(), work), async { end.send(true) });
        assert_eq!(jobs.failing(), []);
    }
}
