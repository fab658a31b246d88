use serde::{Deserialize, Serialize};

use crate::StatusCounts;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct List<T> {
    pub items: Vec<T>,
    pub meta: ListMeta,
}

/// The position of a page in its list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListMeta {
    /// The `cursor` of the next page; absent on the last page. Opaque, and good for this query only, with any `limit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// How many items the list has under the same filter.
    pub total: u64,
    /// Whether there may be more than `total`: long lists are not counted to the end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
    /// How many items precede the page, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// Of a list of people: how many it would have of each status, under the other filters. Absent where they are too
    /// many to be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statuses: Option<StatusCounts>,
}

impl ListMeta {
    /// For a list whose items are all counted.
    pub fn exact(next_cursor: Option<String>, total: u64) -> Self {
        Self { next_cursor, total, ..Self::default() }
    }
}
