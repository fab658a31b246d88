//! The findings of a check in numbers.

use serde::{Deserialize, Serialize};

use crate::{Dialect, Field, Fix, Verdict, text};
use values::ProblemCode;

/// The number of rows per verdict. Every row has exactly one: the sum is the number of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VerdictCounts {
    pub ready: u64,
    pub warning: u64,
    pub error: u64,
    pub duplicate: u64,
    pub member: u64,
    pub invited: u64,
    pub over_seats: u64,
}

impl VerdictCounts {
    #[must_use]
    pub const fn get(&self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::Ready => self.ready,
            Verdict::Warning => self.warning,
            Verdict::Error => self.error,
            Verdict::Duplicate => self.duplicate,
            Verdict::Member => self.member,
            Verdict::Invited => self.invited,
            Verdict::OverSeats => self.over_seats,
        }
    }

    pub const fn get_mut(&mut self, verdict: Verdict) -> &mut u64 {
        match verdict {
            Verdict::Ready => &mut self.ready,
            Verdict::Warning => &mut self.warning,
            Verdict::Error => &mut self.error,
            Verdict::Duplicate => &mut self.duplicate,
            Verdict::Member => &mut self.member,
            Verdict::Invited => &mut self.invited,
            Verdict::OverSeats => &mut self.over_seats,
        }
    }

    /// The rows that *Invite* would send.
    #[must_use]
    pub const fn invitable(&self) -> u64 {
        self.ready + self.warning
    }
}

/// How many rows have a problem of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeCount {
    pub code: ProblemCode,
    pub rows: u64,
}

/// How many rows have a problem because of one value: a fix is offered for all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueCount {
    pub code: ProblemCode,
    pub field: Field,
    pub value: String,
    pub rows: u64,
    /// What was probably meant; empty: no value.
    #[serde(default)]
    pub suggestion: Option<String>,
}

/// Whether accepting all suggestions for addresses accepts those of the code.
pub(crate) fn is_of_address(code: ProblemCode) -> bool {
    code <= ProblemCode::NumericTld || code == ProblemCode::LikelyTypo
}

/// The findings of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The dialect that the file was finally read with.
    pub dialect: Dialect,
    /// People in the file: titles, header, rows without any value and rows that were left out are not counted.
    pub records: u64,
    /// People whom the user left out.
    pub left_out: u64,
    pub verdicts: VerdictCounts,
    /// People with a warning, whatever the verdict of their rows.
    pub warned: u64,
    /// Every code that occurred, by number of rows, the most frequent first.
    pub codes: Vec<CodeCount>,
    /// Unknown roles, teams, workspaces and languages by frequency; at most 100.
    pub values: Vec<ValueCount>,
    /// Rows whose address has a suggestion: likely typos, and addresses that are wrong but can be repaired.
    pub suggestions: u64,
    /// Of each code with suggestions, how many rows have one.
    #[serde(default)]
    pub mendable: Vec<CodeCount>,
    /// The first row in which a quote was opened and never closed where it should.
    pub unclosed_quote: Option<u64>,
    /// The fields of people's names for which the file has no column: the names stand in one cell, or beside the address.
    pub without_column: Vec<Field>,
    /// Changes in force.
    pub changes: u32,
}

impl Summary {
    /// Whether there are people, and all of them are invited as they stand: no row has a problem, is left out or has another
    /// verdict than ready.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        let is_whole = self.verdicts.ready == self.records && self.records > 0 && self.left_out == 0;
        is_whole && self.codes.is_empty() && self.unclosed_quote.is_none()
    }

    /// The fixes that accept what is suggested, and how many rows each would change now; all suggestions for mistyped
    /// addresses are one.
    #[must_use]
    pub fn suggested(&self) -> Vec<(Fix, u64)> {
        let own = self.mendable.iter().filter(|count| !is_of_address(count.code));
        let own = own.filter(|count| count.code != ProblemCode::AddressExtracted);
        let addresses = (self.suggestions > 0).then_some((Fix::AcceptSuggestions, self.suggestions));
        addresses.into_iter().chain(own.map(|count| (Fix::Accept { code: count.code }, count.rows))).collect()
    }

    /// How many rows a fix would change now. Of a value that has no problem it is not known, and 0.
    #[must_use]
    pub fn rows_changed_by(&self, fix: &Fix) -> u64 {
        let rows_with =
            |code| self.codes.iter().find(|count| count.code == code).map_or(0, |count| count.rows);
        match fix {
            Fix::AcceptSuggestions => self.suggestions,
            Fix::Accept { code } => {
                self.mendable.iter().find(|count| count.code == *code).map_or(0, |count| count.rows)
            }
            Fix::FirstAddresses | Fix::SplitPeople => rows_with(ProblemCode::SeveralAddresses),
            Fix::DropUnknownTeams => rows_with(ProblemCode::UnknownTeam),
            Fix::UnknownRolesAs { .. } => rows_with(ProblemCode::UnknownRole),
            Fix::UnknownWorkspacesAsDefault => rows_with(ProblemCode::UnknownWorkspace),
            Fix::UnknownLanguagesAsDefault => rows_with(ProblemCode::UnknownLanguage),
            Fix::KeepEarlier | Fix::KeepLater => rows_with(ProblemCode::ContradictingRow),
            // Nothing is counted for them.
            Fix::ReplaceText { .. } | Fix::AddRow => 0,
            Fix::ReplaceValue { field, from, .. } => {
                let is_it = |count: &&ValueCount| {
                    count.field == *field && text::fold(&count.value) == text::fold(from)
                };
                self.values.iter().filter(is_it).map(|count| count.rows).sum()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CodeCount, Summary, VerdictCounts};
    use crate::{Overrides, ProblemCode, open::bare_dialect};

    fn summary(records: u64, verdicts: VerdictCounts) -> Summary {
        Summary {
            dialect: bare_dialect(b"", &Overrides::default()),
            records,
            left_out: 0,
            verdicts,
            warned: 0,
            codes: Vec::new(),
            values: Vec::new(),
            suggestions: 0,
            mendable: Vec::new(),
            unclosed_quote: None,
            without_column: Vec::new(),
            changes: 0,
        }
    }

    #[test]
    fn e12_people_are_invited_without_a_look_at_the_rows_only_where_none_is_to_be_decided_about() {
        let ready = |ready| VerdictCounts { ready, ..VerdictCounts::default() };
        let clear = summary(2, ready(2));
        assert!(clear.is_clear());
        assert!(!summary(0, ready(0)).is_clear(), "nobody");
        assert!(!summary(3, VerdictCounts { member: 1, ..ready(2) }).is_clear(), "a member");
        assert!(!Summary { left_out: 1, ..clear.clone() }.is_clear());
        assert!(!Summary { unclosed_quote: Some(1), ..clear.clone() }.is_clear());
        let codes = vec![CodeCount { code: ProblemCode::LineBreak, rows: 1 }];
        assert!(!Summary { codes, ..clear }.is_clear(), "a warning");
    }
}
