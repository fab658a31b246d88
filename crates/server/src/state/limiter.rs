//! Rate limits, and what answers say about them (draft-ietf-httpapi-ratelimit-headers).

use std::fmt::Display;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api_types::{ApiKeyId, InvitationId, ProblemCode, UserId, headers, limits};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::Clock as GovernorClock;
use governor::middleware::{NoOpMiddleware, StateInformationMiddleware};
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::mpsc;

use crate::config::Config;
use crate::db::told::Spent;
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Clock;
use crate::platform::token::{Claim, Purpose, TokenKeys};

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, Ticks, StateInformationMiddleware>;

/// Violation reports of browsers that one network may send in a minute.
const REPORTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("more than none");
const MINUTE: u64 = 60;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// A session or an API key may spend the requests of this many seconds at once.
const SESSION_WINDOW: u64 = 3;
/// So much is counted while other servers are being told.
const UNTOLD: usize = 1_024;

/// The limits on requests.
pub(crate) struct Limiter {
    addresses: Limit<IpAddr>,
    resets: Limit<IpAddr>,
    flows: Limit<IpAddr>,
    accounts: Limit<String>,
    reports: Limit<IpAddr>,
    sessions: Limit<String>,
    keys: Limit<String>,
    resends: Resends,
    clock: Ticks,
    spent: Spending,
}

/// What is counted here and not told to other servers yet. Where more comes than can be told, the rest is lost.
struct Spending {
    told: mpsc::Sender<Spent>,
    untold: tokio::sync::Mutex<mpsc::Receiver<Spent>>,
}

/// Limits on mails that are sent again, so that nobody makes a relay of the account.
struct Resends {
    invitations: Limit<String>,
    recipients: Limit<String>,
    senders: Limit<String>,
    account: Limit<String>,
}

impl Resends {
    fn new(config: &Config, clock: &Ticks) -> Self {
        let few = NonZeroU32::MIN.saturating_add(limits::RESENDS_PER_DAY - 1);
        let many = NonZeroU32::MIN.saturating_add(limits::RESENDS_PER_HOUR - 1);
        let in_a_day = |most: NonZeroU32| {
            // A day is longer than nothing.
            let quota = Quota::with_period(DAY / most.get()).unwrap_or(Quota::per_hour(most));
            quota.allow_burst(most)
        };
        Self {
            invitations: Limit::new("invitation", in_a_day(few), DAY.as_secs(), clock),
            recipients: Limit::new("recipient", in_a_day(few), DAY.as_secs(), clock),
            senders: Limit::new("sender", Quota::per_hour(many), 60 * MINUTE, clock),
            account: Limit::new("mails", in_a_day(config.resends_per_day), DAY.as_secs(), clock),
        }
    }

    fn tidy(&self) {
        self.invitations.limiter.retain_recent();
        self.recipients.limiter.retain_recent();
        self.senders.limiter.retain_recent();
    }
}

impl Limiter {
    pub(crate) fn new(config: &Config, clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks(clock);
        let attempts = Quota::per_minute(config.credentials_per_minute);
        let window = NonZeroU32::MIN.saturating_add(u32::try_from(SESSION_WINDOW - 1).unwrap_or(0));
        let at_once = config.requests_per_second.saturating_mul(window);
        let requests = Quota::per_second(config.requests_per_second).allow_burst(at_once);
        let (told, untold) = mpsc::channel(UNTOLD);
        Self {
            addresses: Limit::new("address", attempts, MINUTE, &clock),
            resets: Limit::new("reset", attempts, MINUTE, &clock),
            flows: Limit::new("flow", attempts, MINUTE, &clock),
            accounts: Limit::new("account", attempts, MINUTE, &clock),
            reports: Limit::new("reports", Quota::per_minute(REPORTS_PER_MINUTE), MINUTE, &clock)
                .of_each_server(),
            sessions: Limit::new("session", requests, SESSION_WINDOW, &clock).of_each_server(),
            keys: Limit::new("api_key", requests, SESSION_WINDOW, &clock).of_each_server(),
            resends: Resends::new(config, &clock),
            clock,
            spent: Spending { told, untold: tokio::sync::Mutex::new(untold) },
        }
    }

    /// Forgets clients that have sent no request for a while.
    pub(crate) fn tidy(&self) {
        self.addresses.limiter.retain_recent();
        self.resets.limiter.retain_recent();
        self.flows.limiter.retain_recent();
        self.accounts.limiter.retain_recent();
        self.reports.limiter.retain_recent();
        self.sessions.limiter.retain_recent();
        self.keys.limiter.retain_recent();
        self.resends.tidy();
    }

    /// One more mail that this person has sent again, to a recipient by the key of their address: of an invitation, or a test.
    ///
    /// # Errors
    /// [`ProblemCode::MailLimit`] where there were too many.
    pub(crate) fn resend(
        &self,
        sender: &UserId,
        recipient: &str,
        invitation: Option<&InvitationId>,
    ) -> ApiResult<()> {
        let Resends { invitations, recipients, senders, account } = &self.resends;
        // First, so that whoever sends too many uses up nothing of an invitation or a recipient.
        self.mail(senders, &sender.0)?;
        if let Some(invitation) = invitation {
            self.mail(invitations, &invitation.0)?;
        }
        self.mail(recipients, &recipient.to_owned())?;
        self.mail(account, &String::new())
    }

    /// Counts what another server has counted.
    pub(crate) fn hear(&self, spent: &Spent) {
        for limit in [&self.addresses, &self.resets, &self.flows] {
            limit.hear(spent);
        }
        let Resends { invitations, recipients, senders, account } = &self.resends;
        for limit in [&self.accounts, invitations, recipients, senders, account] {
            limit.hear(spent);
        }
    }

    /// Waits for what other servers are to be told: up to so much at once.
    pub(crate) async fn next_spent(&self, most: usize) -> Vec<Spent> {
        let mut spent = Vec::new();
        self.spent.untold.lock().await.recv_many(&mut spent, most).await;
        spent
    }

    fn note<K: Key>(&self, limit: &Limit<K>, key: &K) {
        if limit.policy.holds == Holds::Together {
            let spent = Spent { limit: limit.policy.name.to_owned(), by: key.to_string() };
            // It counts here in any case.
            let _ = self.spent.told.try_send(spent);
        }
    }

    fn mail(&self, limit: &Limit<String>, key: &String) -> ApiResult<()> {
        limit.limiter.check_key(key).map(|_| self.note(limit, key)).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now()).as_secs() + 1;
            let Policy { name, quota, .. } = limit.policy;
            ApiError::new(ProblemCode::MailLimit).limit(name, u64::from(quota)).retry_after(wait)
        })
    }
}

/// One limit for each of many keys.
struct Limit<K: Key> {
    policy: Policy,
    limiter: Keyed<K>,
}

impl<K: Key> Limit<K> {
    fn new(name: &'static str, quota: Quota, window: u64, clock: &Ticks) -> Self {
        type Plain<K> = RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>;
        let limiter = Plain::new(quota, DashMapStateStore::default(), clock.clone());
        Self {
            policy: Policy { name, quota: quota.burst_size().get(), window, holds: Holds::Together },
            limiter: limiter.with_middleware(),
        }
    }

    /// For a limit that protects a server rather than the account.
    fn of_each_server(mut self) -> Self {
        self.policy.holds = Holds::OfEach;
        self
    }

    fn hear(&self, spent: &Spent) {
        if spent.limit == self.policy.name
            && let Ok(key) = spent.by.parse()
        {
            // Whatever the answer: the other server has given its own.
            let _ = self.limiter.check_key(&key);
        }
    }
}

/// By whom a limit is counted.
trait Key: Hash + Eq + Clone + Display + FromStr {}

impl<T: Hash + Eq + Clone + Display + FromStr> Key for T {}

/// What a limit holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Together,
    OfEach,
}

/// This many requests within this many seconds.
#[derive(Clone, Copy, Debug)]
struct Policy {
    name: &'static str,
    quota: u32,
    window: u64,
    holds: Holds,
}

/// What is left of a limit for a client.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    policy: Policy,
    left: u32,
    /// Seconds until the whole quota is available again; if it is used up, until one request is.
    reset: u64,
}

/// The origin of a request, and the limits that it was counted against.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    from: IpAddr,
    standings: Arc<Mutex<Vec<Allowance>>>,
}

impl Asker {
    /// The client at that address.
    pub(crate) fn at(from: IpAddr) -> Self {
        Self { from: network(from), standings: Arc::default() }
    }

    /// The network that the request comes from.
    pub(crate) fn network(&self) -> IpAddr {
        self.from
    }

    /// One more attempt from this network to sign in, with credentials that others could have guessed too.
    pub(crate) fn attempt(&self, limiter: &Limiter) -> ApiResult<()> {
        self.check(limiter, &limiter.addresses, &self.from)
    }

    /// One more mail with a link that this network asks for: apart from attempts, as it is the way in for those whom
    /// the guesses of others keep out.
    pub(crate) fn reset(&self, limiter: &Limiter) -> ApiResult<()> {
        self.check(limiter, &limiter.resets, &self.from)
    }

    /// One more sign-in through Salesforce that begins in this network: apart for the same reason.
    pub(crate) fn flow(&self, limiter: &Limiter) -> ApiResult<()> {
        self.check(limiter, &limiter.flows, &self.from)
    }

    /// One more attempt for this account, identified by a proof that others do not have: a link, a session, a known
    /// browser.
    pub(crate) fn attempt_for(&self, limiter: &Limiter, account: &str) -> ApiResult<()> {
        self.check(limiter, &limiter.accounts, &account.to_owned())
    }

    /// One more attempt by a link. A genuine link cannot have been guessed: it has a limit of its own, so that its
    /// holder is not held up by others who try links from the same address.
    pub(crate) fn attempt_by_link(
        &self,
        limiter: &Limiter,
        tokens: &TokenKeys,
        purpose: Purpose,
        token: &str,
    ) -> ApiResult<Claim> {
        match tokens.verify(purpose, token) {
            Some(claim) => {
                self.attempt_for(limiter, &claim.id.to_string())?;
                Ok(claim)
            }
            None => {
                self.attempt(limiter)?;
                Err(ProblemCode::LinkInvalid.into())
            }
        }
    }

    /// One more report of a browser at this address.
    pub(crate) fn report(&self, limiter: &Limiter) -> ApiResult<()> {
        self.check(limiter, &limiter.reports, &self.from)
    }

    /// One more request of this session.
    pub(crate) fn request(&self, limiter: &Limiter, session: &str) -> ApiResult<()> {
        self.check(limiter, &limiter.sessions, &session.to_owned())
    }

    /// One more session of a panel by this API key.
    pub(crate) fn panel_session(&self, limiter: &Limiter, key: &ApiKeyId) -> ApiResult<()> {
        self.check(limiter, &limiter.keys, &key.0)
    }

    fn check<K: Key>(&self, limiter: &Limiter, limit: &Limit<K>, key: &K) -> ApiResult<()> {
        let policy = limit.policy;
        let (standing, answer) = match limit.limiter.check_key(key) {
            Ok(state) => {
                limiter.note(limit, key);
                let left = state.remaining_burst_capacity();
                let spent = u64::from(policy.quota.saturating_sub(left));
                let reset = (spent * policy.window).div_ceil(u64::from(policy.quota));
                (Allowance { policy, left, reset }, Ok(()))
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(limiter.clock.now()).as_secs() + 1;
                let refusal = ApiError::new(ProblemCode::RateLimited).retry_after(wait);
                (Allowance { policy, left: 0, reset: wait }, Err(refusal))
            }
        };
        self.standings.lock().unwrap_or_else(PoisonError::into_inner).push(standing);
        answer
    }

    /// Writes what is left into the headers of the response.
    pub(crate) fn tell(&self, head: &mut HeaderMap) {
        let standings = self.standings.lock().unwrap_or_else(PoisonError::into_inner);
        if standings.is_empty() {
            return;
        }
        let list = |item: fn(&Allowance) -> String| standings.iter().map(item).collect::<Vec<_>>().join(", ");
        let left =
            list(|standing| format!("\"{}\";r={};t={}", standing.policy.name, standing.left, standing.reset));
        let policies = list(|Allowance { policy: Policy { name, quota, window, .. }, .. }| {
            format!("\"{name}\";q={quota};w={window}")
        });
        for (name, value) in [(headers::RATE_LIMIT, left), (headers::RATE_LIMIT_POLICY, policies)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                head.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Self> {
        // Every route is guarded, so there is one.
        parts.extensions.get::<Self>().cloned().ok_or(ProblemCode::Internal.into())
    }
}

/// The unit of counting: an IPv4 address, or an IPv6 /64, as subscribers choose the other 64 bits.
pub(crate) fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

/// The server's clock as the limiter needs it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a12_whoever_has_many_addresses_of_one_network_counts_once() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:2::1"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }
}
