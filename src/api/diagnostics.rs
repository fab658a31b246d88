//! Recent errors, and the check of the services.

use api_types::{List, PageQuery, RecentError, ServicesReport, SystemReport, paths};

use super::{Call, Failure, get, query};

/// Asks Salesforce and Marketo now. Nothing is changed.
pub(crate) async fn check_services() -> Result<ServicesReport, Failure> {
    Call::post(paths::DIAGNOSTICS_SERVICES).fetch().await
}

/// How the server does.
pub(crate) async fn system() -> Result<SystemReport, Failure> {
    get(paths::DIAGNOSTICS_SYSTEM.to_owned()).await
}

/// One page of recent errors, newest first.
pub(crate) async fn errors(cursor: Option<String>) -> Result<List<RecentError>, Failure> {
    get(query(paths::DIAGNOSTICS_ERRORS, &PageQuery { cursor, limit: None })).await
}
