use std::num::NonZeroU32;

use axum::Router;
use sandbox::{Options, Sandbox, marketo, salesforce};
use url::Url;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use super::faults::{Faults, act};
use super::order;
use crate::app::{App, StartError};
use crate::config::Config;
use crate::marketo::Pace;
use crate::secrets::Secret;
use crate::services::{MarketoCredentials, MarketoService, SalesforceService};
pub(crate) use api_types::Fault;

/// Whether there are stand-ins, and how large and fast they are.
#[derive(Clone, Debug, clap::Args)]
pub struct SandboxConfig {
    /// Receive all mail in a mailbox at /mailbox, and let failures be asked for. For trying out and for tests.
    #[arg(id = "sandbox", long = "sandbox", env = "MSI_SANDBOX")]
    pub on: bool,
    /// How many times faster than in life the stand-ins' clock runs, and with it their limits.
    #[arg(id = "sandbox_speed", long = "sandbox-speed", env = "MSI_SANDBOX_SPEED", default_value = "20")]
    pub speed: NonZeroU32,
    /// People in the Marketo stand-in.
    #[arg(
        id = "sandbox_people",
        long = "sandbox-people",
        env = "MSI_SANDBOX_PEOPLE",
        default_value_t = 20_000
    )]
    pub people: u32,
}

impl SandboxConfig {
    /// Why the server does not start as it was told to.
    pub(crate) fn refusal(&self) -> Option<&'static str> {
        None
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// Where the mails can be read.
    pub(crate) fn mailbox_path(&self) -> Option<&'static str> {
        self.on.then_some(sandbox::MAILBOX_PATH)
    }

    pub(crate) fn faults(&self) -> Option<Faults> {
        self.on.then(Faults::default)
    }
}

/// The stand-ins that run. Dropped, they stop.
pub struct StandIns {
    sandbox: Sandbox,
    pace: Pace,
}

impl StandIns {
    /// Starts them, if there are to be any.
    pub(crate) async fn start(config: &Config, public_url: &Url) -> Result<Option<Self>, StartError> {
        if !config.sandbox.on {
            return Ok(None);
        }
        let options = Options { people: config.sandbox.people, speed: config.sandbox.speed.get() };
        let sandbox = sandbox::start(&config.data, &options).await?;
        sandbox.register_redirect_uri(&Config::redirect_uri(public_url));
        Ok(Some(Self { sandbox, pace: Pace::of_stand_in(config.sandbox.speed) }))
    }

    /// To be ordered about, and asked what they counted.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The mail server.
    pub(crate) fn smtp(&self) -> Result<Url, StartError> {
        Ok(Url::parse(&format!("smtp://{}", self.sandbox.smtp_address()))?)
    }

    /// The pages of the mailbox.
    pub(crate) fn mailbox(&self) -> Router {
        self.sandbox.router()
    }

    pub(crate) fn salesforce(&self) -> Result<SalesforceService, StartError> {
        Ok(SalesforceService {
            login: Url::parse(&self.sandbox.salesforce_login_url())?,
            test: Url::parse(&self.sandbox.salesforce_test_url())?,
            stand_in: Some(Url::parse(&self.sandbox.salesforce_my_domain_url())?),
            client_id: salesforce::CLIENT_ID.to_owned(),
            client_secret: Some(Secret::new(salesforce::CLIENT_SECRET.to_owned())),
        })
    }

    pub(crate) fn marketo(&self) -> MarketoService {
        let credentials = |id: &str, secret: &str| MarketoCredentials {
            munchkin_account_id: marketo::MUNCHKIN_ID.to_owned(),
            client_id: id.to_owned(),
            client_secret: Secret::new(secret.to_owned()),
        };
        MarketoService {
            url: self.sandbox.marketo_url_template(),
            platform: Some(credentials(marketo::PLATFORM_CLIENT_ID, marketo::PLATFORM_CLIENT_SECRET)),
            integration: Some(credentials(
                marketo::INTEGRATION_CLIENT_ID,
                marketo::INTEGRATION_CLIENT_SECRET,
            )),
        }
    }

    /// Lets their tasks end.
    pub(crate) fn stop(self) {}

    /// How fast the stand-in for Marketo is.
    pub(crate) fn pace(&self) -> Pace {
        self.pace
    }
}

/// Adds the routes of sandbox mode.
pub(crate) fn add_routes(router: OpenApiRouter<App>) -> OpenApiRouter<App> {
    router.routes(routes!(order::order))
}
