//! Known browsers: those from which a person has signed in before. Their failed sign-ins are counted apart from all
//! others, so that strangers cannot lock a person out.
//!
//! A browser is known by a cookie that no script reads: a number, authenticated together with the person's address,
//! which the cookie does not reveal. One browser may be known for several people, and stays known after signing out.

use axum::http::{HeaderMap, HeaderValue};

use crate::platform::cookie::DeviceCookie;
use crate::platform::token::{Claim, Purpose};
use crate::services::known_browsers;
use crate::state::App;

/// For how many people a browser is known.
const PEOPLE: usize = 4;
const BETWEEN: char = '.';

/// The number of the browser, if the person with that address has signed in from it before.
pub(crate) fn of(app: &App, head: &HeaderMap, email_key: &str) -> Option<String> {
    tokens(app, head).find_map(|token| known_browsers::number(app, token, email_key))
}

/// The cookie that makes the browser known to be this person's too, beside those of the tokens in `known_by`.
pub(crate) fn remember<'a>(
    app: &App,
    known_by: impl Iterator<Item = &'a str>,
    email_key: &str,
) -> HeaderValue {
    let claim = Claim { id: known_browsers::new_number(app.now()), generation: 0 };
    let mut all = vec![app.tokens.mint_for(Purpose::Device, claim, email_key)];
    let others = known_by.filter(|token| app.tokens.verify_for(Purpose::Device, token, email_key).is_none());
    all.extend(others.take(PEOPLE - 1).map(str::to_owned));
    DeviceCookie::of(app.cookie).set(&all.join(&BETWEEN.to_string()), known_browsers::LIFETIME)
}

/// What looks like tokens in the cookie.
pub(crate) fn tokens<'a>(app: &App, head: &'a HeaderMap) -> impl Iterator<Item = &'a str> + use<'a> {
    let is_token = |token: &&str| {
        token.len() <= 100 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let all = DeviceCookie::of(app.cookie).read(head).unwrap_or_default();
    all.split(BETWEEN).filter(|token| !token.is_empty()).filter(is_token)
}
