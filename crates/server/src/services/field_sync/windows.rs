//! The range of time in which a pass looks for people, cut into windows that one export can hold.
//!
//! Exports take a range of 31 days at most, and Marketo does not say when its first person was created. So windows go
//! back from the start of the pass, beyond the oldest person that was found by other means, until one is empty.

use std::time::Duration;

use crate::clients::marketo::exports::RANGE_MAX;
use crate::platform::clock::Millis;

const SECOND: Duration = Duration::from_secs(1);
/// From one end of a window to the other. Both belong to it and dates have whole seconds, so one is left out.
const RANGE: Duration = RANGE_MAX.saturating_sub(SECOND);
/// How far to look back where the oldest person was not found by other means.
const USUAL: Duration = Duration::from_secs(2 * 365 * 24 * 3600);
/// Older than Marketo itself.
const BEGINNING: Millis = Millis(1_136_073_600_000);

/// A range of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) starts_at: Millis,
    pub(crate) ends_at: Millis,
}

impl Range {
    /// The last one of a pass that begins now.
    pub(crate) fn latest(now: Millis) -> Self {
        Self::until(Millis(now.0 - now.0.rem_euclid(1000)))
    }

    fn until(ends_at: Millis) -> Self {
        Self { starts_at: ends_at.minus(RANGE), ends_at }
    }

    fn before(self) -> Self {
        Self::until(self.starts_at.minus(SECOND))
    }
}

/// What is known of the earliest window there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Earliest {
    pub(crate) range: Range,
    /// How many people it holds, once that is known.
    pub(crate) people: Option<u64>,
}

/// The windows that are missing before the earliest one. `oldest` is when the oldest person known was made, `began`
/// when the pass did.
pub(crate) fn missing(earliest: Option<Earliest>, oldest: Option<Millis>, began: Millis) -> Vec<Range> {
    let oldest = oldest.unwrap_or_else(|| began.minus(USUAL)).max(BEGINNING);
    let (mut found, mut last) = match earliest {
        None => (vec![Range::latest(began)], Range::latest(began)),
        Some(earliest) => (Vec::new(), earliest.range),
    };
    while last.starts_at > oldest {
        last = last.before();
        found.push(last);
    }
    // One window more than those with people shows that there are no older people.
    let beyond = match earliest {
        Some(Earliest { range, people }) if range.ends_at < oldest => people.is_some_and(|people| people > 0),
        _ => last.ends_at >= oldest,
    };
    if beyond && last.starts_at > BEGINNING {
        found.push(last.before());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 3600);
    const NOW: Millis = Millis(1_795_000_000_123);

    #[test]
    fn windows_touch_and_none_is_longer_than_an_export_may_be() {
        let windows = missing(None, Some(NOW.minus(DAY * 100)), NOW);
        assert_eq!(windows[0].ends_at, Millis(NOW.0 - 123));
        for window in &windows {
            assert_eq!(window.starts_at.until(window.ends_at), DAY * 31 - SECOND);
            assert_eq!(window.starts_at.0 % 1000, 0);
        }
        for pair in windows.windows(2) {
            assert_eq!(pair[1].ends_at.plus(SECOND), pair[0].starts_at);
        }
    }

    #[test]
    fn one_empty_window_beyond_the_oldest_person_ends_the_search() {
        let oldest = NOW.minus(DAY * 100);
        let windows = missing(None, Some(oldest), NOW);
        let (beyond, held) = windows.split_last().unwrap();
        assert!(beyond.ends_at < oldest && held.last().unwrap().starts_at <= oldest);
        let then = |people| missing(Some(Earliest { range: *beyond, people }), Some(oldest), NOW);
        assert!(then(None).is_empty(), "not known yet");
        assert!(then(Some(0)).is_empty());
        assert_eq!(then(Some(7)), [beyond.before()], "somebody older than was known");
    }

    #[test]
    fn without_anybody_known_two_years_are_searched() {
        let windows = missing(None, None, NOW);
        assert_eq!(windows.len(), 25);
        let forever = missing(None, Some(Millis(-62_135_596_800_000)), NOW);
        assert!(forever.len() < 270 && forever.last().unwrap().starts_at < BEGINNING, "{}", forever.len());
        let end = Range { starts_at: BEGINNING, ends_at: BEGINNING.plus(DAY) };
        assert!(missing(Some(Earliest { range: end, people: Some(1) }), None, NOW).is_empty());
    }
}
