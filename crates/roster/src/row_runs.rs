//! Some rows of a file, to be stored.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Some rows of a file as runs, which are cheap to copy. Each is twice the number of other rows before it or, if it is longer than one
/// row, one more than that and its length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<u64>", into = "Vec<u64>")]
pub struct RowRuns(Arc<[u64]>);

impl RowRuns {
    #[cfg(feature = "engine")]
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.0.iter().copied()
    }
}

impl From<Vec<u64>> for RowRuns {
    fn from(numbers: Vec<u64>) -> Self {
        Self(numbers.into())
    }
}

impl From<RowRuns> for Vec<u64> {
    fn from(runs: RowRuns) -> Self {
        runs.0.to_vec()
    }
}
