//! What a check needs to know beside the file.

use std::sync::Arc;

use roster::{AddressKeys, Dialect, Known, Mapping};

/// The options of a check.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub dialect: Dialect,
    pub mapping: Mapping,
    pub known: Known,
    pub keys: Arc<AddressKeys>,
}
