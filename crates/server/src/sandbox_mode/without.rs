use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;
use utoipa_axum::router::OpenApiRouter;

use crate::access::ENDPOINTS;
use crate::app::{App, StartError};
use crate::config::Config;
use crate::error::ApiResult;
use crate::marketo::Pace;
use crate::services::{MarketoService, SalesforceService};

const REFUSAL: &str = "this server is built for production, without sandbox mode: leave --sandbox and MSI_SANDBOX out and \
                       give --smtp. To try things out, script/start builds a server that has it";

/// Nothing to be told, but for the wish itself.
#[derive(Clone, Debug, clap::Args)]
pub struct SandboxConfig {
    /// Known in order to be refused with a reason.
    #[arg(id = "sandbox", long = "sandbox", aliases = ["sandbox-speed", "sandbox-people"], env = "MSI_SANDBOX",
        hide = true, num_args = 0..=1, default_missing_value = "true", overrides_with = "sandbox")]
    wanted: Option<String>,
}

impl SandboxConfig {
    /// Why the server does not start as it was told to.
    pub(crate) fn refusal(&self) -> Option<&'static str> {
        self.wanted.as_ref().is_some_and(|wanted| !matches!(wanted.as_str(), "" | "false")).then_some(REFUSAL)
    }

    pub(crate) fn is_on(&self) -> bool {
        false
    }

    pub(crate) fn mailbox_path(&self) -> Option<&'static str> {
        None
    }

    pub(crate) fn faults(&self) -> Option<Faults> {
        None
    }
}

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

    pub(crate) fn mailbox(&self) -> Router {
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

/// No failures on purpose.
pub(crate) type Fault = Infallible;

pub(crate) enum Faults {}

impl Faults {
    pub(crate) fn next(
        &self,
        _: Option<&str>,
        _: &str,
        _: &Method,
        _: &HeaderMap,
    ) -> ApiResult<Option<Fault>> {
        match *self {}
    }
}

/// Carries the request out.
pub(crate) async fn act(_: Option<Fault>, request: Request, next: Next) -> Response {
    next.run(request).await
}

pub(crate) fn add_routes(router: OpenApiRouter<App>) -> OpenApiRouter<App> {
    router
}

// What is not in the table is not answered, and nothing of sandbox mode is in it.
const _: () = {
    const SANDBOX: &[u8] = b"/sandbox";
    let mut endpoint = 0;
    while endpoint < ENDPOINTS.len() {
        let path = ENDPOINTS[endpoint].path.as_bytes();
        let mut same = 0;
        while same < SANDBOX.len() && same < path.len() && path[same] == SANDBOX[same] {
            same += 1;
        }
        assert!(same < SANDBOX.len(), "a route of sandbox mode in a server without it");
        endpoint += 1;
    }
};
