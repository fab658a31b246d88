//! The owner of what this browser keeps, and for how long it is kept.

use api_types::{UserId, limits};
use serde::{Deserialize, Serialize};

use crate::domain::session;

/// As long as the server keeps the answers to idempotency keys: what is sent again later would act twice.
const KEPT_FOR_MS: u64 = limits::IDEMPOTENCY_DAYS as u64 * 24 * 60 * 60 * 1_000;

/// The owner of something kept: a person of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) account: String,
    pub(crate) user: UserId,
}

impl Person {
    /// The signed-in user, also while the session waits to be renewed; reactive.
    pub(crate) fn signed_in() -> Option<Self> {
        let session = session::current()?;
        Some(Self { account: session.account.name, user: session.user.id })
    }
}

/// Whether something of that age has expired.
pub(crate) fn is_stale(since: u64, now: u64) -> bool {
    now.saturating_sub(since) > KEPT_FOR_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a18_what_is_kept_is_kept_for_seven_days() {
        let week = 7 * 24 * 60 * 60 * 1_000;
        assert!(!is_stale(1_000, 1_000 + week));
        assert!(is_stale(1_000, 1_000 + week + 1));
        assert!(!is_stale(1_000, 0), "a clock that was set back");
    }
}
