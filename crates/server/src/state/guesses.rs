//! Failed sign-ins by address, whether or not a user has it: neither the answer nor its time may tell. Failures of
//! known browsers and of signed-in users are counted apart, so that strangers cannot lock a user out.
//!
//! The counts here use elapsed time, which no change of the system clock affects. Those of existing users are stored as
//! well, for the next process; those of unknown addresses are not.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many addresses are remembered; the oldest go first.
const MOST: usize = 50_000;

/// The key under which the failures of a known browser are counted, instead of an address.
pub(crate) fn by_device(number: &str) -> String {
    format!("device {number}")
}

/// The key under which the failures of a signed-in user are counted.
pub(crate) fn by_user(id: &str) -> String {
    format!("user {id}")
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Duration,
    locked_until: Option<Duration>,
}

/// Times are elapsed time.
#[derive(Default)]
pub(crate) struct Guesses(Mutex<HashMap<String, Failures>>);

impl Guesses {
    /// For how long the address is locked from now on, if it is.
    pub(crate) fn locked_for(&self, email_key: &str, now: Duration) -> Option<Duration> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = failures.get(email_key)?.locked_until?;
        until.checked_sub(now).filter(|left| !left.is_zero())
    }

    /// Counts a failure. The one that reaches `allowed` locks the address for `lock` and starts the count anew. If it
    /// is locked already, nothing is counted, and the time left is returned.
    pub(crate) fn note(
        &self,
        email_key: &str,
        allowed: u32,
        lock: Duration,
        now: Duration,
    ) -> Option<Duration> {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = failures.get(email_key).and_then(|known| known.locked_until);
        if let Some(left) = until.and_then(|until| until.checked_sub(now)).filter(|left| !left.is_zero()) {
            return Some(left);
        }
        if failures.len() >= MOST && !failures.contains_key(email_key) {
            make_room(&mut failures);
        }
        let known = failures.entry(email_key.to_owned()).or_insert(Failures {
            count: 0,
            last: now,
            locked_until: None,
        });
        known.last = now;
        known.count += 1;
        if known.count >= allowed {
            (known.count, known.locked_until) = (0, Some(now + lock));
        }
        None
    }

    /// Forgets the failures, once the address has proved to be the user's.
    pub(crate) fn clear(&self, email_key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(email_key);
    }

    /// Forgets failures of longer ago than `age`.
    pub(crate) fn tidy(&self, age: Duration, now: Duration) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, known| now.saturating_sub(known.last) < age);
    }
}

/// Forgets the older half at once, so that it happens seldom.
fn make_room(failures: &mut HashMap<String, Failures>) {
    let mut times: Vec<Duration> = failures.values().map(|known| known.last).collect();
    let half = times.len() / 2;
    let (_, middle, _) = times.select_nth_unstable(half);
    let middle = *middle;
    failures.retain(|_, known| known.last > middle);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: Duration = Duration::from_secs(900);

    #[test]
    fn a12_r13_failures_lock_an_address_for_a_time_that_elapses() {
        let guesses = Guesses::default();
        let now = Duration::from_secs(1_000);
        for _ in 0..5 {
            assert_eq!(guesses.locked_for("a", now), None);
            assert_eq!(guesses.note("a", 5, LOCK, now), None);
        }
        assert_eq!(guesses.note("a", 5, LOCK, now), Some(LOCK));
        assert_eq!(
            guesses.locked_for("a", now + Duration::from_secs(1)),
            Some(LOCK - Duration::from_secs(1))
        );
        assert_eq!(guesses.locked_for("b", now), None);
        assert_eq!(guesses.locked_for("a", now + LOCK), None);
        guesses.tidy(LOCK, now + LOCK);
        assert!(guesses.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a12_guesses_take_no_more_memory_than_they_may() {
        let guesses = Guesses::default();
        for guess in 0..u32::try_from(MOST).unwrap() * 2 {
            guesses.note(&guess.to_string(), 1, LOCK, Duration::from_millis(u64::from(guess)));
        }
        assert!(guesses.0.lock().unwrap().len() <= MOST);
        let last = (MOST * 2 - 1).to_string();
        assert!(guesses.locked_for(&last, Duration::ZERO).is_some());
    }
}
