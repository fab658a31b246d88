use axum::Router;
use url::Url;

use crate::clients::marketo::Pace;
use crate::clients::services::{MarketoService, SalesforceService};
use crate::config::Config;
use crate::error::StartError;

/// No stand-ins.
pub enum StandIns {}

impl StandIns {
    #[expect(clippy::unused_async, reason = "those that exist take time to start")]
    pub(crate) async fn start(_: &Config, _: &Url) -> Result<Option<Self>, StartError> {
        Ok(None)
    }

    pub(crate) fn smtp(&self) -> Result<Url, StartError> {
        match *self {}
    }

    pub(crate) fn mailbox(&self, _: &str) -> Router {
        match *self {}
    }

    pub(crate) fn salesforce(&self) -> Result<SalesforceService, StartError> {
        match *self {}
    }

    pub(crate) fn marketo(&self) -> MarketoService {
        match *self {}
    }

    pub(crate) fn stop(self) {
        match self {}
    }

    pub(crate) fn pace(&self) -> Pace {
        match *self {}
    }
}
