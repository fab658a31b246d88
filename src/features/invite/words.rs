//! Reasons and outcomes in words.

use api_types::{BatchRow, DeliveryStatus, RowCode, RowResult, RowVerdict};
use roster::ProblemCode;

use super::flow::LeftOut;
use crate::i18n;
use crate::ui::IconName;

/// What is wrong with an address, and what to do about it.
pub(super) fn problem(code: ProblemCode) -> String {
    i18n::coded("row_problem", code.name(), &[]).unwrap_or_else(|| code.name().to_owned())
}

fn verdict(verdict: RowVerdict) -> String {
    i18n::coded("verdict", verdict.as_str(), &[]).unwrap_or_else(|| verdict.as_str().to_owned())
}

fn row_code(code: RowCode) -> Option<String> {
    let name = serde_json::to_value(code).ok()?;
    i18n::coded("row_code", name.as_str()?, &[])
}

/// Why the backend does not invite somebody.
fn judged(result: &RowResult) -> String {
    result.code.and_then(row_code).unwrap_or_else(|| verdict(result.verdict))
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
    match left_out {
        LeftOut::Chip(chip) if chip.standing.code() == Some(ProblemCode::DuplicateAddress) => {
            verdict(RowVerdict::Duplicate)
        }
        LeftOut::Chip(_) => verdict(RowVerdict::Error),
        LeftOut::Judged { result, .. } => verdict(result.verdict),
    }
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

/// What became of somebody: tone and symbol of the status, and its word.
pub(super) fn outcome(row: &BatchRow) -> (&'static str, IconName, String) {
    let (tone, icon) = match row.result.delivery {
        DeliveryStatus::Queued => ("busy", IconName::Clock),
        DeliveryStatus::Sending => ("busy", IconName::Mail),
        DeliveryStatus::Sent => ("good", IconName::Check),
        DeliveryStatus::Failed => ("bad", IconName::Cross),
        DeliveryStatus::Skipped | DeliveryStatus::Cancelled => ("quiet", IconName::Close),
        DeliveryStatus::Unknown => ("notice", IconName::Alert),
    };
    let word = i18n::coded("delivery", row.result.delivery.as_str(), &[]);
    (tone, icon, word.unwrap_or_else(|| row.result.delivery.as_str().to_owned()))
}

/// Why the mail did not go out, where it did not.
pub(super) fn trouble(row: &BatchRow) -> Option<String> {
    match row.result.verdict {
        RowVerdict::Ready => row.result.code.and_then(row_code),
        _ => Some(judged(&row.result)),
    }
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
