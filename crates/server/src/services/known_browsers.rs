//! The browsers from which a person has signed in before, by their numbers: each is in a token for the address of the person.

use std::time::Duration;

use uuid::Uuid;

use crate::platform::clock::Millis;
use crate::platform::token::Purpose;
use crate::state::App;

/// How long a browser stays known.
pub(crate) const LIFETIME: Duration = Duration::from_secs(180 * 24 * 3600);

/// The number of the browser that has this token, if it is one of the person with that address.
pub(crate) fn number(app: &App, token: &str, email_key: &str) -> Option<String> {
    let claim = app.tokens.verify_for(Purpose::Device, token, email_key)?;
    let is_over = made_at(claim.id)?.plus(LIFETIME).is_over(LIFETIME, app.now());
    (!is_over).then(|| claim.id.to_string())
}

/// A number that contains its time of creation.
pub(crate) fn new_number(now: Millis) -> Uuid {
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
        let number = new_number(now);
        assert_eq!(made_at(number), Some(now));
        assert_ne!(new_number(now), number);
    }
}
