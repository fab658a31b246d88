//! Background tasks: one that panics or ends is started again, and one whose work fails again and again is seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use strum::{IntoStaticStr, VariantArray};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::platform::ending::wait_for_end;

/// The wait before the first restart; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// A task that has run for this long is healthy again.
const STEADY: Duration = Duration::from_secs(60);
/// A task is failing once a piece of its work has failed this often in a row.
const SEVERAL: u32 = 3;

/// A task, by its name in logs and probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub(crate) enum Job {
    Heartbeat,
    Listening,
    Telling,
    Mail,
    Housekeeping,
    Revocations,
    Retries,
    MemberChanges,
    DeletedTeams,
    FieldSync,
    SalesforceChecks,
    MarketoChecks,
    Troubles,
    Webhooks,
    Backups,
    Certificate,
}

/// The state of all tasks.
#[derive(Default)]
pub(crate) struct Jobs(Mutex<Troubles>);

#[derive(Default)]
struct Troubles {
    /// The tasks that ended before the server, and have not been healthy since.
    ended: BTreeSet<Job>,
    /// How often in a row a piece of a task's work has failed.
    failures: BTreeMap<(Job, String), u32>,
}

impl Jobs {
    pub(crate) fn failing(&self) -> Vec<Job> {
        let troubles = self.troubles();
        let stuck = troubles.failures.iter().filter(|(_, times)| **times >= SEVERAL).map(|((job, _), _)| job);
        troubles.ended.iter().chain(stuck).copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// How often in a row the worst piece of each task's work has failed.
    pub(crate) fn failures(&self) -> BTreeMap<Job, u32> {
        let mut worst: BTreeMap<Job, u32> = Job::VARIANTS.iter().map(|job| (*job, 0)).collect();
        for ((job, _), times) in &self.troubles().failures {
            let so_far = worst.entry(*job).or_default();
            *so_far = (*so_far).max(*times);
        }
        worst
    }

    fn troubles(&self) -> MutexGuard<'_, Troubles> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the outcome of a piece of a task's work, while the task goes on. A failure becomes how often in a row the
    /// piece has failed.
    pub(crate) fn note<T, E: Display>(&self, job: Job, piece: &str, outcome: Result<T, E>) -> Result<T, u32> {
        outcome.inspect(|_| self.is_over(job, piece)).map_err(|error| {
            let mut troubles = self.troubles();
            let times = troubles.failures.entry((job, piece.to_owned())).or_default();
            *times += 1;
            tracing::error!(job = job.into_str(), piece, times, %error, "a background job failed in its work");
            *times
        })
    }

    /// Notes that there is no such piece of work any more.
    pub(crate) fn is_over(&self, job: Job, piece: &str) {
        self.troubles().failures.remove(&(job, piece.to_owned()));
    }

    /// Forgets a task that is another server's now.
    pub(crate) fn leave(&self, job: Job) {
        let mut troubles = self.troubles();
        troubles.ended.remove(&job);
        troubles.failures.retain(|(of, _), _| *of != job);
    }

    /// Runs `work` until the server ends, restarting it where it panics or ends before. Dropped, it stops the work.
    pub(crate) async fn keep<F>(&self, job: Job, ending: watch::Receiver<bool>, work: impl Fn() -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut failures = 0;
        loop {
            // It begins anew, and meets again what is there.
            self.troubles().failures.retain(|(of, _), _| *of != job);
            let mut task = JoinSet::new();
            task.spawn(work());
            let ended = tokio::select! {
                ended = task.join_next() => ended,
                () = tokio::time::sleep(STEADY), if failures > 0 => {
                    failures = 0;
                    self.troubles().ended.remove(&job);
                    task.join_next().await
                }
            };
            if *ending.borrow() {
                return;
            }
            self.troubles().ended.insert(job);
            failures += 1;
            let wait = wait(failures);
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

/// How long to wait after this many failures in a row.
pub(crate) fn wait(failures: u32) -> Duration {
    FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST_WAIT)
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

    #[test]
    fn r24_a_job_whose_work_fails_again_and_again_is_seen() {
        let jobs = Jobs::default();
        let note = |piece: &str, outcome: Result<(), &str>| jobs.note(Job::Mail, piece, outcome);
        assert_eq!(
            (note("a", Err("no")), note("a", Err("no")), note("b", Err("no"))),
            (Err(1), Err(2), Err(1))
        );
        assert_eq!(jobs.failing(), []);
        assert_eq!(note("a", Err("no")), Err(3));
        assert_eq!(jobs.failing(), [Job::Mail]);
        assert_eq!(note("b", Ok(())), Ok(()));
        assert_eq!(jobs.failing(), [Job::Mail], "another piece succeeded");
        assert_eq!((note("a", Ok(())), note("a", Err("no"))), (Ok(()), Err(1)));
        assert_eq!(jobs.failing(), [], "it is not in a row");
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
