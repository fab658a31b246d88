use serde::{Deserialize, Serialize};

/// The confidence of the proposal for a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Neither header nor content gives evidence: ignored.
    #[default]
    None,
    /// By content alone, or by a header that fits another column better.
    Low,
    /// The header is similar to a name of the field, or the content is almost certain.
    Medium,
    /// The header is a known name of the field, and the content does not contradict it.
    High,
}
