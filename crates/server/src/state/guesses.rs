//! Wrong passwords, counted whether or not a user has the address: neither the answer nor its time may tell.
//!
//! A guess is counted by who makes it ([`Guesser`]). Strangers are counted by address and network, so that nobody locks
//! out an owner who is elsewhere; known browsers and sessions are counted apart from strangers. Over all networks an
//! address takes [`FROM_ANYWHERE`] guesses of strangers; beyond that only known browsers and other proofs (a mailed link,
//! Salesforce) let its owner in. Over all sessions a user has [`IN_ALL_SESSIONS`]; beyond that a new sign-in is their
//! proof.
//!
//! Times here are elapsed time, which no change of the system clock affects. Guesses at existing users are stored as
//! well, for the next process.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use api_types::{SessionId, UserId};

use crate::db::guesses::{KEPT, StoredGuesser};

/// This many wrong guesses are allowed within a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit {
    most: usize,
    within: Duration,
}

/// Of a stranger in one network, of a known browser, and in one session.
const FROM_ONE: Limit = Limit { most: 5, within: Duration::from_secs(15 * 60) };
/// Of strangers in neighbouring networks, of which one subscriber may have many.
const FROM_NEIGHBOURS: Limit = Limit { most: 20, within: HOUR };
/// Of strangers in all networks together.
const FROM_ANYWHERE: Limit = Limit { most: 100, within: HOUR };
/// In all sessions of a user together. Whoever has got hold of one needs hours to keep the owner's from proving anything.
const IN_ALL_SESSIONS: Limit = Limit { most: 100, within: KEPT };

const HOUR: Duration = Duration::from_secs(3600);

/// How many counts of addresses that no user has are kept; the oldest go first.
const MOST: usize = 200_000;

/// The sender of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Guesser {
    /// A browser that is not known, which gives the address with this key.
    Stranger { email_key: String, network: IpAddr },
    /// The known browser with this number.
    Device(String),
    /// A session of a signed-in user, by their ids.
    Session { user: UserId, session: SessionId },
}

impl Guesser {
    pub(crate) fn stored(&self) -> StoredGuesser {
        let (counted_for, source) = match self {
            Self::Stranger { email_key, network } => (email_key.clone(), network.to_string()),
            Self::Device(number) => (format!("{DEVICE}{number}"), String::new()),
            Self::Session { user, session } => (format!("{USER}{user}"), session.to_string()),
        };
        StoredGuesser { counted_for, source }
    }

    /// Reads what [`Self::stored`] gave.
    fn of(stored: &StoredGuesser) -> Option<Self> {
        let StoredGuesser { counted_for, source } = stored;
        let rest = |kind| counted_for.strip_prefix(kind).map(str::to_owned);
        match source.parse() {
            Ok(network) => Some(Self::Stranger { email_key: counted_for.clone(), network }),
            Err(_) => rest(DEVICE).map(Self::Device).or_else(|| {
                rest(USER)
                    .map(|user| Self::Session { user: UserId(user), session: SessionId(source.clone()) })
            }),
        }
    }

    /// The counts that a guess adds to, the one of this guesser alone first, that of everybody last.
    fn counts(&self) -> Vec<(String, Limit)> {
        match self {
            // No address contains a space.
            Self::Stranger { email_key, network } => vec![
                (format!("{email_key} {network}"), FROM_ONE),
                (format!("{email_key} near {}", neighbourhood(*network)), FROM_NEIGHBOURS),
                (email_key.clone(), FROM_ANYWHERE),
            ],
            Self::Device(_) => vec![(self.stored().counted_for, FROM_ONE)],
            Self::Session { session, .. } => {
                vec![(format!("{SESSION}{session}"), FROM_ONE), (self.stored().counted_for, IN_ALL_SESSIONS)]
            }
        }
    }
}

const DEVICE: &str = "device ";
const USER: &str = "user ";
const SESSION: &str = "session ";

/// The networks beside one that the same subscriber may have: an IPv6 /48, an IPv4 /24.
fn neighbourhood(network: IpAddr) -> IpAddr {
    match network {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() >> 8 << 8).into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 80 << 80).into(),
    }
}

/// What became of a wrong guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    Counted,
    /// It was the last one that the address takes from strangers.
    LastFromAnywhere,
    /// Nothing is counted for so long from now on: others were faster.
    Locked(Duration),
}

/// The last guesses of a count, as elapsed time later than it is by [`KEPT`]: some are older than this process.
#[derive(Debug, Default)]
struct Count {
    guesses: VecDeque<Duration>,
    /// How long each counts.
    within: Duration,
    /// Whether a user has the address. Such counts are never dropped to make room.
    is_of_user: bool,
}

impl Count {
    /// For how long no more guesses are taken.
    fn locked_for(&self, limit: Limit, now: Duration) -> Option<Duration> {
        let first = self.guesses.iter().rev().nth(limit.most - 1)?;
        (*first + limit.within).checked_sub(now).filter(|left| !left.is_zero())
    }

    fn add(&mut self, limit: Limit, at: Duration) {
        self.within = limit.within;
        self.guesses.push_back(at);
        if self.guesses.len() > limit.most {
            self.guesses.pop_front();
        }
    }

    fn last(&self) -> Duration {
        self.guesses.back().copied().unwrap_or_default()
    }
}

#[derive(Default)]
pub(crate) struct Guesses(Mutex<HashMap<String, Count>>);

impl Guesses {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For how long no guess is taken from them, if that is so.
    pub(crate) fn locked_for(&self, guesser: &Guesser, now: Duration) -> Option<Duration> {
        locked_for(&self.lock(), &guesser.counts(), now + KEPT)
    }

    /// Counts a wrong guess, `of_user` if a user has the address.
    pub(crate) fn note(&self, guesser: &Guesser, of_user: bool, now: Duration) -> Noted {
        let (mut all, counts, now) = (self.lock(), guesser.counts(), now + KEPT);
        if let Some(left) = locked_for(&all, &counts, now) {
            return Noted::Locked(left);
        }
        add(&mut all, &counts, of_user, now);
        let is_full = |(key, limit): &(String, Limit)| {
            *limit == FROM_ANYWHERE
                && all.get(key).is_some_and(|count| count.locked_for(*limit, now).is_some())
        };
        if counts.iter().any(is_full) { Noted::LastFromAnywhere } else { Noted::Counted }
    }

    /// Counts a wrong guess that was made at another server.
    pub(crate) fn hear(&self, guesser: &StoredGuesser, of_user: bool, now: Duration) {
        if let Some(guesser) = Guesser::of(guesser) {
            self.note(&guesser, of_user, now);
        }
    }

    /// Forgets the guesses of a guesser alone who has proved to be the owner at another server.
    pub(crate) fn hear_forgiven(&self, guesser: &StoredGuesser) {
        if let Some(guesser) = Guesser::of(guesser) {
            self.forgive(&guesser);
        }
    }

    /// Counts a guess at a user that an earlier process stored, so long `ago`. They are given in their order.
    pub(crate) fn restore(&self, guesser: &StoredGuesser, ago: Duration, now: Duration) {
        if let Some(guesser) = Guesser::of(guesser) {
            add(&mut self.lock(), &guesser.counts(), true, (now + KEPT).saturating_sub(ago));
        }
    }

    /// Forgets the guesses of this guesser alone, who has proved to be the owner.
    pub(crate) fn forgive(&self, guesser: &Guesser) {
        if let Some((own, _)) = guesser.counts().first() {
            self.lock().remove(own);
        }
    }

    /// Forgets all guesses of strangers at an address, whose owner has another password now.
    pub(crate) fn forget(&self, email_key: &str) {
        let of_networks = format!("{email_key} ");
        self.lock().retain(|key, _| key != email_key && !key.starts_with(&of_networks));
    }

    /// Forgets guesses that count for nothing any more.
    pub(crate) fn tidy(&self, now: Duration) {
        self.lock().retain(|_, count| count.last() + count.within > now + KEPT);
    }
}

fn locked_for(all: &HashMap<String, Count>, counts: &[(String, Limit)], now: Duration) -> Option<Duration> {
    counts.iter().filter_map(|(key, limit)| all.get(key)?.locked_for(*limit, now)).max()
}

fn add(all: &mut HashMap<String, Count>, counts: &[(String, Limit)], of_user: bool, at: Duration) {
    for (key, limit) in counts {
        if all.len() >= MOST && !all.contains_key(key) {
            make_room(all);
        }
        let count = all.entry(key.clone()).or_default();
        count.is_of_user = of_user;
        count.add(*limit, at);
    }
}

/// Forgets the older half of the counts at unknown addresses at once, so that it happens seldom.
fn make_room(all: &mut HashMap<String, Count>) {
    let mut times: Vec<Duration> = all.values().filter(|count| !count.is_of_user).map(Count::last).collect();
    if times.is_empty() {
        return;
    }
    let half = times.len() / 2;
    let (_, middle, _) = times.select_nth_unstable(half);
    let middle = *middle;
    all.retain(|_, count| count.is_of_user || count.last() > middle);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(10);

    fn stranger(email: &str, network: &str) -> Guesser {
        Guesser::Stranger { email_key: email.to_owned(), network: network.parse().unwrap() }
    }

    #[test]
    fn a12_r13_guesses_from_one_network_lock_it_out_for_a_time_that_elapses() {
        let guesses = Guesses::default();
        let (here, elsewhere) = (stranger("a@x", "192.0.2.1"), stranger("a@x", "203.0.113.1"));
        for _ in 0..5 {
            assert_eq!(guesses.locked_for(&here, NOW), None);
            assert_eq!(guesses.note(&here, false, NOW), Noted::Counted);
        }
        let lock = FROM_ONE.within;
        assert_eq!(guesses.note(&here, false, NOW), Noted::Locked(lock));
        let second = Duration::from_secs(1);
        assert_eq!(guesses.locked_for(&here, NOW + second), Some(lock - second));
        assert_eq!(guesses.locked_for(&elsewhere, NOW), None, "the owner, elsewhere");
        assert_eq!(guesses.locked_for(&stranger("b@x", "192.0.2.1"), NOW), None);
        assert_eq!(guesses.locked_for(&Guesser::Device("1".to_owned()), NOW), None);
        assert_eq!(guesses.locked_for(&here, NOW + lock), None);
        guesses.tidy(NOW + HOUR);
        assert!(guesses.lock().is_empty());
    }

    #[test]
    fn a12_neighbouring_networks_together_have_twenty_guesses_an_hour() {
        for network in [
            |number: u32| {
                IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_0007 << 80) + (u128::from(number) << 64)))
            },
            |number: u32| IpAddr::V4(Ipv4Addr::from_bits((198 << 24) + (51 << 16) + (100 << 8) + number)),
        ] {
            let guesses = Guesses::default();
            let from = |number| Guesser::Stranger { email_key: "a@x".to_owned(), network: network(number) };
            let counted = (0..200).filter(|number| guesses.note(&from(*number), true, NOW) == Noted::Counted);
            assert_eq!(counted.count(), 20);
            assert_eq!(guesses.locked_for(&stranger("a@x", "203.0.113.1"), NOW), None);
        }
    }

    #[test]
    fn a12_in_no_hour_an_address_takes_more_than_a_hundred_guesses_from_everywhere() {
        let guesses = Guesses::default();
        let mut counted: Vec<u64> = Vec::new();
        let mut told = 0;
        for second in 0..4 * 3600_u64 {
            let network = IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(second).unwrap() << 8));
            let from = Guesser::Stranger { email_key: "a@x".to_owned(), network };
            match guesses.note(&from, true, Duration::from_secs(second)) {
                Noted::Locked(_) => {}
                noted => {
                    told += usize::from(noted == Noted::LastFromAnywhere);
                    counted.push(second);
                }
            }
        }
        assert_eq!(counted.len(), 400);
        assert!(told > 0);
        let most =
            counted.iter().map(|from| counted.iter().filter(|at| (*from..from + 3600).contains(at)).count());
        assert_eq!(most.max(), Some(100));
    }

    #[test]
    fn a12_what_was_stored_is_read_and_counts_again() {
        let all = [
            stranger("a@x", "192.0.2.1"),
            stranger("a@x", "2001:db8::"),
            Guesser::Device("d".to_owned()),
            Guesser::Session { user: UserId("u".to_owned()), session: SessionId("s".to_owned()) },
        ];
        for guesser in &all {
            let guesses = Guesses::default();
            for ago in [800, 700, 600, 500, 400] {
                guesses.restore(&guesser.stored(), Duration::from_secs(ago), Duration::ZERO);
            }
            assert_eq!(guesses.locked_for(guesser, Duration::ZERO), Some(Duration::from_secs(100)));
        }
    }

    #[test]
    fn a12_guesses_in_one_session_lock_it_alone_and_those_in_all_sessions_lock_after_a_hundred_a_day() {
        let guesses = Guesses::default();
        let session = |number: u64| Guesser::Session {
            user: UserId("u".to_owned()),
            session: SessionId(number.to_string()),
        };
        let guess = |number, at| guesses.note(&session(number), true, at);
        for _ in 0..5 {
            assert_eq!(guess(0, NOW), Noted::Counted);
        }
        assert_eq!(guess(0, NOW), Noted::Locked(FROM_ONE.within));
        assert_eq!(guesses.locked_for(&session(1), NOW), None, "the owner's");
        for number in 5..100 {
            assert_eq!(guess(number, NOW + HOUR), Noted::Counted);
        }
        guesses.tidy(NOW + HOUR * 2);
        let left = KEPT - HOUR * 2;
        assert_eq!(guesses.locked_for(&session(200), NOW + HOUR * 2), Some(left));
        assert_eq!(guesses.locked_for(&session(200), NOW + KEPT), None);
    }

    #[test]
    fn a12_another_password_forgets_the_guesses_of_all_networks() {
        let guesses = Guesses::default();
        let (one, other) = (stranger("a@x", "192.0.2.1"), stranger("a@x.example", "192.0.2.1"));
        for _ in 0..5 {
            guesses.note(&one, true, NOW);
            guesses.note(&other, true, NOW);
        }
        guesses.forget("a@x");
        assert_eq!(guesses.locked_for(&one, NOW), None);
        assert!(guesses.locked_for(&other, NOW).is_some());
    }

    #[test]
    fn a12_guesses_at_unknown_addresses_take_no_more_memory_than_they_may_and_displace_none_at_users() {
        let guesses = Guesses::default();
        let owner = stranger("owner@x", "192.0.2.1");
        for _ in 0..5 {
            guesses.note(&owner, true, NOW);
        }
        for guess in 0..u32::try_from(MOST).unwrap() {
            let network = IpAddr::V4(Ipv4Addr::from_bits(guess << 8));
            let from = Guesser::Stranger { email_key: format!("{guess}@x"), network };
            guesses.note(&from, false, NOW + Duration::from_millis(u64::from(guess)));
        }
        assert!(guesses.lock().len() <= MOST);
        assert!(guesses.locked_for(&owner, NOW).is_some());
    }
}
