use std::collections::BTreeMap;

use axum::Router;
use sandbox::{Options, Sandbox, marketo, salesforce};
use url::Url;

use crate::clients::marketo::Pace;
use crate::clients::services::{
    ClientApp, ClientApps, MarketoCredentials, MarketoService, SalesforceService,
};
use crate::config::Config;
use crate::error::StartError;
use crate::platform::secrets::Secret;

/// The running stand-ins. Dropped, they stop.
pub struct StandIns {
    sandbox: Sandbox,
    pace: Pace,
    instance: marketo::Nature,
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
        let pace = Pace::of_stand_in(config.sandbox.speed);
        Ok(Some(Self { sandbox, pace, instance: config.sandbox.marketo }))
    }

    /// For ordering failures, and for reading counts.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The mail server.
    pub(crate) fn smtp(&self) -> Result<Url, StartError> {
        Ok(Url::parse(&format!("smtp://{}", self.sandbox.smtp_address()))?)
    }

    /// The pages of the mailbox, with the way back to the console.
    pub(crate) fn mailbox(&self, console: &str) -> Router {
        self.sandbox.router(console)
    }

    pub(crate) fn salesforce(&self) -> Result<SalesforceService, StartError> {
        Ok(SalesforceService {
            login: Url::parse(&self.sandbox.salesforce_login_url())?,
            test: Url::parse(&self.sandbox.salesforce_test_url())?,
            stand_in: Some(Url::parse(&self.sandbox.salesforce_my_domain_url())?),
            my_domain_ends: Vec::new(),
            apps: ClientApps {
                usual: ClientApp {
                    client_id: salesforce::CLIENT_ID.to_owned(),
                    client_secret: Some(Secret::new(salesforce::CLIENT_SECRET.to_owned())),
                },
                of_sandboxes: None,
                by_host: BTreeMap::new(),
            },
            // The listing knows nothing of the stand-in.
            package_version: Some(salesforce::PACKAGE_VERSION_ID.to_owned()),
        })
    }

    pub(crate) fn marketo(&self) -> MarketoService {
        let credentials = |id: &str, secret: &str| MarketoCredentials {
            munchkin_account_id: self.instance.munchkin_id().to_owned(),
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
