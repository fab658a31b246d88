//! The one error funnel: every failed call becomes a [`Failure`], and its text is made only here.

use api_types::{ConnectionFailure, Problem, ProblemCode};

use super::connection_failure;
use crate::i18n::{self, Message};
use crate::platform::files::Unread;
use crate::t;

/// Why a call to the backend failed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    /// The HTTP status, 0 where there was no response.
    pub(crate) status: u16,
    /// The request's id in the backend's log.
    pub(crate) request_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FailureKind {
    /// The browser has no network.
    Offline,
    /// No answer: the backend is down, or an intermediary refuses.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The answer violates the contract: truncated JSON, other types.
    Garbled,
    /// A web page in place of an answer.
    Page,
    /// The configured address, this one, leads to no API.
    NoApi(String),
    /// The user is not signed in, and declined to sign in.
    SignedOut,
    /// It was given up before it could be sent: see `Call::unless`.
    GivenUp,
    /// It was not sent, as it does not fit what it is about as that is by now. Says why, in the user's language.
    Unfit(String),
    /// The backend described the problem.
    Problem(Box<Problem>),
}

impl From<Failure> for Message {
    fn from(failure: Failure) -> Self {
        failure.message()
    }
}

impl From<Unread> for Failure {
    fn from(unread: Unread) -> Self {
        let (kind, status) = match unread {
            Unread::Offline => (FailureKind::Offline, 0),
            Unread::TimedOut => (FailureKind::TimedOut, 0),
            Unread::Refused(status) => (FailureKind::Unreachable, status),
            Unread::BrokenOff(status) => (FailureKind::Garbled, status),
        };
        Self { kind, status, request_id: None }
    }
}

impl Failure {
    pub(crate) fn without_response(kind: FailureKind) -> Self {
        Self { kind, status: 0, request_id: None }
    }

    /// The backend's stable problem code, if there is one.
    pub(crate) fn code(&self) -> Option<ProblemCode> {
        match &self.kind {
            FailureKind::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// Whether the call has no session any more, or has no valid token for it. A passkey that was refused as a proof ends none.
    pub(crate) fn ends_session(&self) -> bool {
        self.status == 401 && self.code() != Some(ProblemCode::PasskeyRefused)
    }

    /// The submitted field that the backend rejects.
    pub(crate) fn field(&self) -> Option<&str> {
        match &self.kind {
            FailureKind::Problem(problem) => problem.field.as_deref(),
            _ => None,
        }
    }

    /// Seconds that the backend asks to wait.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match &self.kind {
            FailureKind::Problem(problem) => problem.retry_after,
            _ => None,
        }
    }

    /// Whether the same call may succeed later without any change.
    pub(crate) fn is_transient(&self) -> bool {
        self.is_out_of_reach()
            || !self.is_mail_limit() && matches!(self.status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
    }

    /// Whether there were too many emails: for hours, so that nobody waits for it.
    fn is_mail_limit(&self) -> bool {
        self.code() == Some(ProblemCode::MailLimit)
    }

    /// Whether the server was not reached. A proxy answers like this while the server behind it is down; the server itself
    /// would send a problem code.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        match self.kind {
            FailureKind::Offline | FailureKind::Unreachable | FailureKind::TimedOut => true,
            _ => matches!(self.status, 502..=504) && self.code().is_none(),
        }
    }

    /// What happened and what to do, in the user's language.
    pub(crate) fn message(&self) -> Message {
        let text = match &self.kind {
            FailureKind::Unfit(why) => why.clone(),
            FailureKind::Offline => t!("failure.offline"),
            FailureKind::Unreachable => t!("failure.unreachable"),
            FailureKind::TimedOut => t!("failure.timed_out"),
            FailureKind::Garbled | FailureKind::Page => t!("failure.garbled"),
            FailureKind::NoApi(url) => t!("config.base_url", url = url.clone()),
            FailureKind::SignedOut | FailureKind::GivenUp => t!("failure.signed_out"),
            FailureKind::Problem(problem) => Self::problem_message(problem, self.status),
        };
        let message = Message::from(text);
        match self.status {
            429 if !self.is_mail_limit() => message.again_in(self.retry_after().unwrap_or(60)),
            _ => message,
        }
    }

    /// Like [`Failure::message`]; if a service behind the backend has failed, its own error with what to do about it.
    pub(crate) fn explain(&self) -> Message {
        match self.behind() {
            Some(reason) => {
                i18n::sentences([connection_failure::message(reason), connection_failure::fix(reason)]).into()
            }
            None => self.message(),
        }
    }

    fn behind(&self) -> Option<ConnectionFailure> {
        match &self.kind {
            FailureKind::Problem(problem) => problem.failure,
            _ => None,
        }
    }

    fn problem_message(problem: &Problem, status: u16) -> String {
        let arguments =
            [("limit", i18n::Argument::from(problem.limit.as_ref().map_or(0, |limit| limit.value)))];
        i18n::coded("problem", problem.code.as_str(), &arguments).unwrap_or_else(|| match status {
            403 => t!("failure.forbidden"),
            404 => t!("failure.not_found"),
            409 => t!("failure.conflict"),
            413 => t!("failure.too_large"),
            429 => t!("problem.rate_limited"),
            400..=499 => t!("failure.refused"),
            _ => t!("failure.server"),
        })
    }
}
