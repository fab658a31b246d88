//! What this process knows of sessions beyond what is stored: when each was last used, on a clock that is never set
//! back, and sessions that could not be stored.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use api_types::UserId;

use crate::db::api_keys::PanelRow;
use crate::db::sessions::SessionRow;
use crate::platform::clock::Millis;

/// The precision with which a session's last request is stored, so that not every read writes.
const STORE_EVERY: Duration = Duration::from_secs(20);

/// So many ends of sessions are stored in one transaction.
const ENDS_AT_ONCE: usize = 500;

/// The milliseconds by which two clocks may seem to differ that are read one after the other.
const BETWEEN_READINGS: u64 = 1_000;

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lives {
    /// Without a request.
    pub(crate) idle: Duration,
    pub(crate) whole: Duration,
}

/// A moment by both clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) now: Millis,
    pub(crate) elapsed: Duration,
}

/// A clock that was set forward by no more is taken at its word.
const CORRECTION: Duration = Duration::from_secs(3600);

impl Moment {
    /// The time by which something is old: the clock's, but no more than has passed since the start. A clock that is set forward
    /// by a week would otherwise delete every answer that is kept, cancel batches that are still being filled, and give up mails.
    /// So would a machine that starts with one that is months ahead, where the start is not by the clock of the database.
    pub(crate) fn judged_since(self, started: Self) -> Millis {
        let passed = self.elapsed.saturating_sub(started.elapsed);
        self.now.min(started.now.plus(passed + CORRECTION))
    }
}

#[derive(Clone, Debug)]
struct KnownSession {
    user_id: UserId,
    seen: Moment,
    /// When it ends in any case, in elapsed time.
    ends: Duration,
    /// When its last request was stored, in elapsed time; `None` if storing is due.
    stored: Option<Duration>,
    /// The last request that was found stored, by whichever server.
    found: Millis,
    /// The whole session, while it is stored nowhere else.
    unstored: Option<Unstored>,
}

/// A session that could not be stored.
#[derive(Clone, Debug)]
pub(crate) struct Unstored {
    pub(crate) session: SessionRow,
    /// What a panel's session is limited to.
    pub(crate) panel: Option<PanelRow>,
}

impl KnownSession {
    /// From the stored row, perhaps of an earlier process. Times further ahead than possible count as past.
    fn of(row: &SessionRow, lives: Lives, at: Moment) -> Option<Self> {
        let seen = Millis(row.last_seen_at);
        let is_idle = seen.is_over_since(lives.idle, at.now);
        let left = at.now.until(Millis(row.expires_at)).min(lives.whole);
        if is_idle || left.is_zero() {
            return None;
        }
        let ago = seen.until(at.now);
        Some(Self {
            user_id: row.user_id.clone(),
            seen: Moment { now: seen.min(at.now), elapsed: at.elapsed.saturating_sub(ago) },
            ends: at.elapsed + left,
            // By the clock, as an earlier process may have stored it: one that ends within seconds never waits this long itself.
            stored: (seen <= at.now && ago < STORE_EVERY).then(|| at.elapsed.saturating_sub(ago)),
            found: seen,
            unstored: None,
        })
    }

    /// Takes note of a request at another server, which has stored it since this one looked last.
    fn find(&mut self, stored: Millis, at: Moment) {
        if std::mem::replace(&mut self.found, stored) == stored {
            return;
        }
        let elapsed = at.elapsed.saturating_sub(stored.until(at.now));
        if elapsed > self.seen.elapsed {
            self.seen = Moment { now: stored.min(at.now), elapsed };
        }
    }

    fn lives(&self, lives: Lives, at: Moment) -> bool {
        // Only the wall clock counts the time during which the machine slept.
        let idle = at.elapsed.saturating_sub(self.seen.elapsed).max(self.seen.now.until(at.now));
        idle < lives.idle && at.elapsed < self.ends
    }
}

/// The sessions that were used lately, and those whose end is not stored yet.
#[derive(Default)]
pub(crate) struct KnownSessions {
    used: Mutex<HashMap<String, KnownSession>>,
    ended: Mutex<Ended>,
}

/// Sessions whose end is to be stored.
#[derive(Default)]
struct Ended {
    /// By the hashes of their tokens.
    ends: HashMap<String, End>,
    /// Whether a task stores them.
    is_being_stored: bool,
}

/// The end of a session.
struct End {
    signed_out: SignedOut,
    /// The elapsed time until which it would have lived.
    until: Duration,
}

/// Who signed out, and by which request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedOut {
    /// Of a session that is stored, its row says it.
    pub(crate) user_id: Option<UserId>,
    pub(crate) request_id: String,
    /// Where it was asked for, if this server was.
    pub(crate) address: Option<String>,
}

impl KnownSessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, KnownSession>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self) -> MutexGuard<'_, Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a session that could not be stored.
    pub(crate) fn keep(&self, unstored: Unstored, lives: Lives, at: Moment) {
        if let Some(known) = KnownSession::of(&unstored.session, lives, at) {
            let hash = unstored.session.token_hash.clone();
            self.lock().insert(hash, KnownSession { stored: None, unstored: Some(unstored), ..known });
        }
    }

    /// The session, if it is stored here alone.
    pub(crate) fn unstored(&self, token_hash: &str) -> Option<Unstored> {
        self.lock().get(token_hash)?.unstored.clone()
    }

    /// A session as it is at the moment, by what is known and what is stored; `None` when it has ended.
    pub(crate) fn live(&self, row: SessionRow, lives: Lives, at: Moment) -> Option<SessionRow> {
        if self.has_unstored_end(&row.token_hash) {
            return None;
        }
        let mut sessions = self.lock();
        let known = match sessions.get_mut(&row.token_hash) {
            Some(known) => {
                known.find(Millis(row.last_seen_at), at);
                known.clone()
            }
            None => {
                let known = KnownSession::of(&row, lives, at)?;
                sessions.insert(row.token_hash.clone(), known.clone());
                known
            }
        };
        if !known.lives(lives, at) {
            return None;
        }
        let expires_at = at.now.plus(known.ends.saturating_sub(at.elapsed)).0.min(row.expires_at);
        let by_elapsed = at.now.minus(at.elapsed.saturating_sub(known.seen.elapsed)).0;
        // Unless the clock was set, it is what was noted, but for the moment between the readings of two clocks.
        let is_as_noted = by_elapsed.abs_diff(known.seen.now.0) < BETWEEN_READINGS;
        let last_seen_at = if is_as_noted { known.seen.now.0 } else { by_elapsed };
        Some(SessionRow { last_seen_at, expires_at, ..row })
    }

    /// Notes a request. Returns whether it is to be stored; only one request at a time gets `true`.
    pub(crate) fn saw(&self, token_hash: &str, at: Moment) -> bool {
        let mut sessions = self.lock();
        let Some(known) = sessions.get_mut(token_hash) else { return false };
        known.seen = at;
        let is_due = known.stored.is_none_or(|stored| at.elapsed.saturating_sub(stored) >= STORE_EVERY);
        if is_due {
            known.stored = Some(at.elapsed);
            known.found = at.now;
        }
        is_due
    }

    /// Marks the session as stored.
    pub(crate) fn stored(&self, token_hash: &str) {
        if let Some(known) = self.lock().get_mut(token_hash) {
            known.unstored = None;
        }
    }

    /// Ends the session. Returns whose it was, if it was stored here alone.
    pub(crate) fn end(&self, token_hash: &str) -> Option<UserId> {
        let unstored = self.lock().remove(token_hash)?.unstored?;
        Some(unstored.session.user_id)
    }

    /// Whether the session was used lately.
    pub(crate) fn knows(&self, token_hash: &str) -> bool {
        self.lock().contains_key(token_hash)
    }

    /// Remembers that a session has ended, until that is stored. Returns whether no task stores such ends yet: then that
    /// is up to the caller.
    pub(crate) fn remember_end(
        &self,
        token_hash: &str,
        signed_out: SignedOut,
        lives: Lives,
        at: Moment,
    ) -> bool {
        let mut ended = self.ended();
        let end = End { signed_out, until: at.elapsed + lives.whole };
        ended.ends.entry(token_hash.to_owned()).or_insert(end);
        !std::mem::replace(&mut ended.is_being_stored, true)
    }

    /// Whether the end of this session is still to be stored.
    pub(crate) fn has_unstored_end(&self, token_hash: &str) -> bool {
        self.ended().ends.contains_key(token_hash)
    }

    /// The sessions whose end is still to be stored, each with the id of the request that ended it.
    pub(crate) fn unstored_ends(&self) -> Vec<(String, String)> {
        let ended = self.ended();
        ended.ends.iter().map(|(hash, end)| (hash.clone(), end.signed_out.request_id.clone())).collect()
    }

    /// Some of the sessions whose end is to be stored. After `None`, no task stores them.
    pub(crate) fn ends_to_store(&self) -> Option<Vec<(String, SignedOut)>> {
        let mut ended = self.ended();
        ended.is_being_stored = !ended.ends.is_empty();
        let some = ended.ends.iter().take(ENDS_AT_ONCE);
        ended
            .is_being_stored
            .then(|| some.map(|(hash, end)| (hash.clone(), end.signed_out.clone())).collect())
    }

    /// Notes that the ends of these sessions are stored.
    pub(crate) fn ends_are_stored(&self, stored: &[(String, SignedOut)]) {
        let mut ended = self.ended();
        for (hash, _) in stored {
            ended.ends.remove(hash);
        }
    }

    /// Ends every session of these users, but for one.
    pub(crate) fn end_of_users(&self, user_ids: &[&UserId], but: Option<&str>) {
        let ended: HashSet<&UserId> = user_ids.iter().copied().collect();
        let is_kept = |hash: &str| but == Some(hash);
        self.lock().retain(|hash, known| is_kept(hash) || !ended.contains(&known.user_id));
    }

    /// Forgets sessions whose lifetime is over. Idle ones are remembered until then: if the clock was set back, they
    /// would be live again.
    pub(crate) fn tidy(&self, at: Moment) {
        self.lock().retain(|_, known| at.elapsed < known.ends);
        self.ended().ends.retain(|_, end| at.elapsed < end.until);
    }
}

#[cfg(test)]
mod tests {
    use api_types::SessionId;

    use super::*;
    use crate::db::sessions::OpenedBy;

    const MINUTE: Duration = Duration::from_secs(60);
    const LIVES: Lives = Lives { idle: Duration::from_secs(30 * 60), whole: Duration::from_secs(12 * 3600) };

    #[test]
    fn r24_a_clock_that_is_set_forward_makes_nothing_old() {
        let (hour, week) = (Duration::from_secs(3600), Duration::from_secs(7 * 24 * 3600));
        let started = Moment { now: Millis(1_000_000_000), elapsed: hour };
        let after = |wall: Duration, passed: Duration| {
            Moment { now: started.now.plus(wall), elapsed: hour + passed }.judged_since(started)
        };
        assert_eq!(after(week, week), started.now.plus(week), "a week has passed");
        assert_eq!(after(week, Duration::ZERO), started.now.plus(CORRECTION), "the clock says so alone");
        assert_eq!(after(hour, Duration::ZERO), started.now.plus(hour), "a correction");
        let back = Moment { now: started.now.minus(week), elapsed: hour * 2 };
        assert_eq!(back.judged_since(started), back.now, "a clock that is set back");
    }

    fn at(minutes: i64, elapsed: u32) -> Moment {
        Moment { now: Millis((minutes + 10_000) * 60_000), elapsed: MINUTE * elapsed }
    }

    fn signed_out() -> SignedOut {
        SignedOut { user_id: None, request_id: "r".to_owned(), address: None }
    }

    fn row(seen: Moment) -> SessionRow {
        SessionRow {
            token_hash: "t".to_owned(),
            id: SessionId("i".to_owned()),
            user_id: UserId("u".to_owned()),
            created_at: seen.now.0,
            last_seen_at: seen.now.0,
            expires_at: seen.now.plus(LIVES.whole).0,
            proven_at: seen.now.0,
            opened_by: OpenedBy::User,
            browser: String::new(),
            network: String::new(),
        }
    }

    #[test]
    fn a11_r13_a_session_idles_by_the_time_that_passes_whatever_the_clock_says() {
        let sessions = KnownSessions::default();
        let stored = row(at(0, 0));
        assert!(sessions.live(stored.clone(), LIVES, at(0, 0)).is_some());
        let day_back = -24 * 60;
        assert!(sessions.live(stored.clone(), LIVES, at(day_back, 29)).is_some());
        sessions.tidy(at(day_back, 30));
        assert!(sessions.live(stored.clone(), LIVES, at(day_back, 30)).is_none());
        assert!(sessions.live(stored.clone(), LIVES, at(0, 30)).is_none());
        assert!(sessions.live(stored, LIVES, at(30, 1)).is_none(), "the machine slept meanwhile");
    }

    #[test]
    fn a11_r13_a_session_ends_by_the_time_that_passes() {
        let sessions = KnownSessions::default();
        let stored = row(at(0, 0));
        assert!(sessions.live(stored.clone(), LIVES, at(0, 0)).is_some());
        let mut back = 0;
        for minute in (0..12 * 60).step_by(20) {
            back = i64::from(minute) - 24 * 60;
            assert!(sessions.live(stored.clone(), LIVES, at(back, minute)).is_some(), "{minute}");
            sessions.saw("t", at(back, minute));
        }
        assert!(sessions.live(stored, LIVES, at(back + 20, 12 * 60)).is_none());
    }

    #[test]
    fn a11_r26_a_session_in_use_does_not_end_although_its_server_starts_anew_every_few_seconds() {
        let (mut stored, began) = (row(at(0, 0)), at(0, 0).now);
        let mut times = 0;
        for seconds in (5..3600).step_by(5) {
            let sessions = KnownSessions::default();
            let now = began.plus(Duration::from_secs(seconds));
            let now = Moment { now, elapsed: Duration::from_secs(3) };
            assert!(sessions.live(stored.clone(), LIVES, now).is_some(), "after {seconds} seconds");
            if sessions.saw("t", now) {
                stored.last_seen_at = now.now.0;
                times += 1;
            }
        }
        assert_eq!(times, 3600 / STORE_EVERY.as_secs() - 1, "no more often than by one that goes on");
    }

    #[test]
    fn r13_what_was_stored_further_ahead_than_it_can_be_is_past() {
        let known = |seen| KnownSessions::default().live(row(seen), LIVES, at(0, 0));
        assert!(known(at(-29, 0)).is_some());
        assert!(known(at(-30, 0)).is_none());
        let corrected = known(at(5, 0)).unwrap();
        assert_eq!(corrected.last_seen_at, at(0, 0).now.0);
        assert!(corrected.expires_at <= at(12 * 60, 0).now.0);
        assert!(known(at(24 * 60, 0)).is_none());
    }

    #[test]
    fn r21_a_session_that_could_not_be_stored_is_kept_until_it_is() {
        let sessions = KnownSessions::default();
        sessions.keep(Unstored { session: row(at(0, 0)), panel: None }, LIVES, at(0, 0));
        let kept = sessions.unstored("t").unwrap();
        assert!(sessions.live(kept.session, LIVES, at(1, 1)).is_some());
        assert!(sessions.saw("t", at(1, 1)), "to be stored");
        assert!(!sessions.saw("t", at(1, 1)), "by one at a time");
        assert!(sessions.saw("t", at(2, 2)), "and again later");
        sessions.stored("t");
        assert!(sessions.unstored("t").is_none());
        sessions.end_of_users(&[&UserId("u".to_owned())], None);
        assert!(!sessions.saw("t", at(9, 9)));
    }
    #[test]
    fn r21_a10_an_end_is_remembered_until_it_is_stored() {
        let sessions = KnownSessions::default();
        let stored = row(at(0, 0));
        assert!(sessions.live(stored.clone(), LIVES, at(0, 0)).is_some());
        sessions.end("t");
        assert!(sessions.remember_end("t", signed_out(), LIVES, at(0, 0)), "nobody stores it yet");
        assert!(
            !sessions.remember_end("t", signed_out(), LIVES, at(0, 0)),
            "signed out again: one stores it"
        );
        assert!(sessions.live(stored.clone(), LIVES, at(1, 1)).is_none(), "although its row is there");
        let ends = sessions.ends_to_store().unwrap();
        assert_eq!(ends, [("t".to_owned(), signed_out())]);
        sessions.ends_are_stored(&ends);
        assert_eq!(sessions.ends_to_store(), None);
        assert!(sessions.remember_end("t", signed_out(), LIVES, at(0, 0)), "nobody stores it any more");
        sessions.tidy(at(12 * 60, 12 * 60));
        assert_eq!(sessions.ends_to_store(), None, "it would be over by itself");
    }
}
