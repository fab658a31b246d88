//! Which services the account is connected to: their hosts, and the credentials that the operator was given for them.
//! Every URL of a request to them is built here, so that no user input chooses a host.

use std::collections::BTreeMap;

use api_types::{SalesforceEnvironment, munchkin_account_id};
use url::Url;

use crate::config::ServicesConfig;
use crate::error::StartError;
use crate::platform::secrets::Secret;

const LOGIN: &str = "https://login.salesforce.com";
const TEST: &str = "https://test.salesforce.com";
/// The domain of orgs and of their sandboxes.
const MY_DOMAIN_END: &str = ".my.salesforce.com";
const MARKETO: &str = "https://{munchkin}.mktorest.com";
const MUNCHKIN: &str = "{munchkin}";

/// The services to connect to. Those that the operator did not configure are absent.
pub(crate) struct Services {
    pub(crate) salesforce: Option<SalesforceService>,
    pub(crate) marketo: MarketoService,
}

/// Salesforce, and this product's registrations there.
pub(crate) struct SalesforceService {
    pub(crate) login: Url,
    pub(crate) test: Url,
    /// Used in place of every org's own host; in sandbox mode only.
    pub(crate) stand_in: Option<Url>,
    /// What the hosts of orgs end in, besides Salesforce's usual domain.
    pub(crate) my_domain_ends: Vec<String>,
    pub(crate) apps: ClientApps,
    /// The id of the package's version that orgs are led to install, in place of the listing.
    pub(crate) package_version: Option<String>,
}

/// This product's apps in Salesforce. An External Client App whose distribution is *Local* works in its own org only, so a
/// sandbox and other orgs may have apps of their own.
pub(crate) struct ClientApps {
    /// For orgs without one of their own.
    pub(crate) usual: ClientApp,
    /// For sandboxes without one of their own.
    pub(crate) of_sandboxes: Option<ClientApp>,
    /// By the host of the org's My Domain.
    pub(crate) by_host: BTreeMap<String, ClientApp>,
}

/// An app's consumer key and secret.
#[derive(Clone, Debug)]
pub(crate) struct ClientApp {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Secret>,
}

/// Marketo, and the credentials that the operator holds.
pub(crate) struct MarketoService {
    pub(crate) url: String,
    /// For reading Marketo's users.
    pub(crate) platform: Option<MarketoCredentials>,
    /// Becomes the account's Integration Information.
    pub(crate) integration: Option<MarketoCredentials>,
}

/// Client credentials at one Marketo instance.
#[derive(Clone, Debug)]
pub(crate) struct MarketoCredentials {
    pub(crate) munchkin_account_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
}

impl Services {
    /// Combines the configuration and, in sandbox mode, the stand-ins for the rest.
    ///
    /// # Errors
    /// When a URL or an id is malformed, or half of a pair of credentials is missing.
    pub(crate) fn new(
        config: &ServicesConfig,
        salesforce_stand_in: Option<SalesforceService>,
        marketo_stand_in: Option<MarketoService>,
    ) -> Result<Self, StartError> {
        Ok(Self {
            salesforce: salesforce(config, salesforce_stand_in)?,
            marketo: marketo(config, marketo_stand_in)?,
        })
    }
}

fn salesforce(
    config: &ServicesConfig,
    stand_in: Option<SalesforceService>,
) -> Result<Option<SalesforceService>, StartError> {
    let is_alone = |name: &str| format!("{name} does nothing without MSI_SALESFORCE_CLIENT_ID: give both");
    if config.salesforce_client_id.is_none() {
        if config.salesforce_apps.is_some() {
            return Err(is_alone("MSI_SALESFORCE_APPS").into());
        }
        if config.salesforce_test_client_id.is_some() {
            return Err(is_alone("MSI_SALESFORCE_TEST_CLIENT_ID").into());
        }
    }
    if config.salesforce_test_client_secret.is_some() && config.salesforce_test_client_id.is_none() {
        return Err("MSI_SALESFORCE_TEST_CLIENT_SECRET needs MSI_SALESFORCE_TEST_CLIENT_ID".into());
    }
    if let Some(client_id) = &config.salesforce_client_id {
        let host = |given: &Option<Url>, usual: &str| given.clone().map_or_else(|| Url::parse(usual), Ok);
        return Ok(Some(SalesforceService {
            login: host(&config.salesforce_login_url, LOGIN)?,
            test: host(&config.salesforce_test_url, TEST)?,
            stand_in: None,
            my_domain_ends: config.salesforce_my_domain_ends.clone(),
            apps: client_apps(config, client_id)?,
            package_version: config.salesforce_package_version.clone(),
        }));
    }
    Ok(stand_in)
}

fn client_apps(config: &ServicesConfig, client_id: &str) -> Result<ClientApps, StartError> {
    let app = |client_id: &str, secret: &Option<String>| ClientApp {
        client_id: client_id.to_owned(),
        client_secret: secret.clone().map(Secret::new),
    };
    let mut by_host = BTreeMap::new();
    for entry in config.salesforce_apps.iter().flat_map(|apps| apps.split_whitespace()) {
        // Not the entry itself: it holds a secret.
        let malformed = "MSI_SALESFORCE_APPS: an entry is not of the form acme.my.salesforce.com=consumer-key:consumer-secret";
        let (host, key) = entry.split_once('=').ok_or(malformed)?;
        let (client_id, secret) = key.split_once(':').ok_or(malformed)?;
        let is_host = host.contains(".my.")
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        if !is_host || client_id.is_empty() || secret.is_empty() {
            return Err(malformed.into());
        }
        if by_host.insert(host.to_ascii_lowercase(), app(client_id, &Some(secret.to_owned()))).is_some() {
            return Err(format!("MSI_SALESFORCE_APPS: {host} has two entries").into());
        }
    }
    Ok(ClientApps {
        usual: app(client_id, &config.salesforce_client_secret),
        of_sandboxes: config
            .salesforce_test_client_id
            .as_ref()
            .map(|id| app(id, &config.salesforce_test_client_secret)),
        by_host,
    })
}

impl SalesforceService {
    /// The app for people who sign in at a host.
    pub(crate) fn app_at(&self, host: &Url) -> &ClientApp {
        let ClientApps { usual, of_sandboxes, by_host } = &self.apps;
        let name = host.host_str().unwrap_or_default();
        let is_of_sandboxes =
            host.origin() == self.test.origin() || name.split('.').nth(1) == Some("sandbox");
        by_host.get(name).or(of_sandboxes.as_ref().filter(|_| is_of_sandboxes)).unwrap_or(usual)
    }

    /// What the hosts of orgs end in.
    fn my_domain_ends(&self) -> impl Iterator<Item = &str> {
        std::iter::once(MY_DOMAIN_END).chain(self.my_domain_ends.iter().map(String::as_str))
    }

    /// The host where users of an environment sign in; `None` for a host that is not Salesforce's.
    pub(crate) fn sign_in_host(&self, environment: &SalesforceEnvironment) -> Option<Url> {
        match environment {
            SalesforceEnvironment::Salesforce => Some(self.login.clone()),
            SalesforceEnvironment::Sandbox => Some(self.test.clone()),
            SalesforceEnvironment::MyDomain(typed) => self.my_domain(typed),
        }
    }

    /// Whether requests with an org's token may go to the host that Salesforce named for them.
    pub(crate) fn allows_instance(&self, instance: &Url) -> bool {
        let same = |known: &Url| known.origin() == instance.origin();
        let org = instance.scheme() == "https"
            && instance.port().is_none()
            && instance.host_str().is_some_and(|host| self.my_domain_ends().any(|end| host.ends_with(end)));
        org || same(&self.login) || same(&self.test) || self.stand_in.as_ref().is_some_and(same)
    }

    /// The host of an org from the user's input: its name, its host or its URL.
    fn my_domain(&self, typed: &str) -> Option<Url> {
        let typed = typed.trim().trim_end_matches('/');
        if let Some(stand_in) = &self.stand_in {
            let host = typed.strip_prefix("http://").unwrap_or(typed);
            let own = stand_in.host_str().zip(stand_in.port()).map(|(host, port)| format!("{host}:{port}"));
            if own.as_deref() == Some(host) {
                return Some(stand_in.clone());
            }
        }
        let host = typed.strip_prefix("https://").unwrap_or(typed).to_ascii_lowercase();
        let name = self.my_domain_ends().find_map(|end| host.strip_suffix(end))?;
        // An org's name, or a sandbox of it: acme, acme--uat.sandbox
        let labels = || name.split('.');
        let plain = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if labels().count() > 2 || !labels().all(plain) {
            return None;
        }
        match &self.stand_in {
            Some(stand_in) => Some(stand_in.clone()),
            None => Url::parse(&format!("https://{host}")).ok(),
        }
    }
}

fn marketo(config: &ServicesConfig, stand_in: Option<MarketoService>) -> Result<MarketoService, StartError> {
    // An instance that the operator configures is used for everything, in place of the stand-in.
    let stand_in = stand_in.filter(|_| config.marketo_url.is_none());
    let (url, stand_in_platform, stand_in_integration) = match stand_in {
        Some(stand_in) => (stand_in.url, stand_in.platform, stand_in.integration),
        None => (config.marketo_url.clone().unwrap_or_else(|| MARKETO.to_owned()), None, None),
    };
    if url.matches(MUNCHKIN).count() != 1 {
        return Err(format!("the Marketo address {url} must hold {MUNCHKIN} once").into());
    }
    let given = config.marketo_munchkin_id.as_deref().map(|typed| {
        munchkin_account_id(typed)
            .ok_or_else(|| format!("{typed} is no Munchkin Account ID, such as 284-RPR-133"))
    });
    let given = given.transpose()?;
    let pair = |id: &Option<String>, secret: &Option<String>, stand_in, name: &str| match (&given, id, secret)
    {
        (Some(given), Some(id), Some(secret)) => Ok(Some(MarketoCredentials {
            munchkin_account_id: given.clone(),
            client_id: id.clone(),
            client_secret: Secret::new(secret.clone()),
        })),
        (_, None, None) => Ok(stand_in),
        _ => Err(format!("the {name} credentials need the Munchkin Account ID, a Client ID and a secret")),
    };
    Ok(MarketoService {
        platform: pair(
            &config.marketo_platform_client_id,
            &config.marketo_platform_secret,
            stand_in_platform,
            "platform",
        )?,
        integration: pair(
            &config.marketo_integration_client_id,
            &config.marketo_integration_secret,
            stand_in_integration,
            "integration",
        )?,
        url,
    })
}

impl MarketoService {
    /// Without credentials of the operator.
    #[cfg(test)]
    pub(crate) fn at(url: String) -> Self {
        Self { url, platform: None, integration: None }
    }

    /// The URL of an instance; `None` for a malformed Munchkin Account ID.
    pub(crate) fn instance(&self, typed: &str) -> Option<Url> {
        let id = munchkin_account_id(typed)?;
        Url::parse(&self.url.replace(MUNCHKIN, &id)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service() -> SalesforceService {
        SalesforceService {
            login: Url::parse(LOGIN).unwrap(),
            test: Url::parse(TEST).unwrap(),
            stand_in: None,
            my_domain_ends: Vec::new(),
            apps: ClientApps { usual: app("usual"), of_sandboxes: None, by_host: BTreeMap::new() },
            package_version: None,
        }
    }

    fn app(client_id: &str) -> ClientApp {
        ClientApp { client_id: client_id.to_owned(), client_secret: None }
    }

    fn host(typed: &str) -> Option<String> {
        let environment = SalesforceEnvironment::MyDomain(typed.to_owned());
        service().sign_in_host(&environment).map(|url| url.to_string())
    }

    #[test]
    fn a5_a_my_domain_is_a_host_of_salesforce() {
        assert_eq!(host("acme.my.salesforce.com").as_deref(), Some("https://acme.my.salesforce.com/"));
        assert_eq!(
            host(" https://Acme--uat.sandbox.my.salesforce.com/ ").as_deref(),
            Some("https://acme--uat.sandbox.my.salesforce.com/")
        );
        for bad in [
            "",
            "acme",
            ".my.salesforce.com",
            "evil.example/.my.salesforce.com",
            "evil.example#.my.salesforce.com",
            "user@acme.my.salesforce.com",
            "acme.my.salesforce.com.evil.example",
            "acme.my.salesforce.com:8443",
            "http://acme.my.salesforce.com",
            "a.b.c.my.salesforce.com",
            "127.0.0.1",
            "localhost:8080",
        ] {
            assert_eq!(host(bad), None, "{bad}");
        }
    }

    #[test]
    fn s2_each_org_has_the_app_that_is_configured_for_it() {
        let apps = ClientApps {
            usual: app("usual"),
            of_sandboxes: Some(app("sandboxes")),
            by_host: BTreeMap::from([("acme--uat.sandbox.my.salesforce.com".to_owned(), app("uat"))]),
        };
        let service = SalesforceService { apps, ..service() };
        let at = |host: &str| service.app_at(&Url::parse(host).unwrap()).client_id.clone();
        assert_eq!(at("https://login.salesforce.com"), "usual");
        assert_eq!(at("https://acme.my.salesforce.com"), "usual");
        assert_eq!(at("https://test.salesforce.com"), "sandboxes");
        assert_eq!(at("https://acme--dev.sandbox.my.salesforce.com"), "sandboxes");
        assert_eq!(at("https://acme--uat.sandbox.my.salesforce.com"), "uat");
    }

    #[test]
    fn a5_hosts_of_government_clouds_are_allowed_where_the_operator_names_them() {
        let end = ".my.salesforce.mil".to_owned();
        let service = SalesforceService { my_domain_ends: vec![end], ..service() };
        let environment = SalesforceEnvironment::MyDomain("acme.my.salesforce.mil".to_owned());
        assert!(service.sign_in_host(&environment).is_some());
        assert!(service.allows_instance(&Url::parse("https://acme.my.salesforce.mil").unwrap()));
        assert!(!self::service().allows_instance(&Url::parse("https://acme.my.salesforce.mil").unwrap()));
    }

    #[test]
    fn a5_tokens_go_to_hosts_of_salesforce_only() {
        let allows = |url: &str| service().allows_instance(&Url::parse(url).unwrap());
        assert!(allows("https://acme.my.salesforce.com"));
        assert!(allows("https://login.salesforce.com"));
        for bad in [
            "http://acme.my.salesforce.com",
            "https://acme.my.salesforce.com:8443",
            "https://my.salesforce.com.evil.example",
            "https://evilmy.salesforce.com",
            "http://127.0.0.1:9000",
        ] {
            assert!(!allows(bad), "{bad}");
        }
    }

    #[test]
    fn a5_the_address_of_a_marketo_instance_holds_nothing_but_its_id() {
        let service = MarketoService::at(MARKETO.to_owned());
        let address = service.instance(" 284-rpr-133 ").map(|url| url.to_string());
        assert_eq!(address.as_deref(), Some("https://284-rpr-133.mktorest.com/"));
        assert!(service.instance("evil.example/284-RPR-133").is_none());
    }
}
