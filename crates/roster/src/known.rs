//! The account's data that checking a file needs.

use people::Role;
use serde::{Deserialize, Serialize};

/// The account's names, domains and free seats. `None` values are unknown: then any name, or any number of people, is
/// accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Team names as the account spells them. *Everyone* is understood in every language and need not be listed.
    pub teams: Option<Vec<String>>,
    /// Workspace names as the account spells them. *Default* is understood in every language.
    pub workspaces: Option<Vec<String>>,
    /// The name of the default workspace, which a row that says *Default* is sent with.
    #[serde(default)]
    pub default_workspace: Option<String>,
    /// The account's own mail domains: near misses of them count as typos, look-alikes of them as deception.
    #[serde(default)]
    pub own_domains: Vec<String>,
    /// The roles that may be given; `None`: both.
    #[serde(default)]
    pub roles: Option<Vec<Role>>,
    /// The mail domains whose people may be invited, subdomains not included; `None`: all.
    #[serde(default)]
    pub allowed_domains: Option<Vec<String>>,
    /// How many people can still be invited; they are the first ones of a file.
    #[serde(default)]
    pub free_seats: Option<u64>,
}
