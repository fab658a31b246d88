//! The clients, and access tokens for their credentials.

use std::collections::BTreeMap;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::answer::MarketoError;
use crate::clock::Clock;

/// May read users, and nothing else.
pub const PLATFORM_CLIENT_ID: &str = "5e0b1a57-7a3d-4c1e-9d2b-a11ce0000001";
/// Belongs to [`PLATFORM_CLIENT_ID`].
pub const PLATFORM_CLIENT_SECRET: &str = "sandboxPlatform0Qm3zV7uT1xK9sR4b";
/// May read people and their activities, and nothing else. The account's Integration Information.
pub const INTEGRATION_CLIENT_ID: &str = "5e0b1a57-7a3d-4c1e-9d2b-b0b0e0000002";
/// Belongs to [`INTEGRATION_CLIENT_ID`].
pub const INTEGRATION_CLIENT_SECRET: &str = "sandboxIntegr8nWd5yH2pL6eC0nF7jX";
/// May look people up and export them, but not read their activities; any secret is accepted.
pub const READ_ONLY_LEAD_CLIENT_ID: &str = "read-only-lead";
/// Has no permission; any secret is accepted.
pub const NO_PERMISSION_CLIENT_ID: &str = "no-permission";

const LIFE: Duration = Duration::from_secs(3600);

/// The owner of a token, which decides on its permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// May read users.
    Platform,
    /// May read people and their activities.
    Integration,
    /// May read people.
    ReadOnlyLead,
    /// Has no permission.
    NoPermission,
}

/// The permission that an endpoint requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permission {
    /// None in particular.
    Any,
    Users,
    /// *Read-Only Lead*.
    Leads,
    /// *Read-Only Activity*.
    Activities,
}

impl Client {
    pub(super) fn authenticate(id: &str, secret: &str) -> Option<Self> {
        match (id, secret) {
            (PLATFORM_CLIENT_ID, PLATFORM_CLIENT_SECRET) => Some(Self::Platform),
            (INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET) => Some(Self::Integration),
            (READ_ONLY_LEAD_CLIENT_ID, _) => Some(Self::ReadOnlyLead),
            (NO_PERMISSION_CLIENT_ID, _) => Some(Self::NoPermission),
            _ => None,
        }
    }

    /// The API user that the client acts as.
    pub(super) fn user(self) -> &'static str {
        match self {
            Self::Platform => "sales-platform@northwind.example",
            Self::Integration => "sales-integration@northwind.example",
            Self::ReadOnlyLead => "read-only-lead@northwind.example",
            Self::NoPermission => "nobody@northwind.example",
        }
    }

    pub(super) fn may(self, permission: Permission) -> bool {
        matches!(
            (self, permission),
            (_, Permission::Any)
                | (Self::Platform, Permission::Users)
                | (Self::Integration, Permission::Leads | Permission::Activities)
                | (Self::ReadOnlyLead, Permission::Leads)
        )
    }
}

/// The tokens that an instance issued.
#[derive(Debug, Default)]
pub(super) struct Tokens(BTreeMap<String, Token>);

#[derive(Clone, Copy, Debug)]
struct Token {
    client: Client,
    expires_at: i64,
}

impl Tokens {
    /// The client's token with the milliseconds it has left, and whether it is new.
    pub(super) fn issue(&mut self, client: Client, clock: &Clock) -> (String, i64, bool) {
        let now = clock.now();
        let valid = |token: &Token| token.client == client && token.expires_at > now;
        if let Some((value, token)) = self.0.iter().find(|(_, token)| valid(token)) {
            return (value.clone(), token.expires_at - now, false);
        }
        let seed = Sha256::digest(format!("{client:?} {now} {}", self.0.len()));
        let hex: String = seed.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let value =
            format!("{}-{}-{}-{}-{}:ab", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        let life = clock.span(LIFE);
        self.0.insert(value.clone(), Token { client, expires_at: now + life });
        (value, life, true)
    }

    /// The owner of a token.
    pub(super) fn check(&self, value: &str, clock: &Clock) -> Result<Client, MarketoError> {
        let token = self.0.get(value).ok_or_else(|| MarketoError::new(601))?;
        if token.expires_at <= clock.now() { Err(MarketoError::new(602)) } else { Ok(token.client) }
    }

    /// Expires every token.
    pub(super) fn expire(&mut self) {
        for token in self.0.values_mut() {
            token.expires_at = i64::MIN;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_same_until_it_expires() {
        let clock = Clock::standing(1_700_000_000_000, 10);
        let mut tokens = Tokens::default();
        let (first, left, _) = tokens.issue(Client::Platform, &clock);
        assert_eq!(left, 360_000);
        clock.advance(Duration::from_secs(359));
        assert_eq!(tokens.issue(Client::Platform, &clock), (first.clone(), 1_000, false));
        assert_ne!(tokens.issue(Client::Integration, &clock).0, first);
        clock.advance(Duration::from_secs(1));
        assert_eq!(tokens.check(&first, &clock).unwrap_err().code, 602);
        assert_eq!(tokens.check("other", &clock).unwrap_err().code, 601);
        let (second, ..) = tokens.issue(Client::Platform, &clock);
        assert_eq!(tokens.check(&second, &clock), Ok(Client::Platform));
        tokens.expire();
        assert_eq!(tokens.check(&second, &clock).unwrap_err().code, 602);
    }
}
