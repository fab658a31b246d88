//! Recent errors.

use api_types::{List, PageQuery, RecentError, paths};

use super::{Failure, get, query};

/// One page of recent errors, newest first.
pub(crate) async fn errors(cursor: Option<String>) -> Result<List<RecentError>, Failure> {
    get(query(paths::DIAGNOSTICS_ERRORS, &PageQuery { cursor, limit: None })).await
}
