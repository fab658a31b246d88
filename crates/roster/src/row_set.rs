//! Some rows of a file.

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
}
