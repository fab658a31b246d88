//! The state of mail: whether the mail server accepts mails, and when it is tried again if not.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use api_types::{MailTrouble, MailTroubleCause};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::refusals::{Refusal, Refusals, RefusedMail, Verdict};
use crate::platform::clock::Millis;

/// The longest pause for a mail server in trouble. One mail at a time tests it.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Wakes the mail worker, and holds its findings.
#[derive(Default)]
pub(crate) struct MailMonitor {
    work: Notify,
    state: Mutex<MailHealth>,
    refusals: Mutex<Refusals>,
}

/// The state of mail, since this server started or, where another one sends, as that one says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct MailHealth {
    /// When the mail server took a mail last.
    pub(crate) last_sent: Option<Millis>,
    /// What is wrong with the mail server at present.
    pub(crate) trouble: Option<Trouble>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Trouble {
    pub(crate) cause: MailTroubleCause,
    since: Millis,
    next_try: Millis,
    /// When it was met last and ends, on the clock that is never set back, which is a server's own: one that takes over
    /// tries at once.
    #[serde(skip)]
    met: Duration,
    #[serde(skip)]
    until: Duration,
    #[serde(skip)]
    tries: u32,
}

impl Trouble {
    pub(crate) fn shown(&self) -> MailTrouble {
        MailTrouble {
            cause: self.cause,
            since: self.since.timestamp(),
            next_try_at: self.next_try.timestamp(),
        }
    }
}

impl MailMonitor {
    /// Wakes the worker: there is something to send.
    pub(crate) fn wake(&self) {
        self.work.notify_one();
    }

    pub(crate) fn woken(&self) -> Notified<'_> {
        self.work.notified()
    }

    pub(crate) fn state(&self) -> MailHealth {
        self.lock().clone()
    }

    /// The state as JSON, for the servers that do not send.
    pub(crate) fn told(&self) -> String {
        // It has nothing that cannot be written.
        serde_json::to_string(&*self.lock()).unwrap_or_default()
    }

    /// Takes over the state that the server has told that sends.
    pub(crate) fn hear(&self, told: &str) {
        if let Ok(state) = serde_json::from_str(told) {
            *self.lock() = state;
        }
    }

    /// Tries the mail server again at once.
    pub(crate) fn retry(&self) {
        if let Some(trouble) = &mut self.lock().trouble {
            trouble.until = Duration::ZERO;
        }
        self.wake();
    }

    /// How long the mail server is not to be tried; `None` when it works.
    pub(crate) fn pause(&self, elapsed: Duration) -> Option<Duration> {
        self.lock().trouble.as_ref().map(|trouble| trouble.until.saturating_sub(elapsed))
    }

    /// The mail server answered about a mail, or accepted it. Returns whether it had been in trouble.
    pub(crate) fn well(&self, sent: bool, now: Millis) -> bool {
        let mut state = self.lock();
        if sent {
            state.last_sent = Some(now);
            self.refusals().end();
        }
        state.trouble.take().is_some()
    }

    /// When the mail server accepted a mail last, if nothing has been wrong with it since.
    pub(crate) fn last_success(&self) -> Option<Millis> {
        let is_well = self.state().trouble.is_none();
        self.lock().last_sent.filter(|_| is_well)
    }

    /// Whether the mail server has accepted a mail since then.
    pub(crate) fn has_sent_since(&self, then: Millis) -> bool {
        self.lock().last_sent.is_some_and(|sent| sent >= then)
    }

    /// The mail server refused a mail.
    pub(crate) fn refused(&self, refusal: Refusal, mail: RefusedMail<'_>) -> Verdict {
        self.refusals().add(refusal, mail)
    }

    /// The domains whose recipients the mail server refuses, while that is its trouble.
    pub(crate) fn refused_domains(&self) -> Vec<String> {
        self.refusals().domains()
    }

    /// An attempt that began at `began` failed because of the mail server. Simultaneous attempts count as one.
    pub(crate) fn ill(
        &self,
        cause: MailTroubleCause,
        (began, elapsed): (Duration, Duration),
        (base, share): (Duration, f64),
        now: Millis,
    ) -> Met {
        let mut state = self.lock();
        if let Some(trouble) = state.trouble.as_mut().filter(|trouble| began < trouble.met) {
            return Met { pause: trouble.until.saturating_sub(elapsed), is_new: false };
        }
        let before = state.trouble.take();
        let tries = before.as_ref().map_or(0, |trouble| trouble.tries) + 1;
        let pause = backoff(base, tries, share, LONGEST_PAUSE);
        let is_new = before.as_ref().is_none_or(|trouble| trouble.cause != cause);
        state.trouble = Some(Trouble {
            cause,
            since: before.map_or(now, |trouble| trouble.since),
            next_try: now.plus(pause),
            met: elapsed,
            until: elapsed + pause,
            tries,
        });
        Met { pause, is_new }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, MailHealth> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusals(&self) -> std::sync::MutexGuard<'_, Refusals> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Full jitter: anything up to the base doubled with each attempt. `share` is between 0 and 1.
pub(crate) fn backoff(base: Duration, attempt: u32, share: f64, longest: Duration) -> Duration {
    let doubled = base.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    doubled.min(longest).mul_f64(share.clamp(0.0, 1.0))
}

/// What trouble means for the mail that met it.
pub(crate) struct Met {
    pub(crate) pause: Duration,
    /// Whether there was none before, or one of another cause.
    pub(crate) is_new: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NOW: Millis = Millis(1_000_000);

    fn meet(post: &MailMonitor, began: Duration, elapsed: Duration) -> Met {
        post.ill(MailTroubleCause::Silent, (began, elapsed), (SECOND, 1.0), NOW)
    }

    #[test]
    fn r19_mails_that_meet_trouble_together_lengthen_the_pause_once() {
        let post = MailMonitor::default();
        assert!(meet(&post, SECOND, SECOND * 5).is_new);
        assert!(!meet(&post, SECOND * 2, SECOND * 5).is_new);
        assert_eq!(post.pause(SECOND * 5), Some(SECOND));
        meet(&post, SECOND * 6, SECOND * 7);
        assert_eq!(post.pause(SECOND * 7), Some(SECOND * 2), "the next attempt failed, too");
    }

    #[test]
    fn r19_trouble_of_another_cause_is_news() {
        let post = MailMonitor::default();
        assert!(meet(&post, SECOND, SECOND).is_new);
        assert!(!meet(&post, SECOND * 2, SECOND * 2).is_new);
        let at = (SECOND * 3, SECOND * 3);
        assert!(post.ill(MailTroubleCause::Unreachable, at, (SECOND, 1.0), NOW).is_new);
        assert!(meet(&post, SECOND * 4, SECOND * 4).is_new);
    }

    #[test]
    fn r19_a_mail_server_in_trouble_is_asked_again_and_again() {
        let post = MailMonitor::default();
        for attempt in 1..50 {
            meet(&post, SECOND * attempt, SECOND * attempt);
        }
        assert_eq!(post.pause(SECOND * 49), Some(LONGEST_PAUSE));
        post.retry();
        assert_eq!(post.pause(SECOND * 49), Some(Duration::ZERO), "whoever knows better need not wait");
        assert!(post.well(true, NOW) && !post.well(true, NOW));
        assert_eq!(post.pause(SECOND * 49), None);
        assert_eq!(post.state().last_sent, Some(NOW));
    }
}
