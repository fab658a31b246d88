//! The configured Salesforce, and the contexts in which the tokens of a connection are sealed.

use api_types::{ProblemCode, SalesforceEnvironment};
use url::Url;

use super::refusal::{Error, Refusal};
use crate::clients::services::SalesforceService;
use crate::error::ApiError;
use crate::state::App;

pub(super) const ACCESS: &str = "salesforce_connections.access_token";
pub(super) const REFRESH: &str = "salesforce_connections.refresh_token";

/// Salesforce as the operator configured it, and where people of an environment sign in.
pub(super) fn service<'a>(
    app: &'a App,
    environment: &SalesforceEnvironment,
) -> Result<(&'a SalesforceService, Url), Error> {
    let service = app.services.salesforce.as_ref().ok_or_else(not_configured)?;
    let host = service.sign_in_host(environment).ok_or_else(Refusal::host_not_allowed)?;
    Ok((service, host))
}

pub(super) fn not_configured() -> ApiError {
    ApiError::new(ProblemCode::NotConfigured).detail("the client app of Salesforce")
}
