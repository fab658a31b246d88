//! The test mail: sent, and followed until the mail server has taken or refused it.

use api_types::{DeliveryStatus, MailDraft, RowCode, TestMail};
use leptos::prelude::*;

use super::super::labels;
use crate::api::{Failure, Pace, mails};
use crate::data::Latest;
use crate::platform::{dom, spawn, timers};
use crate::t;
use crate::ui::{Failed, IconName, Note, Tone, announce};

#[derive(Clone, PartialEq)]
enum State {
    Idle,
    /// The backend is being asked to send it.
    Asked,
    Known(TestMail),
    Failed(Failure),
}

/// The test mail that was sent last.
#[derive(Clone, Copy)]
pub(super) struct Test {
    state: RwSignal<State>,
    latest: Latest,
}

impl Test {
    pub(super) fn new() -> Self {
        Self { state: RwSignal::new(State::Idle), latest: Latest::new() }
    }

    pub(super) fn is_asked(self) -> Signal<bool> {
        Signal::derive(move || self.state.with(|state| *state == State::Asked))
    }

    pub(super) fn send(self, draft: MailDraft) {
        self.state.set(State::Asked);
        spawn(self.follow(draft));
    }

    /// Asks for what has become of it, until that is final, another is sent, or the screen is gone.
    async fn follow(self, draft: MailDraft) {
        let Some(turn) = self.latest.begin() else { return };
        let mut known = mails::test(&draft).await;
        let mut pace = Pace::default();
        loop {
            if !turn.counts() {
                return;
            }
            let mail = match known {
                Ok(mail) => mail,
                Err(failure) => {
                    self.state.try_set(State::Failed(failure));
                    return;
                }
            };
            let is_news = self.state.try_with_untracked(|state| match state {
                State::Known(before) => words(before) != words(&mail),
                _ => true,
            });
            if is_news == Some(true) {
                announce(words(&mail).1);
                self.state.try_set(State::Known(mail.clone()));
            }
            if !mail.is_under_way() {
                return;
            }
            timers::sleep(pace.wait_ms()).await;
            pace = pace.after(is_news == Some(true));
            known = if dom::document().hidden() {
                Ok(mail)
            } else {
                match mails::find_test(&mail.id).await {
                    // What is known stays until it can be asked for again.
                    Err(failure) if failure.is_transient() => Ok(mail),
                    answer => answer,
                }
            };
        }
    }
}

/// What has become of the mail.
fn words(mail: &TestMail) -> (Tone, String) {
    let address = mail.email.as_str();
    match (mail.delivery, &mail.mail_trouble, mail.code) {
        (DeliveryStatus::Sent, _, _) => (Tone::Success, t!("mail_options.test_taken", address = address)),
        (DeliveryStatus::Queued | DeliveryStatus::Sending, Some(trouble), _) => {
            let reason = labels::mail_trouble(trouble.cause);
            (Tone::Warning, t!("mail_options.test_waits", address = address, reason = reason))
        }
        (DeliveryStatus::Queued, None, _) if mail.attempts > 0 => {
            (Tone::Warning, t!("mail_options.test_deferred", address = address))
        }
        (DeliveryStatus::Queued | DeliveryStatus::Sending, None, _) => {
            (Tone::Quiet, t!("mail_options.test_sent", address = address))
        }
        (DeliveryStatus::Unknown, _, _) => (Tone::Warning, labels::row_code(RowCode::MailInterrupted)),
        (_, _, Some(RowCode::MailRefused)) => {
            (Tone::Failure, t!("mail_options.test_refused", address = address))
        }
        (_, _, code) => {
            let reason = labels::row_code(code.unwrap_or(RowCode::Other));
            (Tone::Failure, t!("mail_options.test_failed", address = address, reason = reason))
        }
    }
}

const fn icon(tone: Tone) -> IconName {
    match tone {
        Tone::Success => IconName::Check,
        Tone::Warning | Tone::Failure => IconName::Alert,
        Tone::Busy | Tone::Quiet => IconName::Mail,
    }
}

#[component]
pub(super) fn TestOutcome(test: Test) -> impl IntoView {
    move || match test.state.get() {
        State::Idle | State::Asked => ().into_any(),
        State::Known(mail) => {
            let (tone, text) = words(&mail);
            view! { <Note tone icon=icon(tone)>{text}</Note> }.into_any()
        }
        State::Failed(failure) => {
            view! { <Failed message=failure.message() request_id=failure.request_id.clone() /> }.into_any()
        }
    }
}
