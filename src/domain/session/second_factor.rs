//! Whether the person of this tab has a second factor, and until when they need one.

use api_types::{SecondFactor, Session, Timestamp};
use leptos::prelude::untrack;

use super::state::{current, update};
use super::{factor_wait, tabs};
use crate::api::session::{self, Found};
use crate::platform::timers;

/// Whether nothing else can be done before there is a second factor; reactive.
pub(crate) fn is_factor_due() -> bool {
    factor_wait::is_on() || current().is_some_and(|session| is_due_in(&session))
}

/// As of the server's answer, as the clock of this machine may be wrong.
fn is_due_in(session: &Session) -> bool {
    let SecondFactor::NeededBy(at) = &session.second_factor else { return false };
    let idle_ms = i64::try_from(session.idle_seconds).unwrap_or(0).saturating_mul(1_000);
    let both = timers::until(&at.0).zip(timers::until(&session.idle_expires_at.0));
    both.is_some_and(|(due, ends)| due <= ends - idle_ms)
}

/// Until when the person is to add one; reactive. `None` where they need not.
pub(crate) fn factor_needed_by() -> Option<Timestamp> {
    match current()?.second_factor {
        SecondFactor::NeededBy(at) => Some(at),
        SecondFactor::Present | SecondFactor::Absent => None,
    }
}

/// Takes over that the person has added one; calls that wait for it go on, also those of the other tabs.
pub(crate) fn factor_added() {
    update(|session| session.second_factor = SecondFactor::Present);
    factor_wait::end(true);
    tabs::tell(tabs::FACTOR_ADDED);
}

/// Takes over that the person has added one in another tab, if the backend says so.
pub(super) async fn look_whether_added() {
    look_at_factor().await;
    if untrack(current).is_some_and(|session| session.second_factor == SecondFactor::Present) {
        factor_wait::end(true);
    }
}

/// Asks the backend what is needed now that a factor was removed, or that the account's rule was changed.
pub(crate) async fn look_at_factor() {
    if let Ok(Found::Somebody(found)) = session::look().await
        && current().is_some_and(|mine| mine.user.id == found.user.id)
    {
        // With its times, by which it is judged whether a factor is due.
        update(|session| *session = *found);
    }
}
