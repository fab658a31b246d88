//! Why somebody is left out, in words.

use api_types::{RowCode, RowVerdict};

use super::chips::Standing;
use super::state::LeftOut;
use crate::domain::invitations::labels::{problem, row_code, verdict};

/// The reason as it stands beside one person, where there is more to say than the verdict.
pub(super) fn reason(left_out: &LeftOut) -> Option<String> {
    match left_out {
        LeftOut::Chip(chip) => match chip.standing {
            // The verdict says it.
            Standing::Known(roster::Standing::Active | roster::Standing::Invited) => None,
            other => standing(other),
        },
        LeftOut::Judged { result, .. } => result.code.map(row_code),
    }
}

/// Why an entry deserves a look, or is left out.
pub(super) fn standing(of: Standing) -> Option<String> {
    match of {
        Standing::Known(roster::Standing::Active) => Some(verdict(RowVerdict::Member).1),
        Standing::Known(roster::Standing::Deactivated) => Some(row_code(RowCode::Deactivated)),
        Standing::Known(roster::Standing::Invited) => Some(verdict(RowVerdict::Invited).1),
        other => other.code().map(problem),
    }
}

/// The reason in few words, under which people are counted.
pub(super) fn kind(left_out: &LeftOut) -> String {
    verdict(left_out.verdict()).1
}

/// How many people there are of each kind, in the order of their first.
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
