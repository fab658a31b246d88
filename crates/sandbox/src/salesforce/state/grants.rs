//! Codes and tokens: their owners and validity.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{Clock, millis};
use crate::salesforce::host::Host;
use crate::salesforce::oauth_error::OAuthError;
use crate::salesforce::secret::{Hashed, random_word};
use crate::salesforce::user::{Sentinel, User};

const CODE_LIFE: Duration = Duration::from_secs(15 * 60);
/// How long an expired code is still recognised.
const CODE_MEMORY: Duration = Duration::from_secs(24 * 60 * 60);
/// The default session time-out of an org.
const ACCESS_LIFE: Duration = Duration::from_secs(2 * 60 * 60);
/// How many replaced refresh tokens a grant remembers.
const RETIRED_MAX: usize = 100;

/// The content of an authorisation.
#[derive(Clone, Debug)]
pub(in crate::salesforce) struct Authorized {
    pub(in crate::salesforce) user: User,
    /// The host of the authorisation.
    pub(in crate::salesforce) host: Host,
    pub(in crate::salesforce) redirect_uri: String,
    pub(in crate::salesforce) challenge: Hashed,
    pub(in crate::salesforce) scopes: Vec<String>,
}

#[derive(Debug)]
struct Code {
    authorized: Authorized,
    expires_at: i64,
    worth: Worth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worth {
    Fresh,
    /// It was used before, without success.
    Nothing,
    /// It was redeemed for the grant with that number.
    Gave(u64),
}

/// The codes, by their hash. They are not stored.
#[derive(Debug, Default)]
pub(in crate::salesforce) struct Codes(HashMap<Hashed, Code>);

impl Codes {
    /// Issues a code for the app.
    pub(in crate::salesforce) fn issue(&mut self, authorized: Authorized, clock: &Clock) -> String {
        let (now, memory) = (clock.now(), clock.span(CODE_MEMORY));
        self.0.retain(|_, code| code.expires_at + memory > now);
        let life = match authorized.user.sentinel() {
            Sentinel::ExpiredCode => 0,
            // A browser brings it, which is no faster where the services are.
            _ => millis(CODE_LIFE),
        };
        let word = random_word("aPrx");
        let expires_at = now + life;
        self.0.insert(Hashed::of(&word), Code { authorized, expires_at, worth: Worth::Fresh });
        word
    }
}

/// The response of the token endpoint.
#[derive(Clone, Debug)]
pub(in crate::salesforce) struct Tokens {
    pub(in crate::salesforce) access: String,
    pub(in crate::salesforce) refresh: Option<String>,
    pub(in crate::salesforce) user: User,
    pub(in crate::salesforce) host: Host,
    pub(in crate::salesforce) scopes: Vec<String>,
}

/// Why no tokens were issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::salesforce) enum Refused {
    /// A used code or token was used again. The grant of a code is revoked.
    Replayed(OAuthError),
    Other(OAuthError),
}

impl From<OAuthError> for Refused {
    fn from(error: OAuthError) -> Self {
        Self::Other(error)
    }
}

/// The app's access to one user's data. Tokens are stored as hashes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::salesforce) struct Grant {
    id: u64,
    pub(in crate::salesforce) user: User,
    pub(in crate::salesforce) host: Host,
    pub(in crate::salesforce) scopes: Vec<String>,
    refresh: Option<Hashed>,
    /// Refresh tokens that a newer one replaced, the oldest first.
    retired: Vec<Hashed>,
    access: Vec<Access>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Access {
    token: Hashed,
    expires_at: i64,
}

impl Grant {
    fn access_token(&mut self, clock: &Clock) -> String {
        let now = clock.now();
        self.access.retain(|access| access.expires_at > now);
        let org = self.user.org.id();
        let word = random_word(&format!("{}!AQ", &org[..15]));
        self.access.push(Access { token: Hashed::of(&word), expires_at: now + clock.span(ACCESS_LIFE) });
        word
    }

    fn refresh_token(&mut self) -> String {
        let word = random_word("5Aep861");
        if let Some(before) = self.refresh.replace(Hashed::of(&word)) {
            self.retired.push(before);
            if self.retired.len() > RETIRED_MAX {
                self.retired.remove(0);
            }
        }
        word
    }

    fn tokens(&mut self, refresh: bool, clock: &Clock) -> Tokens {
        Tokens {
            access: self.access_token(clock),
            refresh: refresh.then(|| self.refresh_token()),
            user: self.user.clone(),
            host: self.host,
            scopes: self.scopes.clone(),
        }
    }
}

/// The grants that are not revoked.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::salesforce) struct Grants {
    grants: Vec<Grant>,
    last_id: u64,
}

impl Grants {
    /// Issues tokens for a code, once.
    pub(in crate::salesforce) fn redeem(
        &mut self,
        codes: &mut Codes,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        clock: &Clock,
    ) -> Result<Tokens, Refused> {
        let Some(code) = codes.0.get_mut(&Hashed::of(code)) else {
            return Err(OAuthError::InvalidCode.into());
        };
        match std::mem::replace(&mut code.worth, Worth::Nothing) {
            Worth::Fresh => {}
            Worth::Nothing => return Err(Refused::Replayed(OAuthError::InvalidCode)),
            Worth::Gave(id) => {
                self.grants.retain(|grant| grant.id != id);
                return Err(Refused::Replayed(OAuthError::InvalidCode));
            }
        }
        let authorized = &code.authorized;
        if code.expires_at <= clock.now() {
            return Err(OAuthError::ExpiredCode.into());
        }
        if authorized.redirect_uri != redirect_uri {
            return Err(OAuthError::RedirectUriMismatch.into());
        }
        if !well_formed(verifier) || Hashed::of(verifier) != authorized.challenge {
            return Err(OAuthError::InvalidVerifier.into());
        }
        match authorized.user.sentinel() {
            Sentinel::IpRestricted => return Err(OAuthError::IpRestricted.into()),
            Sentinel::AppNotFound => return Err(OAuthError::AppNotFound.into()),
            Sentinel::AppAccess => return Err(OAuthError::AppAccess.into()),
            Sentinel::InactiveUser => return Err(OAuthError::InactiveUser.into()),
            Sentinel::InactiveOrg => return Err(OAuthError::InactiveOrg.into()),
            _ => {}
        }
        self.last_id += 1;
        code.worth = Worth::Gave(self.last_id);
        let mut grant = Grant {
            id: self.last_id,
            user: authorized.user.clone(),
            host: authorized.host,
            scopes: authorized.scopes.clone(),
            refresh: None,
            retired: Vec::new(),
            access: Vec::new(),
        };
        let lasting = grant.scopes.iter().any(|scope| scope == "refresh_token" || scope == "offline_access");
        let tokens = grant.tokens(lasting, clock);
        self.grants.push(grant);
        Ok(tokens)
    }

    /// Issues a new access token and a new refresh token; the old refresh token is invalid from then on.
    pub(in crate::salesforce) fn refresh(&mut self, token: &str, clock: &Clock) -> Result<Tokens, Refused> {
        let hashed = Hashed::of(token);
        if let Some(grant) = self.grants.iter_mut().find(|grant| grant.refresh.as_ref() == Some(&hashed)) {
            return Ok(grant.tokens(true, clock));
        }
        if self.grants.iter().any(|grant| grant.retired.contains(&hashed)) {
            return Err(Refused::Replayed(OAuthError::ExpiredToken));
        }
        Err(OAuthError::ExpiredToken.into())
    }

    /// The grant of an access token, while it is valid.
    pub(in crate::salesforce) fn by_access(&self, token: &str, now: i64) -> Option<&Grant> {
        let hashed = Hashed::of(token);
        let lasts = |access: &Access| access.token == hashed && access.expires_at > now;
        self.grants.iter().find(|grant| grant.access.iter().any(lasts))
    }

    /// Revokes an access token alone, or a refresh token with its grant. Returns the user whose grant was revoked.
    pub(in crate::salesforce) fn revoke(&mut self, token: &str) -> Result<Option<User>, OAuthError> {
        let hashed = Hashed::of(token);
        if let Some(at) = self.grants.iter().position(|grant| grant.refresh.as_ref() == Some(&hashed)) {
            return Ok(Some(self.grants.remove(at).user));
        }
        for grant in &mut self.grants {
            if let Some(at) = grant.access.iter().position(|access| access.token == hashed) {
                grant.access.remove(at);
                return Ok(None);
            }
        }
        Err(OAuthError::InvalidToken)
    }

    /// Revokes the grants for which `of` is true.
    pub(in crate::salesforce) fn revoke_where(&mut self, of: impl Fn(&Grant) -> bool) {
        self.grants.retain(|grant| !of(grant));
    }

    /// Ends every access token; refresh tokens stay.
    pub(in crate::salesforce) fn expire_access_tokens(&mut self) {
        for grant in &mut self.grants {
            grant.access.clear();
        }
    }

    pub(in crate::salesforce) fn iter(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter()
    }
}

/// 43 to 171 letters, digits and `-._~`: by RFC 7636 they are at most 128, and by Salesforce 128 bytes in base64url.
fn well_formed(verifier: &str) -> bool {
    (43..=171).contains(&verifier.len())
        && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "http://127.0.0.1/callback";
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    struct Given {
        codes: Codes,
        grants: Grants,
        code: String,
        clock: Clock,
    }

    fn given(name: &str, scopes: &[&str]) -> Given {
        let (mut codes, clock) = (Codes::default(), Clock::standing(0, 1));
        let authorized = Authorized {
            user: User::at(Host::Login, name).unwrap(),
            host: Host::Login,
            redirect_uri: URI.to_owned(),
            challenge: Hashed::of(VERIFIER),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        };
        let code = codes.issue(authorized, &clock);
        Given { codes, grants: Grants::default(), code, clock }
    }

    impl Given {
        fn redeem(&mut self, uri: &str, verifier: &str) -> Result<Tokens, Refused> {
            self.grants.redeem(&mut self.codes, &self.code, uri, verifier, &self.clock)
        }

        fn refresh(&mut self, token: &str) -> Result<Tokens, Refused> {
            self.grants.refresh(token, &self.clock)
        }

        fn opens(&self, token: &str) -> bool {
            self.grants.by_access(token, self.clock.now()).is_some()
        }
    }

    const ALL: &[&str] = &["api", "refresh_token"];

    #[test]
    fn a4_a_code_gives_tokens_once_and_its_replay_takes_them_back() {
        let mut given = given("ana@example.com", ALL);
        let tokens = given.redeem(URI, VERIFIER).unwrap();
        assert!(given.opens(&tokens.access));
        assert_eq!(given.redeem(URI, VERIFIER).unwrap_err(), Refused::Replayed(OAuthError::InvalidCode));
        assert!(!given.opens(&tokens.access));
        assert!(given.refresh(&tokens.refresh.unwrap()).is_err());
    }

    #[test]
    fn a4_a_code_is_bound_to_the_verifier_the_address_and_15_minutes() {
        let almost = CODE_LIFE - Duration::from_millis(1);
        let ana = || given("ana@example.com", ALL);
        let mut in_time = ana();
        in_time.clock.advance(almost);
        assert!(in_time.redeem(URI, VERIFIER).is_ok());
        for (uri, verifier, after, error) in [
            (URI, VERIFIER, CODE_LIFE, OAuthError::ExpiredCode),
            ("http://127.0.0.1/callback/", VERIFIER, almost, OAuthError::RedirectUriMismatch),
            (URI, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", almost, OAuthError::InvalidVerifier),
            (URI, "short", almost, OAuthError::InvalidVerifier),
        ] {
            let mut given = ana();
            given.clock.advance(after);
            assert_eq!(given.redeem(uri, verifier).unwrap_err(), Refused::Other(error));
            assert!(given.redeem(URI, VERIFIER).is_err(), "a code is good for one try");
        }
    }

    #[test]
    fn sentinels_are_refused_when_the_code_is_redeemed() {
        for (name, error) in [
            ("expiredcode@example.com", OAuthError::ExpiredCode),
            ("ip@example.com", OAuthError::IpRestricted),
            ("inactive@example.com", OAuthError::InactiveUser),
            ("inactiveorg@example.com", OAuthError::InactiveOrg),
        ] {
            assert_eq!(given(name, ALL).redeem(URI, VERIFIER).unwrap_err(), Refused::Other(error));
        }
    }

    #[test]
    fn a_refresh_replaces_the_refresh_token_and_tells_a_replay_from_a_stranger() {
        let mut given = given("ana@example.com", ALL);
        let first = given.redeem(URI, VERIFIER).unwrap();
        let first_refresh = first.refresh.unwrap();
        given.clock.advance(ACCESS_LIFE);
        assert!(!given.opens(&first.access));
        let second = given.refresh(&first_refresh).unwrap();
        assert_ne!(second.refresh.as_deref(), Some(first_refresh.as_str()));
        assert!(given.opens(&second.access));
        assert_eq!(given.refresh(&first_refresh).unwrap_err(), Refused::Replayed(OAuthError::ExpiredToken));
        assert_eq!(given.refresh("5Aep861x").unwrap_err(), Refused::Other(OAuthError::ExpiredToken));
        assert!(given.refresh(&second.refresh.unwrap()).is_ok(), "a replay spoils nothing else");
    }

    #[test]
    fn without_its_scope_there_is_no_refresh_token() {
        assert!(given("ana@example.com", &["api"]).redeem(URI, VERIFIER).unwrap().refresh.is_none());
    }

    #[test]
    fn revoking_a_refresh_token_takes_all_and_an_access_token_itself() {
        let mut given = given("ana@example.com", ALL);
        let first = given.redeem(URI, VERIFIER).unwrap();
        let second = given.refresh(&first.refresh.unwrap()).unwrap();
        assert_eq!(given.grants.revoke(&first.access), Ok(None));
        assert!(!given.opens(&first.access) && given.opens(&second.access));
        assert_eq!(given.grants.revoke(&second.refresh.unwrap()).unwrap().unwrap().name, "ana@example.com");
        assert!(!given.opens(&second.access));
        assert_eq!(given.grants.revoke("x"), Err(OAuthError::InvalidToken));
    }
}
