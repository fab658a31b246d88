//! Which answer belongs to which request.

use super::{Request, Response, answer, request};

/// Something to ask of the Worker, with the type of its answer.
pub trait Ask: Into<Request> {
    type Answer: Answer;
}

/// Something that the Worker answers.
pub trait Answer: Into<Response> {
    /// The answer, if the response is of its kind; one of another kind comes only from another version of the Worker.
    fn of(response: Response) -> Option<Self>;
}

macro_rules! answers {
    ($($name:ident),+ $(,)?) => {$(
        impl From<answer::$name> for Response {
            fn from(answer: answer::$name) -> Self {
                Self::$name(answer)
            }
        }

        impl Answer for answer::$name {
            fn of(response: Response) -> Option<Self> {
                match response {
                    Response::$name(answer) => Some(answer),
                    _ => None,
                }
            }
        }
    )+};
}

answers!(
    Opened,
    Joined,
    Checked,
    LeftOut,
    Edited,
    Rows,
    Found,
    NextProblem,
    Invitable,
    File,
    Profile,
    Addresses
);

macro_rules! requests {
    ($($name:ident => $answer:ident,)+) => {$(
        impl From<request::$name> for Request {
            fn from(request: request::$name) -> Self {
                Self::$name(request)
            }
        }

        impl Ask for request::$name {
            type Answer = answer::$answer;
        }
    )+};
}

requests! {
    Open => Opened,
    Join => Joined,
    Check => Checked,
    Rows => Rows,
    Search => Found,
    NextProblem => NextProblem,
    Edit => Edited,
    Fix => Checked,
    LeaveOut => LeftOut,
    LeaveOutRows => Checked,
    Invitable => Invitable,
    ProblemsCsv => File,
    CorrectedCsv => File,
    Profile => Profile,
    Template => File,
    Addresses => Addresses,
}

macro_rules! bare_requests {
    ($($name:ident => $answer:ident,)+) => {$(
        impl From<request::$name> for Request {
            fn from(_: request::$name) -> Self {
                Self::$name
            }
        }

        impl Ask for request::$name {
            type Answer = answer::$answer;
        }
    )+};
}

bare_requests! {
    Undo => Checked,
    Redo => Checked,
}
