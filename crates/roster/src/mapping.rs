//! The mapping of a file's columns to fields.

pub use headings::Confidence;
use serde::{Deserialize, Serialize};

use crate::{Field, Target};

/// A column of the file with its proposal.
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

/// The mapping of columns to fields, and the default values for empty cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// One target per column. A column beyond the end is ignored. No target but `Ignore` may occur twice;
    /// of two columns with one target the first counts.
    pub targets: Vec<Target>,
    /// The text to use where the field has no column or the cell is empty. At most one per field; an empty text counts
    /// as none.
    #[serde(default)]
    pub defaults: Vec<(Field, String)>,
}

impl Mapping {
    /// The default value of the field; an empty text if none is set.
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
