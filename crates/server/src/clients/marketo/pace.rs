//! How long spans of Marketo last, and how calls that failed for a while are repeated.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::sleep;

use super::Error;
use super::answer::Failed;
use crate::platform::outbound::{RETRY_AFTER_MAX, backoff};

/// How many times shorter than in life Marketo's spans are: 1, but for the stand-in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace(NonZeroU32);

impl Pace {
    pub(crate) const REAL: Self = Self(NonZeroU32::MIN);

    #[cfg(any(test, feature = "sandbox"))]
    pub(crate) fn of_stand_in(speed: NonZeroU32) -> Self {
        Self(speed)
    }

    /// A span of the real service as it is here.
    pub(crate) fn span(self, real: Duration) -> Duration {
        real / self.0.get()
    }
}

/// The tries of one call.
pub(super) struct Tries {
    pace: Pace,
    patience: Patience,
    failed: u32,
    renewed_token: bool,
}

impl Tries {
    pub(super) fn new(pace: Pace, patience: Patience) -> Self {
        Self { pace, patience, failed: 0, renewed_token: false }
    }

    /// Waits until the call may be repeated.
    ///
    /// # Errors
    /// The failure, when the call should not be repeated.
    pub(super) async fn next(&mut self, failed: Failed) -> Result<(), Error> {
        match failed {
            Failed::Final(error) => Err(error),
            // The identity service itself handed it out, so another would be no better.
            Failed::StaleToken(code) if self.renewed_token => {
                Err(Error::Refused { code, message: "a new token was not taken either".to_owned() })
            }
            Failed::StaleToken(_) => {
                self.renewed_token = true;
                Ok(())
            }
            Failed::Transient { error, retry_after } => {
                self.failed += 1;
                if self.failed >= self.patience.tries() {
                    return Err(error);
                }
                // What Marketo asks for is in its own seconds; the stand-in's are as long as ours.
                let asked = retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
                sleep(self.pace.span(backoff(self.failed)).max(asked)).await;
                Ok(())
            }
        }
    }
}

/// How long failures that pass are borne.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Somebody waits for the answer.
    Person,
    /// Nobody waits, and giving up costs more than waiting: some minutes.
    Run,
}

impl Patience {
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
        let mut tries = Tries::new(Pace::REAL, Patience::Person);
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
        let mut tries = Tries::new(Pace::REAL, Patience::Run);
        tries.next(Failed::StaleToken(602)).await.unwrap();
        assert!(tries.next(Failed::StaleToken(602)).await.is_err());
    }
}
