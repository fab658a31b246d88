//! Why somebody is left out, in words.

use api_types::RowResult;

use super::flow::LeftOut;
use crate::invitations::words::{problem, row_code, verdict};

/// Why the backend does not invite somebody.
fn judged(result: &RowResult) -> String {
    result.code.map_or_else(|| verdict(result.verdict).1, row_code)
}

/// The reason as it stands beside one person.
pub(super) fn reason(left_out: &LeftOut) -> String {
    match left_out {
        LeftOut::Chip(chip) => chip.standing.code().map(problem).unwrap_or_default(),
        LeftOut::Judged { result, .. } => judged(result),
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
