//! Some rows of a file.

use crate::RowRuns;

/// Some rows of a file, in a bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    bits: Vec<u64>,
    count: u64,
}

impl RowSet {
    /// Adds a row.
    pub fn insert(&mut self, row: u64) {
        let Ok(index) = usize::try_from(row) else { return };
        if self.bits.len() <= index / 64 {
            self.bits.resize(index / 64 + 1, 0);
        }
        let bit = 1 << (index % 64);
        self.count += u64::from(self.bits[index / 64] & bit == 0);
        self.bits[index / 64] |= bit;
    }

    pub(crate) fn contains(&self, row: u64) -> bool {
        usize::try_from(row)
            .is_ok_and(|index| self.bits.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1))
    }

    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The rows as they are stored.
    ///
    /// ```
    /// use roster::RowSet;
    ///
    /// let mut rows = RowSet::default();
    /// [2, 3, 4, 9].into_iter().for_each(|row| rows.insert(row));
    /// assert_eq!(Vec::from(rows.to_runs()), [5, 3, 8]);
    /// assert_eq!(RowSet::of(&rows.to_runs(), 1_000), Some(rows));
    /// ```
    #[must_use]
    pub fn to_runs(&self) -> RowRuns {
        let end = self.bits.len() as u64 * 64;
        let mut numbers = Vec::new();
        let mut behind = 0;
        while let Some(first) = (behind..end).find(|&row| self.contains(row)) {
            let length = (first..end).take_while(|&row| self.contains(row)).count() as u64;
            let others = 2 * (first - behind);
            match length {
                1 => numbers.push(others),
                _ => numbers.extend([others + 1, length]),
            }
            behind = first + length;
        }
        numbers.into()
    }

    /// Those of the stored rows that a file with that last row has; `None` where they are not understood.
    #[must_use]
    pub fn of(runs: &RowRuns, last: u64) -> Option<Self> {
        let (mut rows, mut behind) = (Self::default(), 0_u64);
        let mut numbers = runs.numbers();
        while let Some(number) = numbers.next() {
            let length = if number % 2 == 0 { 1 } else { numbers.next()? };
            let first = behind.checked_add(number / 2)?;
            behind = first.checked_add(length)?;
            (first..behind.min(last.saturating_add(1))).for_each(|row| rows.insert(row));
        }
        Some(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::RowSet;
    use crate::RowRuns;

    fn set(rows: impl IntoIterator<Item = u64>) -> RowSet {
        let mut set = RowSet::default();
        rows.into_iter().for_each(|row| set.insert(row));
        set
    }

    #[test]
    fn a18_rows_are_stored_and_read_again() {
        let spread = set((2..700).chain([702, 9_999]));
        for rows in [set([]), set([0]), set([1]), set(63..65), set([64, 127, 128]), spread] {
            assert_eq!(RowSet::of(&rows.to_runs(), 10_000), Some(rows));
        }
        let every_other = set((2..200_000).step_by(2));
        assert!(Vec::from(every_other.to_runs()).len() < 100_000, "a number for each row");
    }

    #[test]
    fn a18_rows_that_a_file_does_not_have_are_none_of_it() {
        let of_four = |numbers: &[u64]| RowSet::of(&RowRuns::from(numbers.to_vec()), 4);
        assert_eq!(of_four(&[5, u64::MAX - 2]), Some(set(2..5)));
        assert_eq!(of_four(&[2, 14]), Some(set([1])));
        for numbers in [&[3][..], &[3, u64::MAX, 2]] {
            assert_eq!(of_four(numbers), None, "{numbers:?}");
        }
    }
}
