//! The messages between the page and the Worker.
//!
//! Every message is one plain object `{message, attachment?}` ([`wire`]): `message` is a [`ToWorker`] or a [`FromWorker`],
//! `attachment` ([`ATTACHMENT`]) the `File` or `Blob` that the message says travels beside it.
//!
//! * The Worker says [`Response::Ready`] first, once; messages sent before it may be lost, so the page queues until
//!   then, and sends none to a Worker whose build is not the one that `index.html` names.
//! * Every request has a job id chosen by the page, growing. Every answer carries the id of its request; the last
//!   answer to a request is never [`Response::Progress`].
//! * [`Request::Open`], [`Request::Check`], [`Request::Edit`], [`Request::Fix`], [`Request::LeaveOut`],
//!   [`Request::LeaveOutRows`], [`Request::Undo`] and [`Request::Redo`] change what is known of the file and end any job
//!   that still reads it.
//!   [`Request::Search`] ends only another search, and [`Request::Join`], [`Request::ProblemsCsv`] and
//!   [`Request::CorrectedCsv`] only each other. The ended job answers [`Response::Cancelled`]. The other requests are
//!   answered while a job runs, from the last finished check.
//! * [`Request::Helper`] and [`Request::Help`] join two Workers by the two ports of a channel ([`PORT`]).
//! * Rows are known by their 1-based record number everywhere.

pub mod answer;
mod pairs;
pub mod request;

pub use pairs::{Answer, Ask};
use roster::Refusal;
pub use roster::ReportLabels;
use serde::{Deserialize, Serialize};

/// The global variable of the Worker in which its loader passes the words of headings.
pub const WORDS: &str = "words";

/// The most rows that one request may ask for.
pub const ROWS_AT_ONCE: u32 = 1_000;

/// The property of a message object that holds the `File` or `Blob`.
pub const ATTACHMENT: &str = "attachment";

/// The property of a message object that holds several files, an array of `Blob`s.
pub const FILES: &str = "files";

/// The property of a message object that holds the `MessagePort` to another Worker.
pub const PORT: &str = "port";

/// The id of a job; chosen by the page, growing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u32);

/// A message from the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToWorker {
    pub job: JobId,
    pub request: Request,
}

/// A message from the Worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FromWorker {
    /// The job it belongs to; `None` only for [`Response::Ready`], [`Response::Panicked`] and for a message that was
    /// not understood.
    pub job: Option<JobId>,
    pub response: Response,
}

/// A request of the page. What answers it, says [`Ask`]; any of them may also be refused, cancelled or fail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    Open(request::Open),
    Join(request::Join),
    Check(request::Check),
    Rows(request::Rows),
    Search(request::Search),
    NextProblem(request::NextProblem),
    Edit(request::Edit),
    Fix(request::Fix),
    LeaveOut(request::LeaveOut),
    LeaveOutRows(request::LeaveOutRows),
    Undo,
    Redo,
    Invitable(request::Invitable),
    ProblemsCsv(request::ProblemsCsv),
    CorrectedCsv(request::CorrectedCsv),
    Profile(request::Profile),
    Template(request::Template),
    Addresses(request::Addresses),
    /// Another Worker listens behind the port beside this message, and reads parts of large files: no answer.
    Helper,
    /// Read parts of files for the Worker behind the port beside this message: no answer.
    Help,
    /// End the job, if it still runs: it answers `Cancelled`. This request itself has no answer.
    Cancel {
        job: JobId,
    },
}

/// An answer of the Worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// The Worker is ready for messages.
    Ready {
        build: String,
    },
    Opened(answer::Opened),
    Joined(answer::Joined),
    Refused {
        refusal: Refusal,
    },
    Progress {
        bytes: u64,
        total: u64,
        rows: u64,
    },
    Checked(answer::Checked),
    LeftOut(answer::LeftOut),
    Edited(answer::Edited),
    Rows(answer::Rows),
    Found(answer::Found),
    NextProblem(answer::NextProblem),
    Invitable(answer::Invitable),
    File(answer::File),
    Profile(answer::Profile),
    Addresses(answer::Addresses),
    Cancelled,
    /// The job failed; the Worker is still usable.
    Failed {
        failure: Failure,
    },
    /// The Worker is no longer usable and has to be started again.
    Panicked {
        message: String,
    },
}

/// Why a job failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The browser could not read the file: it changed, moved or was taken away since it was chosen.
    FileUnreadable,
    /// The request needs an `Open` or a `Check` before it.
    NothingOpen,
    /// The row is not in the file.
    NoSuchRow,
    /// The message, or what came with it, was not understood.
    BadMessage,
}

#[cfg(test)]
mod tests {
    use roster::{Delimiter, Filter, Known, Overrides, Profile, ProfileError, Role};

    use wire::{from_bytes, to_bytes};

    use super::{Answer as _, Ask, FromWorker, JobId, Response, ToWorker, answer, request};

    #[test]
    fn messages_are_read_as_they_were_written() {
        let overrides =
            Overrides { delimiter: Delimiter::try_from(";".to_owned()).ok(), ..Overrides::default() };
        let message = ToWorker { job: JobId(7), request: request::Open { overrides }.into() };
        let read: ToWorker = from_bytes(&to_bytes(&message)).unwrap();
        assert_eq!(format!("{read:?}"), format!("{message:?}"));

        let profile = Profile { roles: Some(vec![Role::User]), ..Profile::default() };
        let answers = [
            Response::Ready { build: "b".into() },
            answer::Profile { profile: Ok((profile, Known::default())) }.into(),
            answer::Profile { profile: Err(ProfileError::NotAList { rule: "teams".into() }) }.into(),
        ];
        for response in answers {
            let message = FromWorker { job: Some(JobId(1)), response };
            let read: FromWorker = from_bytes(&to_bytes(&message)).unwrap();
            assert_eq!(format!("{read:?}"), format!("{message:?}"));
        }
    }

    #[test]
    fn s12_undoing_and_making_again_are_different_messages_with_the_same_kind_of_answer() {
        fn sent<A: Ask<Answer = answer::Checked>>(asked: A) -> String {
            let message = ToWorker { job: JobId(1), request: asked.into() };
            let read: ToWorker = from_bytes(&to_bytes(&message)).unwrap();
            format!("{:?}", read.request)
        }
        assert_eq!([sent(request::Undo), sent(request::Redo)], ["Undo", "Redo"]);
    }

    #[test]
    fn s12_rows_are_left_out_by_a_message_of_its_own() {
        let asked = request::LeaveOut { filter: Filter::LeftOut, row: Some(3), out: false };
        let message = ToWorker { job: JobId(1), request: asked.clone().into() };
        let read: ToWorker = from_bytes(&to_bytes(&message)).unwrap();
        assert_eq!(format!("{:?}", read.request), format!("LeaveOut({asked:?})"));
        let again = request::LeaveOutRows { rows: vec![5, 3, 8].into(), out: true };
        let message = ToWorker { job: JobId(2), request: again.clone().into() };
        let read: ToWorker = from_bytes(&to_bytes(&message)).unwrap();
        assert_eq!(format!("{:?}", read.request), format!("LeaveOutRows({again:?})"));
    }

    #[test]
    fn bytes_that_are_no_message_are_not_understood() {
        assert!(from_bytes::<ToWorker>(b"{\"job\": 1}").is_none());
        let mut bytes = to_bytes(&ToWorker { job: JobId(1), request: request::Undo.into() });
        bytes.pop();
        assert!(from_bytes::<ToWorker>(&bytes).is_none());
    }

    #[test]
    fn a_delimiter_of_two_characters_is_not_understood() {
        let overrides =
            Overrides { delimiter: Delimiter::try_from(";".to_owned()).ok(), ..Overrides::default() };
        let mut bytes = to_bytes(&ToWorker { job: JobId(1), request: request::Open { overrides }.into() });
        assert!(from_bytes::<ToWorker>(&bytes).is_some());
        let length = bytes.windows(2).position(|bytes| bytes == b"\x01;").unwrap();
        bytes.splice(length..length + 2, *b"\x02;;");
        assert!(from_bytes::<ToWorker>(&bytes).is_none());
    }

    #[test]
    fn an_answer_is_read_from_a_response_of_its_kind_only() {
        let response = Response::from(answer::Found { rows: 3 });
        assert!(answer::Rows::of(response.clone()).is_none());
        assert!(<request::Search as Ask>::Answer::of(response).is_some_and(|found| found.rows == 3));
    }
}
