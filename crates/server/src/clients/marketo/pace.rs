//! The scale of Marketo's time spans, and the retries of calls that failed temporarily.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::sleep;

use super::Error;
use super::answer::Failed;
use crate::platform::outbound::{RETRY_AFTER_MAX, backoff};

/// The code of a token that has expired.
const EXPIRED: u16 = 602;
/// How many expired tokens end a call.
const STALE_MAX: u32 = 3;
/// The pause after the first of them, twice that after the second.
const STALE_PAUSE: Duration = Duration::from_secs(2);

/// By which factor Marketo's time spans are shortened: 1, except for the stand-in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace(NonZeroU32);

impl Pace {
    pub(crate) const REAL: Self = Self(NonZeroU32::MIN);

    #[cfg(any(test, feature = "sandbox"))]
    pub(crate) fn of_stand_in(speed: NonZeroU32) -> Self {
        Self(speed)
    }

    /// A time span of the real service, scaled.
    pub(crate) fn span(self, real: Duration) -> Duration {
        real / self.0.get()
    }
}

/// The tries of one call.
pub(super) struct Tries {
    pace: Pace,
    retry_policy: RetryPolicy,
    failed: u32,
    stale_tokens: u32,
}

impl Tries {
    pub(super) fn new(pace: Pace, retry_policy: RetryPolicy) -> Self {
        Self { pace, retry_policy, failed: 0, stale_tokens: 0 }
    }

    /// Waits until the call may be repeated.
    ///
    /// # Errors
    /// The failure, when the call should not be repeated.
    pub(super) async fn next(&mut self, failed: Failed) -> Result<(), Error> {
        match failed {
            Failed::Final(error) => Err(error),
            Failed::StaleToken(code) => {
                self.stale_tokens += 1;
                match (code, self.stale_tokens) {
                    // The identity service hands out one token until it expires, and not all of Marketo agrees on when.
                    (EXPIRED, STALE_MAX..) => Err(Error::Overloaded { code }),
                    (EXPIRED, times) => {
                        sleep(self.pace.span(STALE_PAUSE * times)).await;
                        Ok(())
                    }
                    (_, 1) => Ok(()),
                    // The identity service has just issued it, so a new one would be no better.
                    _ => Err(Error::Refused { code, message: "a new token was not taken either".to_owned() }),
                }
            }
            Failed::Transient { error, retry_after } => {
                self.failed += 1;
                if self.failed >= self.retry_policy.tries() {
                    return Err(error);
                }
                // Marketo's wait is in real seconds; the stand-in does not scale it either.
                let asked = retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
                sleep(self.pace.span(backoff(self.failed)).max(asked)).await;
                Ok(())
            }
        }
    }
}

/// How long temporary failures are retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryPolicy {
    /// A person waits for the answer.
    Person,
    /// Background work: giving up costs more than waiting, for some minutes.
    Run,
}

impl RetryPolicy {
    fn tries(self) -> u32 {
        match self {
            Self::Person => 3,
            Self::Run => 10,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    fn transient(retry_after: Option<Duration>) -> Failed {
        Failed::Transient { error: Error::Overloaded { code: 713 }, retry_after }
    }

    #[tokio::test(start_paused = true)]
    async fn r6_tries_end_and_what_marketo_asks_for_is_honoured_within_reason() {
        let mut tries = Tries::new(Pace::REAL, RetryPolicy::Person);
        let start = Instant::now();
        tries.next(transient(Some(Duration::from_secs(7)))).await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(7));
        let start = Instant::now();
        tries.next(transient(Some(Duration::from_secs(86_400)))).await.unwrap();
        assert!(start.elapsed() <= RETRY_AFTER_MAX + Duration::from_millis(1));
        assert_eq!(tries.next(transient(None)).await, Err(Error::Overloaded { code: 713 }));
    }

    #[tokio::test(start_paused = true)]
    async fn r12_an_expired_token_is_renewed_twice_in_a_call_and_an_invalid_one_once() {
        let mut tries = Tries::new(Pace::REAL, RetryPolicy::Run);
        let start = Instant::now();
        tries.next(Failed::StaleToken(602)).await.unwrap();
        tries.next(Failed::StaleToken(602)).await.unwrap();
        assert_eq!(start.elapsed(), STALE_PAUSE * 3, "with pauses");
        assert_eq!(tries.next(Failed::StaleToken(602)).await, Err(Error::Overloaded { code: 602 }));
        let mut tries = Tries::new(Pace::REAL, RetryPolicy::Run);
        tries.next(Failed::StaleToken(601)).await.unwrap();
        assert!(matches!(tries.next(Failed::StaleToken(601)).await, Err(Error::Refused { code: 601, .. })));
    }
}
