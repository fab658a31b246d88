//! Known browsers: those from which a person has signed in before. Their failed sign-ins are counted apart from all
//! others, so that strangers cannot lock a person out.
//!
//! A browser is known by a cookie that no script reads: a number, authenticated together with the person's address,
//! which the cookie does not reveal. One browser may be known for several people, and stays known after signing out.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use uuid::Uuid;

use crate::platform::clock::Millis;
use crate::platform::cookie::DeviceCookie;
use crate::platform::token::{Claim, Purpose};
use crate::state::App;

/// How long a browser stays known.
pub(crate) const LIFETIME: Duration = Duration::from_secs(180 * 24 * 3600);
/// For how many people a browser is known.
const PEOPLE: usize = 4;
const BETWEEN: char = '.';

/// The number of the browser, if the person with that address has signed in from it before.
pub(crate) fn of(app: &App, head: &HeaderMap, email_key: &str) -> Option<String> {
    tokens(app, head).find_map(|token| {
        let claim = app.tokens.verify_for(Purpose::Device, token, email_key)?;
        let is_over = made_at(claim.id)?.plus(LIFETIME).is_over(LIFETIME, app.now());
        (!is_over).then(|| claim.id.to_string())
    })
}

/// The cookie that makes the browser known to be this person's too.
pub(crate) fn remember(app: &App, head: &HeaderMap, email_key: &str) -> HeaderValue {
    let claim = Claim { id: number(app.now()), generation: 0 };
    let mut all = vec![app.tokens.mint_for(Purpose::Device, claim, email_key)];
    let others =
        tokens(app, head).filter(|token| app.tokens.verify_for(Purpose::Device, token, email_key).is_none());
    all.extend(others.take(PEOPLE - 1).map(str::to_owned));
    DeviceCookie::of(app.cookie).set(&all.join(&BETWEEN.to_string()), LIFETIME)
}

/// What looks like tokens in the cookie.
fn tokens<'a>(app: &App, head: &'a HeaderMap) -> impl Iterator<Item = &'a str> + use<'a> {
    let is_token = |token: &&str| {
        token.len() <= 100 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let all = DeviceCookie::of(app.cookie).read(head).unwrap_or_default();
    all.split(BETWEEN).filter(|token| !token.is_empty()).filter(is_token)
}

/// A number that contains its time of creation.
fn number(now: Millis) -> Uuid {
    let millis = u64::try_from(now.0).unwrap_or_default();
    let (seconds, rest) = (millis / 1000, millis % 1000);
    let nanos = u32::try_from(rest * 1_000_000).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
}

fn made_at(number: Uuid) -> Option<Millis> {
    let (seconds, nanos) = number.get_timestamp()?.to_unix();
    let seconds = i64::try_from(seconds).ok()?;
    Some(Millis(seconds * 1000 + i64::from(nanos / 1_000_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_browser_tells_its_age() {
        let now = Millis(1_795_000_000_123);
        let number = number(now);
        assert_eq!(made_at(number), Some(now));
        assert_ne!(super::number(now), number);
    }
}
