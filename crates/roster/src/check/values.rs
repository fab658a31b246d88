//! The unknown values of a file, counted.

use super::rules::Resolved;
use crate::{ProblemCode, ValueCount, text};

/// How many different unknown values are counted.
const VALUES: usize = 1000;

/// Unknown values and how many rows have them, by the folded value: a fix for one spelling is one for all.
#[derive(Debug, Default)]
pub(super) struct ValueCounts(pub(super) Vec<(String, ValueCount)>);

impl ValueCounts {
    /// Whether those of a part can be added, and the part had room for all of its own.
    pub(super) fn has_room_for(&self, later: &[(String, ValueCount)]) -> bool {
        let new = later.iter().filter(|(folded, count)| self.place(folded, count.code).is_err()).count();
        later.len() < VALUES && self.0.len() + new <= VALUES
    }

    /// Adds the counts of later rows.
    pub(super) fn append(&mut self, later: &[(String, ValueCount)]) {
        for (folded, count) in later {
            match self.place(folded, count.code) {
                Ok(place) => self.0[place].1.rows += count.rows,
                Err(place) => self.0.insert(place, (folded.clone(), count.clone())),
            }
        }
    }

    fn place(&self, folded: &str, code: ProblemCode) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, count)| other.as_str().cmp(folded).then(count.code.cmp(&code)))
    }

    /// Counts the row's unknown values in or out.
    pub(super) fn count(&mut self, resolved: &Resolved, present: bool) {
        if resolved.is_left_out {
            return;
        }
        for problem in &resolved.problems {
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
            match (self.place(&folded, problem.code), present) {
                (Ok(place), true) => self.0[place].1.rows += 1,
                (Ok(place), false) => self.0[place].1.rows = self.0[place].1.rows.saturating_sub(1),
                (Err(place), true) if self.0.len() < VALUES => {
                    let value = problem.value.clone();
                    self.0.insert(place, (folded, ValueCount { code: problem.code, field, value, rows: 1 }));
                }
                (Err(_), _) => {}
            }
        }
    }
}
