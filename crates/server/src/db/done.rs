//! What a portion of deleting has done.

/// What a portion did.
pub(crate) struct Done {
    pub(crate) deleted: u32,
    /// Whether there may be more.
    pub(crate) goes_on: bool,
}

impl Done {
    /// Of so many rows that were asked for.
    pub(super) fn of(deleted: u64, limit: u32) -> Self {
        let deleted = u32::try_from(deleted).unwrap_or(u32::MAX);
        Self { deleted, goes_on: deleted >= limit }
    }
}
