//! The scale of Marketo's time spans, and the retries of calls that failed temporarily.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::sleep;

use super::Error;
use super::answer::Failed;
use crate::platform::outbound::{RETRY_AFTER_MAX, backoff};

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
    renewed_token: bool,
}

impl Tries {
    pub(super) fn new(pace: Pace, retry_policy: RetryPolicy) -> Self {
        Self { pace, retry_policy, failed: 0, renewed_token: false }
    }

    /// Waits until the call may be repeated.
    ///
    /// # Errors
    /// The failure, when the call should not be repeated.
    pub(super) async fn next(&mut self, failed: Failed) -> Result<(), Error> {
        match failed {
            Failed::Final(error) => Err(error),
            // The identity service has just issued it, so a new one would be no better.
            Failed::StaleToken(code) if self.renewed_token => {
                Err(Error::Refused { code, message: "a new token was not taken either".to_owned() })
            }
            Failed::StaleToken(_) => {
                self.renewed_token = true;
                Ok(())
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

    #[tokio::test]
    async fn r12_a_token_is_renewed_once_in_a_call() {
        let mut tries = Tries::new(Pace::REAL, RetryPolicy::Run);
        tries.next(Failed::StaleToken(602)).await.unwrap();
        assert!(tries.next(Failed::StaleToken(602)).await.is_err());
    }
}
