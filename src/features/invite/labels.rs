//! The reasons why a person is left out, as text.

use api_types::{RowCode, RowVerdict};

use super::chips::EntryState;
use super::state::LeftOut;
use crate::domain::invitations::labels::{problem, row_code, verdict};

/// The reason as shown beside one person, if it says more than the verdict.
pub(super) fn reason(left_out: &LeftOut) -> Option<String> {
    match left_out {
        LeftOut::Chip(chip) => match chip.standing {
            // The verdict says it already.
            EntryState::Known(roster::Standing::Active | roster::Standing::Invited) => None,
            other => standing(other),
        },
        LeftOut::Judged { result, .. } => result.code.map(row_code),
    }
}

/// Why an entry needs attention, or is left out.
pub(super) fn standing(of: EntryState) -> Option<String> {
    match of {
        EntryState::Known(roster::Standing::Active) => Some(verdict(RowVerdict::Member).1),
        EntryState::Known(roster::Standing::Deactivated) => Some(row_code(RowCode::Deactivated)),
        EntryState::Known(roster::Standing::Invited) => Some(verdict(RowVerdict::Invited).1),
        other => other.code().map(problem),
    }
}

/// The short reason by which people are counted.
pub(super) fn kind(left_out: &LeftOut) -> String {
    verdict(left_out.verdict()).1
}

/// The number of people of each kind, in order of first appearance.
pub(super) fn counts(left_out: &[LeftOut]) -> Vec<(String, usize)> {
    tally(left_out.iter().map(kind))
}

fn tally(kinds: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for kind in kinds {
        match counts.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_in_the_order_in_which_they_come() {
        let kinds = ["member", "invited", "member"].map(str::to_owned);
        assert_eq!(tally(kinds.into_iter()), [("member".to_owned(), 2), ("invited".to_owned(), 1)]);
    }
}
