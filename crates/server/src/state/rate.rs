//! How fast people are read, lately.

use std::collections::VecDeque;
use std::time::Duration;

/// How long back counts. Files come a few a minute, so it must hold several.
const WINDOW: Duration = Duration::from_secs(300);

/// What a run had read at times, on a clock that is never set back.
#[derive(Debug, Default)]
pub(crate) struct Rate(VecDeque<(Duration, u64)>);

impl Rate {
    /// Notes how many people had been read.
    pub(crate) fn note(&mut self, at: Duration, read: u64) {
        while self.0.len() > 1 && self.0.front().is_some_and(|(then, _)| at.saturating_sub(*then) > WINDOW) {
            self.0.pop_front();
        }
        self.0.push_back((at, read));
    }

    /// People a minute; `None` while too little is known.
    pub(crate) fn per_minute(&self, now: Duration) -> Option<u64> {
        let (then, before) = self.0.front()?;
        let (_, read) = self.0.back()?;
        let passed = now.saturating_sub(*then);
        if *read <= *before || passed.is_zero() {
            return None;
        }
        let per_minute = u128::from(read - before) * 60_000 / passed.as_millis().max(1);
        u64::try_from(per_minute).ok().filter(|rate| *rate > 0)
    }
}

/// Seconds until everybody is read.
pub(crate) fn seconds_left(expected: Option<u64>, read: u64, per_minute: Option<u64>) -> Option<u64> {
    Some((expected?.saturating_sub(read) * 60).div_ceil(per_minute?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_rate_is_that_of_the_last_minutes() {
        let mut rate = Rate::default();
        assert_eq!(rate.per_minute(seconds(1)), None);
        rate.note(seconds(0), 0);
        assert_eq!(rate.per_minute(seconds(60)), None);
        rate.note(seconds(60), 6_000);
        assert_eq!(rate.per_minute(seconds(60)), Some(6_000));
        assert_eq!(rate.per_minute(seconds(120)), Some(3_000), "a pause counts");
        rate.note(seconds(1_000), 7_000);
        assert_eq!(rate.per_minute(seconds(1_000)), Some(63), "a long one too");
        rate.note(seconds(1_060), 7_600);
        assert_eq!(rate.per_minute(seconds(1_060)), Some(600), "what was before it does not");
    }

    #[test]
    fn time_left_is_known_once_the_number_is() {
        assert_eq!(seconds_left(Some(1_000), 400, Some(600)), Some(60));
        assert_eq!(seconds_left(Some(1_000), 1_200, Some(600)), Some(0));
        assert_eq!(seconds_left(None, 400, Some(600)), None);
        assert_eq!(seconds_left(Some(1_000), 400, None), None);
    }
}
