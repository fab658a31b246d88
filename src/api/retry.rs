//! When a call is retried: full jitter, a cap, a number of attempts, the backend's `Retry-After` first, and one budget
//! for all calls together.
//!
//! "Exponential Backoff And Jitter", AWS Architecture Blog, 2015, names the scheme "full jitter". The budget is a token
//! bucket, as in Finagle's `RetryBudget`: attempts per call alone let a page that makes many calls multiply the load of
//! a backend that is in trouble.

use std::cell::RefCell;

use super::Failure;
use crate::platform::{lifetime, timers};

const BASE_MS: f64 = 500.0;
const CAP_MS: f64 = 30_000.0;
/// A longer `Retry-After` is cut to this: the user is waiting.
const LONGEST_WISH_MS: f64 = 120_000.0;
pub(crate) const ATTEMPTS: u32 = 6;
/// Requests that earn one retry: in the long run at most a tenth as many retries as requests.
const REQUESTS_PER_RETRY: u32 = 10;
/// However few requests there are, one retry per this interval is free, so that a single call on a quiet page can be
/// retried.
const FREE_EVERY_MS: f64 = 10_000.0;

/// The retry budget: each request saves a tenth of a retry, up to as many as one call may use.
#[derive(Clone, Debug)]
struct Budget {
    /// In requests: ten of them are worth one retry.
    saved: u32,
    /// When the next free retry is due, in milliseconds.
    next_free: f64,
}

impl Budget {
    const MOST: u32 = REQUESTS_PER_RETRY * (ATTEMPTS - 1);

    fn earn(&mut self) {
        self.saved = (self.saved + 1).min(Self::MOST);
    }

    fn spend(&mut self, now: f64) -> bool {
        if let Some(rest) = self.saved.checked_sub(REQUESTS_PER_RETRY) {
            self.saved = rest;
            return true;
        }
        let is_due = now >= self.next_free;
        if is_due {
            self.next_free = now + FREE_EVERY_MS;
        }
        is_due
    }
}

/// A full one.
impl Default for Budget {
    fn default() -> Self {
        Self { saved: Self::MOST, next_free: 0.0 }
    }
}

/// The budget of all calls of the page.
#[derive(Default)]
struct CommonBudget(RefCell<Budget>);

/// Counts a request.
pub(super) fn earn() {
    lifetime::shared::<CommonBudget>().0.borrow_mut().earn();
}

/// Whether a retry may be made now. A `true` is charged to the budget, so the caller must make it.
pub(crate) fn may_retry() -> bool {
    lifetime::shared::<CommonBudget>().0.borrow_mut().spend(js_sys::Date::now())
}

/// Milliseconds to wait before attempt number `attempt` (1 is the first retry).
///
/// `retry_after` is in seconds, `random` between 0 and 1.
pub(crate) fn delay_ms(attempt: u32, retry_after: Option<u64>, random: f64) -> f64 {
    match retry_after {
        // Jitter on top of `Retry-After`, so that clients refused together do not return together.
        Some(seconds) => (seconds as f64 * 1000.0).min(LONGEST_WISH_MS) + random * BASE_MS,
        None => random * (BASE_MS * 2f64.powi(attempt.min(16) as i32)).min(CAP_MS),
    }
}

/// Retries a call a few times, within the budget, while its failure is transient.
///
/// Only for calls that are safe to repeat.
pub(crate) async fn patiently<T>(call: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    let mut attempt = 1;
    loop {
        match call().await {
            Err(failure) if failure.is_transient() && attempt < ATTEMPTS && may_retry() => {
                timers::sleep(delay_ms(attempt, failure.retry_after(), js_sys::Math::random())).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_the_delay_grows_to_the_cap_and_never_beyond() {
        assert_eq!(delay_ms(1, None, 1.0), 1000.0);
        assert_eq!(delay_ms(3, None, 1.0), 4000.0);
        assert_eq!(delay_ms(1000, None, 1.0), CAP_MS);
        assert_eq!(delay_ms(5, None, 0.0), 0.0);
    }

    #[test]
    fn r6_the_backends_wish_is_honoured_and_clamped() {
        assert_eq!(delay_ms(1, Some(7), 0.0), 7000.0);
        assert_eq!(delay_ms(1, Some(86_400), 0.0), LONGEST_WISH_MS);
    }

    #[test]
    fn r6_a_single_call_may_use_all_its_attempts() {
        let mut budget = Budget::default();
        assert!((1..ATTEMPTS).all(|_| budget.spend(0.0)));
    }

    #[test]
    fn r6_retries_are_a_tenth_of_the_requests_over_time() {
        let mut budget = Budget::default();
        // Every request fails at once, and is repeated whenever that is allowed.
        let requests = 100_000;
        let mut retries = 0;
        for _ in 0..requests {
            budget.earn();
            while budget.spend(0.0) {
                budget.earn();
                retries += 1;
            }
        }
        let allowed = (requests + retries) / REQUESTS_PER_RETRY + ATTEMPTS;
        assert!(retries <= allowed, "{retries} of {requests}");
        assert!(retries + 2 * ATTEMPTS >= allowed, "what is allowed is used: {retries}");
    }

    #[test]
    fn r6_with_nothing_saved_one_retry_in_ten_seconds_is_free() {
        let mut budget = Budget { saved: 0, next_free: 0.0 };
        let spent: Vec<bool> = [0.0, 1.0, FREE_EVERY_MS - 1.0, FREE_EVERY_MS, FREE_EVERY_MS + 1.0]
            .map(|now| budget.spend(now))
            .into();
        assert_eq!(spent, [true, false, false, true, false]);
    }

    #[test]
    fn r6_quiet_hours_save_no_storm() {
        let mut budget = Budget::default();
        for _ in 0..1_000 {
            budget.earn();
        }
        assert_eq!(budget.saved, Budget::MOST);
    }
}
