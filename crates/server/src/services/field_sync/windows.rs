//! The range of time in which a pass looks for people, cut into windows that one export can hold.
//!
//! Exports take a range of 31 days at most, and Marketo does not say when its first person was created. So windows go
//! back from the start of the pass, beyond the oldest person that was found by other means, until some in a row are empty.

use std::time::Duration;

use crate::clients::marketo::exports::RANGE_MAX;
use crate::platform::clock::Millis;

const SECOND: Duration = Duration::from_secs(1);
/// From one end of a window to the other. Both belong to it and dates have whole seconds, so one is left out.
const RANGE: Duration = RANGE_MAX.saturating_sub(SECOND);
/// How far to look back where the oldest person was not found by other means.
const USUAL: Duration = Duration::from_secs(2 * 365 * 24 * 3600);
/// How many windows in a row have to be empty: of the people of some months, none may be left. An empty one costs four calls
/// and half a minute, as two exports run at once, and nothing of the quota of exports.
const EMPTY_IN_A_ROW: usize = 3;
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

/// A window that there is already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Searched {
    pub(crate) range: Range,
    /// How many people it holds, once that is known.
    pub(crate) people: Option<u64>,
}

/// The windows that are missing before those there are, the latest of which come first. `oldest` is when the oldest person known
/// was made, `began` when the pass did.
pub(crate) fn missing(searched: &[Searched], oldest: Option<Millis>, began: Millis) -> Vec<Range> {
    let oldest = oldest.unwrap_or_else(|| began.minus(USUAL)).max(BEGINNING);
    // Windows that are not known to hold anybody may be the last ones.
    let is_empty =
        |window: &&Searched| window.range.ends_at < oldest && window.people.is_none_or(|people| people == 0);
    let mut empty = searched.iter().rev().take_while(is_empty).count();
    let mut last = searched.last().map(|window| window.range);
    let mut found = Vec::new();
    while empty < EMPTY_IN_A_ROW && last.is_none_or(|last| last.starts_at > BEGINNING) {
        let next = last.map_or_else(|| Range::latest(began), Range::before);
        if next.ends_at < oldest {
            empty += 1;
        }
        found.push(next);
        last = Some(next);
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
        let windows = missing(&[], Some(NOW.minus(DAY * 100)), NOW);
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
    fn some_empty_windows_in_a_row_beyond_the_oldest_person_end_the_search() {
        let oldest = NOW.minus(DAY * 100);
        let windows = missing(&[], Some(oldest), NOW);
        let (held, beyond) = windows.split_at(windows.len() - EMPTY_IN_A_ROW);
        assert!(beyond[0].ends_at < oldest && held.last().unwrap().starts_at <= oldest);
        let then = |people: [Option<u64>; EMPTY_IN_A_ROW]| {
            let held = held.iter().map(|range| Searched { range: *range, people: Some(0) });
            let beyond = beyond.iter().zip(people).map(|(range, people)| Searched { range: *range, people });
            missing(&held.chain(beyond).collect::<Vec<_>>(), Some(oldest), NOW)
        };
        assert!(then([None; EMPTY_IN_A_ROW]).is_empty(), "not known yet");
        assert!(then([Some(0); EMPTY_IN_A_ROW]).is_empty());
        let more = then([Some(0), Some(7), None]);
        assert_eq!(more.len(), 2, "somebody older than was known");
        assert_eq!(more[0], beyond[2].before());
        assert_eq!(then([Some(0), None, Some(7)]).len(), EMPTY_IN_A_ROW);
    }

    #[test]
    fn without_anybody_known_two_years_are_searched() {
        let windows = missing(&[], None, NOW);
        assert_eq!(windows.len(), 24 + EMPTY_IN_A_ROW);
        let forever = missing(&[], Some(Millis(-62_135_596_800_000)), NOW);
        assert!(forever.len() < 270 && forever.last().unwrap().starts_at < BEGINNING, "{}", forever.len());
        let end = Range { starts_at: BEGINNING, ends_at: BEGINNING.plus(DAY) };
        assert!(missing(&[Searched { range: end, people: Some(1) }], None, NOW).is_empty());
    }
}
