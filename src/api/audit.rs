//! The audit log.

use api_types::{AuditEvent, AuditQuery, List, paths};

use super::{Failure, get, query};

/// One page of events, newest first.
pub(crate) async fn list(wanted: &AuditQuery) -> Result<List<AuditEvent>, Failure> {
    get(query(paths::AUDIT_EVENTS, wanted)).await
}
