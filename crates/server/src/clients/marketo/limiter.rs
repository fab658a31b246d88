//! Rate limits of an instance.
//!
//! Marketo allows 100 calls in 20 seconds and 10 at once, for all clients of the instance together; its advice is to
//! use half of that.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use super::Pace;

const WINDOW: Duration = Duration::from_secs(20);
const CALLS_PER_WINDOW: usize = 50;
const CALLS_AT_ONCE: usize = 5;

/// Limits the calls to one instance.
pub(super) struct Limiter {
    window: Duration,
    at_once: Arc<Semaphore>,
    /// When the calls of the last window began. Locked while waiting, so that calls proceed in order of arrival.
    recent: Mutex<VecDeque<Instant>>,
}

/// The permit for one concurrent call, until dropped.
pub(super) type Slot = Option<OwnedSemaphorePermit>;

impl Limiter {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            window: pace.span(WINDOW),
            at_once: Arc::new(Semaphore::new(CALLS_AT_ONCE)),
            recent: Mutex::default(),
        }
    }

    /// Waits until fewer calls than allowed are under way.
    pub(super) async fn slot(&self) -> Slot {
        // Fails only on a closed semaphore, and this one is never closed.
        Arc::clone(&self.at_once).acquire_owned().await.ok()
    }

    /// Waits until the window has room for one more call, and counts it.
    pub(super) async fn count(&self) {
        let mut recent = self.recent.lock().await;
        if recent.len() == CALLS_PER_WINDOW
            && let Some(oldest) = recent.front().copied()
        {
            sleep_until(oldest + self.window).await;
            recent.pop_front();
        }
        recent.push_back(Instant::now());
    }

    /// Whether the limiter can be dropped without losing counts.
    pub(super) fn is_idle(&self) -> bool {
        let recent = self.recent.try_lock();
        recent.is_ok_and(|recent| recent.back().is_none_or(|last| last.elapsed() >= self.window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn r12_no_window_of_20_seconds_holds_more_than_50_calls() {
        let limiter = Limiter::new(Pace::REAL);
        let mut times = Vec::new();
        for _ in 0..175 {
            limiter.count().await;
            times.push(Instant::now());
        }
        assert!(times.windows(51).all(|window| window[50] - window[0] >= WINDOW));
        assert!(times[174] - times[0] < WINDOW * 4);
    }

    #[tokio::test(start_paused = true)]
    async fn r12_five_calls_at_once() {
        let limiter = Limiter::new(Pace::REAL);
        let mut slots = Vec::new();
        for _ in 0..CALLS_AT_ONCE {
            slots.push(limiter.slot().await);
        }
        let sixth = tokio::time::timeout(WINDOW * 100, limiter.slot());
        assert!(sixth.await.is_err());
        slots.pop();
        assert!(limiter.slot().await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn r12_whoever_gives_up_waiting_leaves_the_count_right() {
        let limiter = Limiter::new(Pace::REAL);
        for _ in 0..CALLS_PER_WINDOW {
            limiter.count().await;
        }
        assert!(tokio::time::timeout(WINDOW / 2, limiter.count()).await.is_err());
        assert!(!limiter.is_idle());
        let start = Instant::now();
        limiter.count().await;
        assert_eq!(start.elapsed(), WINDOW - WINDOW / 2);
    }
}
