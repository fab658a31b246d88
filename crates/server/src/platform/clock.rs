//! Wall-clock time behind a trait, so that a test can move it.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use api_types::Timestamp;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The usual size of corrections of a clock.
const CORRECTION: Duration = Duration::from_secs(5 * 60);

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Millis(pub i64);

impl Millis {
    pub const ZERO: Self = Self(0);

    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Whether this much time has passed since then. A time in the future was noted before the clock was set back, and
    /// counts as past.
    pub fn is_past(self, span: Duration, now: Self) -> bool {
        self.plus(span) <= now || self > now
    }

    /// Whether something that ends then, and began at most `span` before, is over. A time further ahead than possible
    /// was noted before the clock was set back, and counts as past; corrections by minutes end nothing.
    pub fn is_over(self, span: Duration, now: Self) -> bool {
        self <= now || self > now.plus(span + CORRECTION)
    }

    /// Whether something that lasts for `span` since it was last seen then is over, by the same rule.
    pub fn is_over_since(self, span: Duration, now: Self) -> bool {
        self.plus(span) <= now || self >= now.plus(span)
    }

    /// The time from `self` until `later`; zero when that is past.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// RFC 3339 with whole seconds.
    pub fn timestamp(self) -> Timestamp {
        let text = OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000))
            .ok()
            .and_then(|time| time.format(&Rfc3339).ok());
        // Only years beyond 9999 cannot be written.
        Timestamp(text.unwrap_or_else(|| "9999-12-31T23:59:59Z".to_owned()))
    }

    /// The instant of an RFC 3339 text, with any offset.
    pub fn parse(timestamp: &Timestamp) -> Option<Self> {
        let time = OffsetDateTime::parse(timestamp.as_str(), &Rfc3339).ok()?;
        i64::try_from(time.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
    }
}

/// The source of time.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Millis;

    /// The time since some moment. Changing the system clock does not affect it.
    fn elapsed(&self) -> Duration;

    /// By how much more time has passed here than on other machines: none, except in tests.
    fn advanced(&self) -> Duration {
        Duration::ZERO
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

/// The machine's clock, moved by hand.
#[derive(Debug, Default)]
pub struct ManualClock {
    advanced: AtomicI64,
    set_back: AtomicI64,
}

impl ManualClock {
    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.advanced.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// Sets the clock forward, without any time passing.
    pub fn set_forward(&self, by: Duration) {
        self.set_back.fetch_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// Sets the clock back, without any time passing.
    pub fn set_back(&self, by: Duration) {
        self.set_back.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Millis {
        let moved = self.advanced.load(Ordering::Relaxed) - self.set_back.load(Ordering::Relaxed);
        Millis(SystemClock.now().0.saturating_add(moved))
    }

    fn elapsed(&self) -> Duration {
        SystemClock.elapsed() + self.advanced()
    }

    fn advanced(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.advanced.load(Ordering::Relaxed)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_rfc_3339() {
        assert_eq!(Millis(1_795_000_000_999).timestamp().as_str(), "2026-11-18T11:06:40Z");
        assert_eq!(Millis(i64::MAX).timestamp().as_str(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn r13_a_clock_that_is_set_back_holds_nothing_up() {
        let (noted, hour) = (Millis(10_000_000), Duration::from_secs(3600));
        assert!(!noted.is_past(hour, noted) && !noted.is_past(hour, noted.plus(hour / 2)));
        assert!(noted.is_past(hour, noted.plus(hour)));
        assert!(noted.is_past(hour, noted.minus(hour)), "it would be due in two hours only");
    }

    #[test]
    fn r13_what_ends_further_ahead_than_it_can_is_over() {
        let (hour, day) = (Duration::from_secs(3600), Duration::from_secs(24 * 3600));
        let begun = Millis(1_000_000_000);
        let ends = begun.plus(hour);
        assert!(!ends.is_over(hour, begun) && ends.is_over(hour, ends));
        assert!(!ends.is_over(hour, begun.minus(CORRECTION)));
        assert!(ends.is_over(hour, begun.minus(day)));
        assert!(
            !begun.is_over_since(hour, begun.plus(hour / 2)) && begun.is_over_since(hour, begun.plus(hour))
        );
        assert!(
            !begun.is_over_since(hour, begun.minus(hour / 2)) && begun.is_over_since(hour, begun.minus(day))
        );
    }

    #[test]
    fn timestamps_are_read_in_any_offset() {
        let parse = |text: &str| Millis::parse(&Timestamp(text.to_owned()));
        assert_eq!(parse("2026-11-18T11:06:40Z"), Some(Millis(1_795_000_000_000)));
        assert_eq!(parse("2026-11-18T12:06:40.5+01:00"), Some(Millis(1_795_000_000_500)));
        assert_eq!(parse("yesterday"), None);
    }
}
