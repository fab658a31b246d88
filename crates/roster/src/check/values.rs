//! The unknown values of a file, counted.

use super::classes::code_bit;
use super::rules::LONGEST_QUOTE;
use crate::{ValueCount, text};
use values::{Problem, ProblemCode};

/// How many different unknown values are counted.
const VALUES: usize = 1000;

/// What fixes of many rows would change, counted in rows.
#[derive(Debug, Default)]
pub(super) struct ValueCounts {
    /// Unknown values and how many rows have them, by the folded value: a fix for one spelling is one for all.
    pub(super) values: Vec<(String, ValueCount)>,
    /// How many rows have a suggestion, by code.
    pub(super) mendable: Vec<u64>,
}

impl ValueCounts {
    /// Whether those of a part can be added, and the part had room for all of its own.
    pub(super) fn has_room_for(&self, later: &[(String, ValueCount)]) -> bool {
        let new = later.iter().filter(|(folded, count)| self.place(folded, count.code).is_err()).count();
        later.len() < VALUES && self.values.len() + new <= VALUES
    }

    /// Adds the counts of later rows.
    pub(super) fn append(&mut self, later: &[(String, ValueCount)]) {
        for (folded, count) in later {
            match self.place(folded, count.code) {
                Ok(place) => self.values[place].1.rows += count.rows,
                Err(place) => self.values.insert(place, (folded.clone(), count.clone())),
            }
        }
    }

    /// Adds how many later rows have a suggestion.
    pub(super) fn append_mendable(&mut self, later: &[u64]) {
        self.mendable.resize(ProblemCode::ALL.len(), 0);
        self.mendable.iter_mut().zip(later).for_each(|(rows, later)| *rows += later);
    }

    fn place(&self, folded: &str, code: ProblemCode) -> Result<usize, usize> {
        self.values.binary_search_by(|(other, count)| other.as_str().cmp(folded).then(count.code.cmp(&code)))
    }

    /// Counts unknown values in, of so many rows with these problems; or out, of a negative number.
    pub(super) fn count(&mut self, problems: &[Problem], rows: i64) {
        let mut mended = 0;
        for (at, problem) in problems.iter().enumerate() {
            mended |= if problem.suggestion.is_some() { code_bit(problem.code) } else { 0 };
            let (
                Some(field),
                ProblemCode::UnknownRole
                | ProblemCode::RoleNotAllowed
                | ProblemCode::UnknownTeam
                | ProblemCode::UnknownWorkspace
                | ProblemCode::UnknownLanguage,
            ) = (problem.field, problem.code)
            else {
                continue;
            };
            let folded = text::fold(&problem.value);
            // A row counts once however often it has the value. What may be quoted in part is found by no fix.
            let is_same = |other: &Problem| other.code == problem.code && text::fold(&other.value) == folded;
            if problems[..at].iter().any(is_same) || problem.value.len() >= LONGEST_QUOTE {
                continue;
            }
            let place = match self.place(&folded, problem.code) {
                Ok(place) => place,
                Err(place) if rows > 0 && self.values.len() < VALUES => {
                    let (value, suggestion) = (problem.value.clone(), problem.suggestion.clone());
                    let count = ValueCount { code: problem.code, field, value, rows: 0, suggestion };
                    self.values.insert(place, (folded, count));
                    place
                }
                Err(_) => continue,
            };
            add(&mut self.values[place].1.rows, rows);
        }
        self.mendable.resize(ProblemCode::ALL.len(), 0);
        while mended != 0 {
            add(&mut self.mendable[mended.trailing_zeros() as usize], rows);
            mended &= mended - 1;
        }
    }
}

const fn add(count: &mut u64, rows: i64) {
    *count = count.saturating_add_signed(rows);
}

#[cfg(test)]
mod tests {
    use super::{VALUES, ValueCounts};
    use crate::{Field, ValueCount};
    use values::ProblemCode;

    fn counts(range: std::ops::Range<usize>) -> Vec<(String, ValueCount)> {
        let count = |number: usize| {
            let value = format!("{number:04}");
            let code = ProblemCode::UnknownRole;
            (value.clone(), ValueCount { code, field: Field::Role, value, rows: 2, suggestion: None })
        };
        range.map(count).collect()
    }

    #[test]
    fn p1_values_of_a_part_count_where_there_is_room_for_all() {
        let of = |count| ValueCounts { values: counts(0..count), mendable: Vec::new() };
        // The part may have met more values than it counts.
        assert!(of(0).has_room_for(&counts(0..VALUES - 1)) && !of(0).has_room_for(&counts(0..VALUES)));
        assert!(of(VALUES - 2).has_room_for(&counts(VALUES..VALUES + 2)));
        assert!(!of(VALUES - 1).has_room_for(&counts(VALUES..VALUES + 2)));
        assert!(of(VALUES).has_room_for(&counts(0..9)), "they are counted already");
    }

    #[test]
    fn p1_values_of_a_part_are_counted_with_those_before() {
        let mut values = ValueCounts { values: counts(2..4), mendable: Vec::new() };
        let mut later = counts(1..3);
        later.extend(counts(2..3).into_iter().map(|(folded, count)| {
            (folded, ValueCount { code: ProblemCode::UnknownTeam, field: Field::Teams, ..count })
        }));
        values.append(&later);
        let found: Vec<_> =
            values.values.iter().map(|(folded, count)| (folded.as_str(), count.code, count.rows)).collect();
        let (role, team) = (ProblemCode::UnknownRole, ProblemCode::UnknownTeam);
        assert_eq!(found, [("0001", role, 2), ("0002", role, 4), ("0002", team, 2), ("0003", role, 2)]);
    }
}
