//! How often somebody may ask.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

use api_types::ProblemCode;
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::config::Config;
use crate::error::{ApiError, ApiResult};

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>;

/// Reports of browsers that one network may send in a minute.
const REPORTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("more than none");

/// The limits on requests.
pub(crate) struct Limiter {
    credentials: Keyed<IpAddr>,
    reports: Keyed<IpAddr>,
    requests: Keyed<String>,
    clock: Ticks,
}

impl Limiter {
    pub(crate) fn new(config: &Config, clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks(clock);
        let burst = config.requests_per_second.saturating_mul(NonZeroU32::MIN.saturating_add(2));
        Self {
            credentials: Keyed::new(
                Quota::per_minute(config.credentials_per_minute),
                DashMapStateStore::default(),
                clock.clone(),
            ),
            reports: Keyed::new(
                Quota::per_minute(REPORTS_PER_MINUTE),
                DashMapStateStore::default(),
                clock.clone(),
            ),
            requests: Keyed::new(
                Quota::per_second(config.requests_per_second).allow_burst(burst),
                DashMapStateStore::default(),
                clock.clone(),
            ),
            clock,
        }
    }

    /// One more attempt from this address to prove who somebody is.
    pub(crate) fn credentials(&self, from: IpAddr) -> ApiResult<()> {
        self.check(&self.credentials, &network(from))
    }

    /// One more report of a browser at this address.
    pub(crate) fn report(&self, from: IpAddr) -> ApiResult<()> {
        self.check(&self.reports, &network(from))
    }

    /// One more request of this session.
    pub(crate) fn request(&self, session: &str) -> ApiResult<()> {
        self.check(&self.requests, &session.to_owned())
    }

    /// Forgets whoever has not asked for a while.
    pub(crate) fn tidy(&self) {
        self.credentials.retain_recent();
        self.reports.retain_recent();
        self.requests.retain_recent();
    }

    fn check<K: std::hash::Hash + Eq + Clone>(&self, limiter: &Keyed<K>, key: &K) -> ApiResult<()> {
        limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            ApiError::new(ProblemCode::RateLimited).retry_after(wait.as_secs() + 1)
        })
    }
}

/// What counts as one place: an IPv4 address, or the 64 bits of an IPv6 address that a subscriber does not choose.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

/// The server's clock as the limiter wants it.
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
