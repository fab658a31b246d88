//! Which column of a file is which field.

use serde::{Deserialize, Serialize};

use crate::{Field, Target};

/// How sure the proposal for a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Neither header nor content says anything: ignored.
    None,
    /// By content alone, or a header that another column claims with more right.
    Low,
    /// The header looks like it, or the content leaves little doubt.
    Medium,
    /// The header is a known name of the field, and the content does not contradict it.
    High,
}

/// A column of the file with what is proposed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnInfo {
    /// 0-based.
    pub index: u32,
    /// The header's cell; empty without a header.
    pub header: String,
    /// Up to three values from different records, empty ones left out.
    pub samples: Vec<String>,
    pub target: Target,
    pub confidence: Confidence,
}

/// Which column is which field, and what to use where a cell is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// One target per column. A column beyond the end is ignored. No target but `Ignore` may occur twice;
    /// of two columns with one target the first counts.
    pub targets: Vec<Target>,
    /// The text to use where the field has no column or the cell is empty.
    /// At most one per field; an empty text is none.
    #[serde(default)]
    pub defaults: Vec<(Field, String)>,
}

impl Mapping {
    /// What to use where the field is empty; nothing else than an empty text where nothing was said.
    #[must_use]
    pub fn default_of(&self, field: Field) -> &str {
        self.defaults.iter().find(|(other, _)| *other == field).map_or("", |(_, text)| text)
    }

    /// The first column with that target, 0-based.
    #[must_use]
    pub fn column(&self, target: Target) -> Option<usize> {
        self.targets.iter().position(|&candidate| candidate == target)
    }
}

/// A short text that is equal for files of the same header, to remember a mapping by. Not for secrets.
#[must_use]
pub fn header_signature(columns: &[ColumnInfo]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for column in columns {
        for byte in crate::text::fold(&column.header).bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{}-{hash:016x}", columns.len())
}
