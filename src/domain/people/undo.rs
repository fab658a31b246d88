//! The notices of what was done to people, with its undo.

use super::change::Changed;
use super::changes;
use crate::api::Failure;
use crate::i18n;
use crate::t;
use crate::ui::{ProgressNotice, Tone, Undoable, notify, notify_undoable};

/// Of a crowd so many are named in a notice.
const NAMED: usize = 3;

/// Names as a list; of a crowd the first of them and how many more.
pub(crate) fn names_in_words<T: AsRef<str>>(names: &[T], at_most: usize) -> String {
    let mut named: Vec<String> = names.iter().take(at_most).map(|name| name.as_ref().to_owned()).collect();
    if names.len() > at_most {
        named.push(t!("users.more_people", count = names.len() - at_most));
    }
    i18n::list(named)
}

/// Those to whom something was done, for its notice.
pub(crate) fn named<T: AsRef<str>>(names: &[T]) -> String {
    names_in_words(names, NAMED)
}

/// Reports what was done to one person, and offers its undo.
pub(crate) fn say_done(text: String, changed: Changed) {
    let of = format!("{} of {}", changed.change.kind(), changed.user.id);
    notify_undoable(Tone::Success, text, of, Undoable::Briefly, move || undo_one(changed.clone()));
}

async fn undo_one(changed: Changed) {
    match changed.put_back().await {
        Ok(Some(user)) => notify(Tone::Success, changed.change.undone(&user)),
        Ok(None) => notify(Tone::Warning, t!("users.undo_late", name = changed.user.display_name())),
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    changes::have_changed();
}

/// Reports what was done to several people, and offers its undo for all of them.
pub(crate) fn say_all_done(text: String, changed: Vec<Changed>) {
    if changed.is_empty() {
        notify(Tone::Success, text);
    } else {
        offer_undo_of_all(Tone::Success, text, changed);
    }
}

fn offer_undo_of_all(tone: Tone, text: String, changed: Vec<Changed>) {
    notify_undoable(tone, text, "several people".to_owned(), Undoable::UntilClosed, move || {
        undo_all(changed.clone())
    });
}

/// What came of an undo for several people.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// How many have what they had before.
    undone: usize,
    /// How many were changed again since, and are left as they are.
    late: usize,
    /// Those for whom it can be tried again, after a stop or a failure.
    left: Vec<Changed>,
    /// The reasons, each once.
    reasons: Vec<String>,
}

async fn undo_all(changed: Vec<Changed>) {
    let work = ProgressNotice::begin(t!("users.undoing"), changed.len());
    let outcome =
        put_back_all(changed, async |one| one.put_back().await.map(|user| user.is_some()), &work).await;
    work.end();
    changes::have_changed();
    let (text, left) = (in_words(&outcome), outcome.left);
    if left.is_empty() {
        notify(Tone::Success, text);
    } else {
        offer_undo_of_all(Tone::Warning, text, left);
    }
}

/// What the work on several people asks and tells on its way.
trait Course {
    fn is_stopped(&self) -> bool;
    fn advance(&self);
}

impl Course for ProgressNotice {
    fn is_stopped(&self) -> bool {
        ProgressNotice::is_stopped(self)
    }

    fn advance(&self) {
        ProgressNotice::advance(self);
    }
}

async fn put_back_all(
    changed: Vec<Changed>,
    put_back: impl AsyncFn(&Changed) -> Result<bool, Failure>,
    course: &impl Course,
) -> Outcome {
    let mut outcome = Outcome { undone: 0, late: 0, left: Vec::new(), reasons: Vec::new() };
    for one in changed {
        if course.is_stopped() {
            outcome.left.push(one);
            continue;
        }
        match put_back(&one).await {
            Ok(true) => outcome.undone += 1,
            Ok(false) => outcome.late += 1,
            Err(failure) => {
                let reason = failure.message().into();
                if !outcome.reasons.contains(&reason) {
                    outcome.reasons.push(reason);
                }
                outcome.left.push(one);
            }
        }
        course.advance();
    }
    outcome
}

/// "Undone for 48 people. 2 had been changed since and were left alone."
fn in_words(outcome: &Outcome) -> String {
    let mut said = vec![t!("users.undone", count = outcome.undone)];
    if outcome.late > 0 {
        said.push(t!("users.undone_late", count = outcome.late));
    }
    if !outcome.left.is_empty() {
        let names: Vec<String> = outcome.left.iter().map(|one| one.user.display_name()).collect();
        said.push(t!("users.undone_left", count = names.len(), names = named(&names)));
        said.extend(outcome.reasons.iter().cloned());
    }
    i18n::sentences(said)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use api_types::Role;

    use super::super::change::Change;
    use super::super::change::tests::person;
    use super::*;
    use crate::api::FailureKind;

    /// Stopped after so many.
    struct Stop(usize, Cell<usize>);

    impl Course for Stop {
        fn is_stopped(&self) -> bool {
            self.1.get() >= self.0
        }

        fn advance(&self) {
            self.1.set(self.1.get() + 1);
        }
    }

    /// The people of these versions, of whom each tells by the version what comes of the undo.
    fn undone(versions: &[u32], stop_after: usize) -> Outcome {
        let changed = versions.iter().map(|version| Changed {
            user: person(*version),
            change: Change::Role { from: Role::User, to: Role::Admin },
        });
        let put_back = async |one: &Changed| match one.user.version {
            1 => Ok(true),
            2 => Ok(false),
            _ => Err(Failure::without_response(FailureKind::Offline)),
        };
        let course = Stop(stop_after, Cell::new(0));
        let undoing = put_back_all(changed.collect(), put_back, &course);
        match pin!(undoing).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => unreachable!("nothing here waits"),
        }
    }

    fn left(outcome: &Outcome) -> Vec<u32> {
        outcome.left.iter().map(|one| one.user.version).collect()
    }

    #[test]
    fn u5_whoever_was_changed_since_is_left_alone_and_counted_and_a_failure_can_be_tried_again() {
        let outcome = undone(&[1, 2, 1, 3, 3, 2, 1], usize::MAX);
        assert_eq!((outcome.undone, outcome.late, left(&outcome)), (3, 2, vec![3, 3]));
        assert_eq!(outcome.reasons.len(), 1);
    }

    #[test]
    fn u5_after_a_stop_the_rest_can_still_be_undone() {
        let outcome = undone(&[1, 1, 2, 1], 2);
        assert_eq!((outcome.undone, outcome.late, left(&outcome)), (2, 0, vec![2, 1]));
    }
}
