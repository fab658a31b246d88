//! How to react to a failed request of a sending.

use api_types::ProblemCode;

use crate::api::{Failure, FailureKind, retry};

/// Between attempts after the quick ones: the user has been told and can retry sooner.
const SLOW_MS: f64 = 20_000.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reaction {
    /// The failure may be transient: repeat the same request after this many milliseconds.
    Wait { ms: f64 },
    /// Page and server disagree about the progress of the batch: ask the server.
    AskServer,
    /// The user has signed out; what is stored continues after the next sign-in.
    Leave,
    /// What is stored has been given up, as a rule by signing out in another tab.
    GiveUp,
    /// Repeating the request would give the same answer.
    Stop,
}

/// `attempt` counts failures in a row from 1; `random` is between 0 and 1.
pub(crate) fn react(failure: &Failure, attempt: u32, random: f64) -> Reaction {
    match (&failure.kind, failure.code()) {
        (FailureKind::SignedOut, _) => Reaction::Leave,
        (FailureKind::GivenUp, _) => Reaction::GiveUp,
        (_, Some(ProblemCode::ChunkOutOfOrder | ProblemCode::RowsMissing | ProblemCode::BatchClosed)) => {
            Reaction::AskServer
        }
        _ if may_pass(failure) => Reaction::Wait {
            ms: if attempt <= retry::ATTEMPTS {
                retry::delay_ms(attempt, failure.retry_after(), random)
            } else {
                SLOW_MS + retry::delay_ms(1, failure.retry_after(), random)
            },
        },
        _ => Reaction::Stop,
    }
}

fn may_pass(failure: &Failure) -> bool {
    failure.is_transient()
        // The first attempt is still being processed.
        || failure.code() == Some(ProblemCode::IdempotencyInProgress)
        // A success whose answer was lost, or an intermediary that answered in the server's place.
        || (matches!(failure.kind, FailureKind::Garbled | FailureKind::Page) && failure.status < 400)
}

#[cfg(test)]
mod tests {
    use api_types::Problem;

    use super::*;

    fn problem(code: ProblemCode, retry_after: Option<u64>) -> Failure {
        let problem = Problem { retry_after, ..code.into() };
        Failure { kind: FailureKind::Problem(Box::new(problem)), status: code.status(), request_id: None }
    }

    #[test]
    fn r6_only_what_may_pass_is_tried_again() {
        let waits = |failure: &Failure| matches!(react(failure, 1, 0.5), Reaction::Wait { .. });
        for kind in [FailureKind::Offline, FailureKind::Unreachable, FailureKind::TimedOut] {
            assert!(waits(&Failure::without_response(kind)));
        }
        for code in
            [ProblemCode::RateLimited, ProblemCode::Internal, ProblemCode::Unavailable, ProblemCode::Timeout]
        {
            assert!(waits(&problem(code, None)), "{code}");
        }
        for code in [
            ProblemCode::BadRequest,
            ProblemCode::Forbidden,
            ProblemCode::NotFound,
            ProblemCode::ChunkConflict,
            ProblemCode::PayloadTooLarge,
            ProblemCode::InvalidField,
            ProblemCode::IdempotencyKeyReused,
        ] {
            assert_eq!(react(&problem(code, None), 1, 0.5), Reaction::Stop, "{code}");
        }
    }

    #[test]
    fn r6_a_cut_off_answer_of_a_success_is_asked_for_again_and_a_page_of_a_proxys_refusal_is_not() {
        let garbled = |status| Failure { kind: FailureKind::Garbled, status, request_id: None };
        assert!(matches!(react(&garbled(200), 1, 0.0), Reaction::Wait { .. }));
        assert!(matches!(react(&garbled(502), 1, 0.0), Reaction::Wait { .. }));
        assert_eq!(react(&garbled(403), 1, 0.0), Reaction::Stop);
    }

    #[test]
    fn r6_retry_after_is_honoured_and_waiting_never_ends_by_itself() {
        assert_eq!(
            react(&problem(ProblemCode::RateLimited, Some(7)), 1, 0.0),
            Reaction::Wait { ms: 7_000.0 }
        );
        let down = Failure::without_response(FailureKind::Unreachable);
        for attempt in [7, 100, u32::MAX] {
            assert!(matches!(react(&down, attempt, 0.0), Reaction::Wait { ms } if ms >= SLOW_MS));
        }
    }

    #[test]
    fn a18_what_was_given_up_is_not_tried_again() {
        let given_up = Failure::without_response(FailureKind::GivenUp);
        assert_eq!(react(&given_up, 1, 0.0), Reaction::GiveUp);
    }

    #[test]
    fn r5_disagreements_are_settled_by_asking() {
        for code in [ProblemCode::ChunkOutOfOrder, ProblemCode::RowsMissing, ProblemCode::BatchClosed] {
            assert_eq!(react(&problem(code, None), 1, 0.0), Reaction::AskServer);
        }
    }
}
