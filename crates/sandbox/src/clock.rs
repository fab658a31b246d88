//! The clock of the stand-ins.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time of day, and the factor by which the stand-ins' time spans are shortened. Clones tell the same time.
///
/// Dates are the machine's, so that a client and a stand-in agree on them; only spans are scaled: at speed 10 a limit
/// per 20 s is a limit per 2 s, and a token that lives for an hour lives for 6 minutes.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    speed: u32,
    /// The time at which the clock stands, or `None` for one that runs.
    stands: Option<i64>,
    /// Milliseconds that it was advanced by.
    forward: AtomicI64,
}

impl Clock {
    /// A clock that runs with the machine's. A speed of 0 counts as 1.
    pub fn running(speed: u32) -> Self {
        Self::new(speed, None)
    }

    /// A clock that stands at `now`, in milliseconds since 1970, until it is advanced.
    pub fn standing(now: i64, speed: u32) -> Self {
        Self::new(speed, Some(now))
    }

    fn new(speed: u32, stands: Option<i64>) -> Self {
        Self(Arc::new(Inner { speed: speed.max(1), stands, forward: AtomicI64::new(0) }))
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.0.stands.unwrap_or_else(system) + self.0.forward.load(Ordering::Relaxed)
    }

    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        self.0.forward.fetch_add(millis(by), Ordering::Relaxed);
    }

    /// How long a time span of the real service lasts here, in milliseconds, at least 1.
    pub fn span(&self, real: Duration) -> i64 {
        (millis(real) / i64::from(self.0.speed)).max(1)
    }

    /// By which factor time spans are shortened.
    pub fn speed(&self) -> u32 {
        self.0.speed
    }
}

fn system() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// In milliseconds.
pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_scaled_and_dates_are_not() {
        let clock = Clock::standing(1_000, 10);
        assert_eq!(clock.span(Duration::from_secs(20)), 2_000);
        clock.clone().advance(Duration::from_secs(1));
        assert_eq!(clock.now(), 2_000);
        assert_eq!(Clock::standing(0, 0).span(Duration::from_secs(1)), 1_000);
    }
}
