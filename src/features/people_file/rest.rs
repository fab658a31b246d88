//! What is left of a file whose other people are being invited.

use super::step::{Checked, Opened};

/// What is left of a file whose other people are being invited.
#[derive(Clone, PartialEq)]
pub(super) struct Rest {
    pub(super) opened: Opened,
    pub(super) rows: u64,
}

impl Rest {
    /// How many rows somebody may still want to invite: those that are wrong, that have no seat, or that were left out.
    pub(super) fn rows_of(checked: &Checked) -> u64 {
        let verdicts = checked.summary.verdicts;
        verdicts.error + verdicts.over_seats + checked.summary.left_out
    }
}
