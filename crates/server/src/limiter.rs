//! How often somebody may ask.

use std::net::IpAddr;
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

/// The limits on requests.
pub(crate) struct Limiter {
    credentials: Keyed<IpAddr>,
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
        self.check(&self.credentials, &from)
    }

    /// One more request of this session.
    pub(crate) fn request(&self, session: &str) -> ApiResult<()> {
        self.check(&self.requests, &session.to_owned())
    }

    /// Forgets whoever has not asked for a while.
    pub(crate) fn tidy(&self) {
        self.credentials.retain_recent();
        self.requests.retain_recent();
    }

    fn check<K: std::hash::Hash + Eq + Clone>(&self, limiter: &Keyed<K>, key: &K) -> ApiResult<()> {
        limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            ApiError::new(ProblemCode::RateLimited).retry_after(wait.as_secs() + 1)
        })
    }
}

/// The server's clock as the limiter wants it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let millis = u64::try_from(self.0.now().0).unwrap_or(0);
        Nanos::new(millis.saturating_mul(1_000_000))
    }
}
