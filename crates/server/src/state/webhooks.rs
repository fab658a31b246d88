//! What is needed to send messages to endpoints of webhooks.

use tokio::sync::Notify;

use crate::platform::destinations::{Allowed, Destinations};
use crate::platform::outbound;

pub(crate) struct Webhooks {
    pub(crate) http: reqwest::Client,
    pub(crate) destinations: Destinations,
    /// Wakes the job that sends them.
    pub(crate) woken: Notify,
}

impl Webhooks {
    pub(crate) fn new(allowed: &[Allowed]) -> reqwest::Result<Self> {
        let destinations = Destinations::new(allowed);
        Ok(Self { http: outbound::guarded(&destinations)?, destinations, woken: Notify::new() })
    }
}
