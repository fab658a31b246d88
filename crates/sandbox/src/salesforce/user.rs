//! Users, and the effects of special user names.

use serde::{Deserialize, Serialize};
use strum::EnumString;

use super::host::Host;
use super::secret::fingerprint;
use crate::people::salesforce_id;

/// Numbers of owners of people are below this, numbers of users who signed in are not.
const FIRST_NUMBER: u64 = 1_000_000_000;

/// An org.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Org {
    Production,
    /// The sandbox of the org in production.
    Sandbox,
    /// An org that is not the customer's. It shares the host with the one in production and has no users of the
    /// account.
    Other,
}

impl Org {
    /// The id, of 18 characters.
    pub fn id(self) -> String {
        let number = match self {
            Self::Production => 1,
            Self::Sandbox => 2,
            Self::Other => 3,
        };
        salesforce_id("00D", number)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Production => "Example Corp",
            Self::Sandbox => "Example Corp (full)",
            Self::Other => "Another Company",
        }
    }

    /// The host in `instance_url`.
    pub(super) fn home(self) -> Host {
        match self {
            Self::Production | Self::Other => Host::MyDomain,
            Self::Sandbox => Host::Test,
        }
    }
}

/// A user of an org. The user name is the e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct User {
    pub org: Org,
    /// In lower case.
    pub name: String,
}

impl User {
    /// The user of that name at that host; `None` when the name is no address.
    pub(super) fn at(host: Host, name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let (local, domain) = name.split_once('@')?;
        if local.is_empty() || domain.is_empty() || name.contains(char::is_whitespace) {
            return None;
        }
        let org = match (Sentinel::of(&name), host) {
            (Sentinel::OtherOrg, _) => Org::Other,
            (_, Host::Test) => Org::Sandbox,
            (_, Host::Login | Host::MyDomain) => Org::Production,
        };
        Some(Self { org, name })
    }

    /// The id, of 18 characters.
    pub fn id(&self) -> String {
        salesforce_id("005", FIRST_NUMBER + fingerprint(&self.name) % (9 * FIRST_NUMBER))
    }

    pub(super) fn sentinel(&self) -> Sentinel {
        Sentinel::of(&self.name)
    }

    /// The given name, guessed from the address; many have none.
    pub(super) fn first_name(&self) -> Option<String> {
        self.local().split_once(['.', '_']).map(|(first, _)| capitalized(first))
    }

    pub(super) fn last_name(&self) -> String {
        let local = self.local();
        capitalized(local.split_once(['.', '_']).map_or(local, |(_, last)| last))
    }

    pub(super) fn display_name(&self) -> String {
        let last = self.last_name();
        self.first_name().map_or(last.clone(), |first| format!("{first} {last}"))
    }

    fn local(&self) -> &str {
        local(&self.name)
    }
}

fn local(name: &str) -> &str {
    let local = name.split('@').next().unwrap_or_default();
    local.split('+').next().unwrap_or_default()
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The effect of a user name, by the part before the `@`. A suffix after `+` tells users apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub(super) enum Sentinel {
    #[strum(disabled)]
    Ordinary,
    Denied,
    Blocked,
    Uninstalled,
    /// The app is a local External Client App of another org.
    CrossOrg,
    /// The External Client App is unknown at the sign-in address.
    EcNotFound,
    /// The same, told by the token endpoint.
    AppNotFound,
    /// The app's policies do not let the user in.
    AppAccess,
    /// The app lacks a scope that is asked for.
    NoScope,
    /// The org no longer serves the version of the API that the client uses.
    OldApi,
    NoApi,
    NoApiOrg,
    Restricted,
    #[strum(serialize = "ip")]
    IpRestricted,
    #[strum(serialize = "inactive")]
    InactiveUser,
    InactiveOrg,
    Maintenance,
    ExpiredCode,
    Revoked,
    OtherOrg,
    #[strum(serialize = "coop")]
    CutsOpener,
}

impl Sentinel {
    pub(super) fn of(name: &str) -> Self {
        local(name).parse().unwrap_or(Self::Ordinary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_is_an_address_and_names_the_org_together_with_the_host() {
        let ana = User::at(Host::Login, " Ana.Lopez+2@Example.com ").unwrap();
        assert_eq!((ana.name.as_str(), ana.org), ("ana.lopez+2@example.com", Org::Production));
        assert_eq!(ana.display_name(), "Ana Lopez");
        assert_eq!((ana.id().len(), &ana.id()[..5]), (18, "0055e"));
        assert_eq!(User::at(Host::Test, "ana@example.com").unwrap().org, Org::Sandbox);
        assert_eq!(User::at(Host::MyDomain, "otherorg@example.com").unwrap().org, Org::Other);
        for wrong in ["", "ana", "@example.com", "ana@", "a na@example.com"] {
            assert_eq!(User::at(Host::Login, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sentinels_are_told_by_the_part_before_the_at() {
        assert_eq!(Sentinel::of("Denied+7@example.com"), Sentinel::Denied);
        assert_eq!(Sentinel::of("denied.person@example.com"), Sentinel::Ordinary);
    }
}
