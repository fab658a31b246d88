use std::convert::Infallible;

use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::ApiResult;

const REFUSAL: &str = "this server is built for production, without sandbox mode: leave --sandbox and MSI_SANDBOX out and \
                       give --smtp. To try things out, script/start builds a server that has it";

/// No options, except for the sandbox option itself.
#[derive(Clone, Debug, clap::Args)]
pub struct SandboxConfig {
    /// Known in order to be refused with a reason.
    #[arg(id = "sandbox", long = "sandbox", aliases = ["sandbox-speed", "sandbox-people", "sandbox-marketo"], env = "MSI_SANDBOX",
        hide = true, num_args = 0..=1, default_missing_value = "true", overrides_with = "sandbox")]
    wanted: Option<String>,
}

impl SandboxConfig {
    /// No key is taken from the environment.
    #[must_use]
    pub fn with_key_of_environment(self) -> Self {
        self
    }

    pub(crate) fn example_key(&self) -> Option<&str> {
        None
    }

    /// Why the server refuses to start with these settings.
    pub(crate) fn refusal(&self) -> Option<&'static str> {
        self.wanted.as_ref().is_some_and(|wanted| !matches!(wanted.as_str(), "" | "false")).then_some(REFUSAL)
    }

    pub fn is_on(&self) -> bool {
        false
    }

    pub(crate) fn mailbox_path(&self) -> Option<&'static str> {
        None
    }

    pub(crate) fn faults(&self) -> Option<Faults> {
        None
    }
}

/// No deliberate failures.
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

/// Executes the request.
pub(crate) async fn act(_: Option<Fault>, request: Request, next: Next) -> Response {
    next.run(request).await
}
