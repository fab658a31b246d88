//! A job: the work of one request, and how it ends.

use csv_worker::protocol::{Failure, JobId, Response, answer};
use roster::Refusal;
use web_sys::Blob;

use super::session::Session;

pub(super) struct Job {
    pub session: Session,
    pub id: JobId,
}

impl Job {
    /// Fails where another job has taken its place, or it was cancelled.
    pub(super) fn go_on(&self) -> Result<(), Stop> {
        if self.session.is_current(self.id) { Ok(()) } else { Err(Stop::Cancelled) }
    }
}

/// Why a job ended early.
pub(super) enum Stop {
    Cancelled,
    Failed(Failure),
    Refused(Refusal),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// An answer, and the file that belongs to it.
pub(super) struct Reply {
    pub response: Response,
    pub attachment: Option<Blob>,
}

impl<A: Into<Response>> From<A> for Reply {
    fn from(answer: A) -> Self {
        Self { response: answer.into(), attachment: None }
    }
}

impl Reply {
    pub(super) fn with_file((answer, file): (answer::File, Blob)) -> Self {
        Self { response: answer.into(), attachment: Some(file) }
    }
}
