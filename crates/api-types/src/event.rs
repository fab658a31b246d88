use serde::{Deserialize, Serialize};

use crate::Batch;

/// An event of a batch's stream, as the `data` of an event; its `event` is the variant's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BatchEvent {
    /// The batch as it is now. The first event, and one after every change.
    Progress(Batch),
    /// The batch is settled; the stream ends.
    Settled(Batch),
}
