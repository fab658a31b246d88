//! What goes on in the background, and what has ended.

use api_types::{BackgroundWork, WorkQuery, paths};

use super::{Failure, get, query};

/// All that is under way, and the latest `ended` of those that have ended.
pub(crate) async fn find(ended: u32) -> Result<BackgroundWork, Failure> {
    get(query(paths::BACKGROUND_WORK, &WorkQuery { ended: Some(ended) })).await
}
