//! The limits of one instance: calls per 20 seconds, calls at once, calls per day.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::answer::MarketoError;
use crate::clock::Clock;

const WINDOW: Duration = Duration::from_secs(20);
const CALLS_PER_WINDOW: usize = 100;
/// The maximum number of calls at the same time.
pub(super) const CALLS_AT_ONCE: usize = 10;
const CALLS_PER_DAY: u64 = 50_000;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The days that are remembered, beside today.
const DAYS_BEFORE: usize = 6;
/// Days end at midnight in Chicago in winter.
const MIDNIGHT: i64 = 6 * 60 * 60 * 1000;

/// The calls of an instance. Refused calls do not count against the limits.
#[derive(Debug)]
pub(super) struct Limits {
    /// The times of the calls in the last window.
    recent: VecDeque<i64>,
    day: i64,
    today: Counts,
    /// The days before, the last one first.
    past: VecDeque<Counts>,
    pub(super) calls_per_day: u64,
}

/// What happened on a day.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Calls by API user.
    pub(super) calls: BTreeMap<&'static str, u64>,
    /// Errors by number.
    pub(super) errors: BTreeMap<u16, u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            recent: VecDeque::new(),
            day: 0,
            today: Counts::default(),
            past: VecDeque::new(),
            calls_per_day: CALLS_PER_DAY,
        }
    }
}

impl Limits {
    /// Counts a call of an API user, or returns the limit that it would break.
    pub(super) fn admit(&mut self, user: &'static str, clock: &Clock) -> Result<(), MarketoError> {
        let now = clock.now();
        self.roll(clock);
        while self.recent.front().is_some_and(|called| now - called >= clock.span(WINDOW)) {
            self.recent.pop_front();
        }
        if self.calls_today() >= self.calls_per_day {
            return Err(MarketoError::new(607));
        }
        if self.recent.len() >= CALLS_PER_WINDOW {
            return Err(MarketoError::new(606));
        }
        self.recent.push_back(now);
        *self.today.calls.entry(user).or_default() += 1;
        Ok(())
    }

    pub(super) fn count_error(&mut self, code: u16, clock: &Clock) {
        self.roll(clock);
        *self.today.errors.entry(code).or_default() += 1;
    }

    pub(super) fn calls_today(&self) -> u64 {
        self.today.calls.values().sum()
    }

    /// What happened today, and on the six days before.
    pub(super) fn days(&self) -> impl Iterator<Item = &Counts> {
        std::iter::once(&self.today).chain(&self.past)
    }

    fn roll(&mut self, clock: &Clock) {
        let today = day(clock.now(), clock);
        let passed = usize::try_from(today - self.day).unwrap_or_default();
        for _ in 0..passed.min(DAYS_BEFORE + 1) {
            self.past.push_front(std::mem::take(&mut self.today));
            self.past.truncate(DAYS_BEFORE);
        }
        self.day = today;
    }
}

/// The number of the day that quotas are counted in.
pub(super) fn day(time: i64, clock: &Clock) -> i64 {
    (time - MIDNIGHT).div_euclid(clock.span(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_a_hundred_calls_in_twenty_seconds() {
        let clock = Clock::standing(1_700_000_000_000, 10);
        let mut limits = Limits::default();
        for _ in 0..CALLS_PER_WINDOW {
            limits.admit("a", &clock).unwrap();
        }
        clock.advance(Duration::from_millis(1_999));
        assert_eq!(limits.admit("a", &clock).unwrap_err().code, 606);
        clock.advance(Duration::from_millis(1));
        limits.admit("a", &clock).unwrap();
    }

    #[test]
    fn r12_a_quota_a_day() {
        let clock = Clock::standing(1_700_000_000_000, 1);
        let mut limits = Limits { calls_per_day: 2, ..Limits::default() };
        limits.admit("a", &clock).unwrap();
        limits.admit("b", &clock).unwrap();
        assert_eq!(limits.admit("a", &clock).unwrap_err().code, 607);
        clock.advance(DAY);
        limits.admit("a", &clock).unwrap();
        assert_eq!(limits.calls_today(), 1);
        let calls: Vec<u64> = limits.days().map(|day| day.calls.values().sum()).collect();
        assert_eq!(calls, [1, 2, 0, 0, 0, 0, 0]);
    }
}
