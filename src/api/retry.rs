//! When a call is tried again: full jitter, a cap, a number of attempts, the backend's own wish first.
//!
//! "Exponential Backoff And Jitter", AWS Architecture Blog, 2015, names the scheme "full jitter".

use super::Failure;
use crate::ui::dom;

const BASE_MS: f64 = 500.0;
const CAP_MS: f64 = 30_000.0;
/// A `Retry-After` beyond this is taken as this: a person is waiting.
const LONGEST_WISH_MS: f64 = 120_000.0;
pub(crate) const ATTEMPTS: u32 = 6;

/// Milliseconds to wait before attempt number `attempt` (1 is the first retry).
///
/// `retry_after` is in seconds, `random` between 0 and 1.
pub(crate) fn delay_ms(attempt: u32, retry_after: Option<u64>, random: f64) -> f64 {
    match retry_after {
        // Jitter on top of the wish, so that those who were refused together do not return together.
        Some(seconds) => (seconds as f64 * 1000.0).min(LONGEST_WISH_MS) + random * BASE_MS,
        None => random * (BASE_MS * 2f64.powi(attempt.min(16) as i32)).min(CAP_MS),
    }
}

/// Makes a call again while its failure may pass by itself, a few times.
///
/// Only for calls that have no second effect when repeated.
pub(crate) async fn patiently<T>(call: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    let mut attempt = 1;
    loop {
        match call().await {
            Err(failure) if failure.is_transient() && attempt < ATTEMPTS => {
                dom::sleep(delay_ms(attempt, failure.retry_after(), js_sys::Math::random())).await;
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
}
