use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// A host of Salesforce. Each has its own port here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Host {
    /// In place of `login.salesforce.com`: the sign-in of every org in production.
    Login,
    /// In place of `test.salesforce.com`: the sign-in of sandboxes, and the sandbox's own host too.
    Test,
    /// In place of `acme.my.salesforce.com`: the own host of the org in production.
    MyDomain,
}

impl Host {
    /// The name in a page's head.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Test => "test",
            Self::MyDomain => "My Domain",
        }
    }

    /// The cookie of a session. Cookies are shared by the ports of a host, so a sandbox's has another name; the two
    /// hosts of production share theirs, as a sign-in at one counts at the other.
    pub(super) fn cookie(self) -> &'static str {
        match self {
            Self::Login | Self::MyDomain => "sid",
            Self::Test => "sid_test",
        }
    }
}

/// The ports of the hosts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Ports(BTreeMap<Host, u16>);

impl Ports {
    pub(super) fn set(&mut self, host: Host, port: u16) {
        self.0.insert(host, port);
    }

    /// The port of a host; 0 before one is assigned.
    pub(super) fn get(&self, host: Host) -> u16 {
        self.0.get(&host).copied().unwrap_or_default()
    }

    /// The URL of a host, without a slash at the end. By name: to a browser, `localhost` and an app on `127.0.0.1` are
    /// two sites, as Salesforce and the app are.
    pub(super) fn url(&self, host: Host) -> String {
        format!("http://localhost:{}", self.get(host))
    }
}
