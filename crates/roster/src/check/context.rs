//! The data that rows are checked against, prepared for lookups.

use people::Role;

use super::twins::Twins;
use crate::{Changes, Known, Mapping, Target, text};
use values::{email, nearest::nearest};

/// Which column is which field, for looking up by target.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    targets: Vec<Target>,
    by_target: [Option<usize>; Target::ALL.len()],
    /// Those of addresses, from left to right.
    addresses: Vec<usize>,
}

impl Columns {
    fn new(mapping: &Mapping) -> Self {
        let by_target = Target::ALL.map(|target| match target {
            Target::Ignore => None,
            target => mapping.column(target),
        });
        let columns = mapping.targets.iter().enumerate();
        let addresses = columns.filter(|(_, target)| **target == Target::Email).map(|(column, _)| column);
        Self { addresses: addresses.collect(), targets: mapping.targets.clone(), by_target }
    }

    pub(crate) fn of(&self, target: Target) -> Option<usize> {
        self.by_target[target as usize]
    }

    /// The columns of addresses, from left to right.
    pub(crate) fn addresses(&self) -> &[usize] {
        &self.addresses
    }

    /// How many cells a record should have.
    pub(crate) fn width(&self) -> usize {
        self.targets.len()
    }

    /// The mapped columns, from left to right.
    pub(crate) fn mapped(&self) -> impl Iterator<Item = (usize, Target)> {
        let mapped = |&(column, target): &(usize, Target)| self.of(target) == Some(column);
        self.targets.iter().copied().enumerate().filter(mapped)
    }
}

/// Names by folded name. Accounts have few.
#[derive(Clone, Debug)]
struct Names(Vec<(String, String)>);

impl Names {
    fn nearest(&self, name: &str) -> Option<String> {
        let names = self.0.iter().map(|(_, name)| name.as_str());
        nearest(name, &mut names.zip(0..)).map(|place| self.0[place].1.clone())
    }

    fn get(&self, folded: &str) -> Option<&String> {
        self.0.iter().find(|(name, _)| name == folded).map(|(_, name)| name)
    }
}

/// The account's teams and workspaces.
#[derive(Clone, Debug)]
pub(crate) struct KnownNames {
    teams: Option<Names>,
    workspaces: Option<Names>,
    default_workspace: Option<String>,
    /// In lower case.
    pub own_domains: Vec<String>,
    roles: Option<Vec<Role>>,
    /// With A-labels, in lower case.
    allowed_domains: Option<Vec<String>>,
}

impl KnownNames {
    fn new(known: &Known) -> Self {
        let by_name = |names: &Option<Vec<String>>| -> Option<Names> {
            names
                .as_ref()
                .map(|names| Names(names.iter().map(|name| (text::fold(name), name.clone())).collect()))
        };
        Self {
            teams: by_name(&known.teams),
            workspaces: by_name(&known.workspaces),
            default_workspace: known.default_workspace.clone(),
            own_domains: known.own_domains.iter().map(|domain| text::lower(domain.trim())).collect(),
            roles: known.roles.clone(),
            allowed_domains: known.allowed_domains.as_ref().map(|domains| {
                domains.iter().filter_map(|domain| email::ascii_domain(domain.trim())).collect()
            }),
        }
    }

    /// Whether the role may be given.
    pub(super) fn is_role_allowed(&self, role: Role) -> bool {
        self.roles.as_ref().is_none_or(|roles| roles.contains(&role))
    }

    /// Whether people of the domain, with A-labels and in lower case, may be invited.
    pub(super) fn is_domain_allowed(&self, ascii_domain: &str) -> bool {
        let allowed = self.allowed_domains.as_ref();
        allowed.is_none_or(|allowed| allowed.iter().any(|domain| domain == ascii_domain))
    }

    pub(super) const fn teams_are_known(&self) -> bool {
        self.teams.is_some()
    }

    /// The team as the account spells it. Without a list, any name is one.
    pub(super) fn team(&self, name: &str) -> Option<String> {
        if let Some(known) = self.teams.as_ref().and_then(|teams| teams.get(&text::fold(name))) {
            return Some(known.clone());
        }
        if text::is_everyone(name) {
            return Some("Everyone".to_owned());
        }
        self.teams.is_none().then(|| text::trimmed(name).to_owned())
    }

    /// The team that was probably meant.
    pub(super) fn nearest_team(&self, name: &str) -> Option<String> {
        self.teams.as_ref()?.nearest(name)
    }

    /// The workspace that was probably meant.
    pub(super) fn nearest_workspace(&self, name: &str) -> Option<String> {
        self.workspaces.as_ref()?.nearest(name)
    }

    /// The workspace as the account spells it, `Some(None)` for the default one. Without a list, any name is one.
    pub(super) fn workspace(&self, name: &str) -> Option<Option<String>> {
        let folded = text::fold(name);
        if folded.is_empty() || text::is_default_workspace(&folded) {
            return Some(None);
        }
        match &self.workspaces {
            Some(workspaces) => workspaces.get(&folded).map(|known| Some(known.clone())),
            None => Some(Some(text::trimmed(name).to_owned())),
        }
    }

    /// The workspace that a word for the default one names: one of that very name, else the default one, else what the
    /// backend makes of the word.
    pub(super) fn default_workspace(&self, word: &str) -> String {
        let named = self.workspaces.as_ref().and_then(|workspaces| workspaces.get(&text::fold(word)));
        let known = named.or(self.default_workspace.as_ref());
        known.cloned().unwrap_or_else(|| text::trimmed(word).to_owned())
    }
}

/// The data that rows are checked against.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub columns: Columns,
    pub mapping: Mapping,
    pub known: KnownNames,
    pub changes: Changes,
    /// Domains of the file that look like an earlier one.
    pub twins: Twins,
    /// Records up to this number are titles and header.
    pub header_row: u64,
}

impl Context {
    pub(super) fn new(header_row: Option<u64>, mapping: &Mapping, known: &Known, changes: Changes) -> Self {
        Self {
            columns: Columns::new(mapping),
            mapping: mapping.clone(),
            known: KnownNames::new(known),
            changes,
            twins: Twins::default(),
            header_row: header_row.unwrap_or_default(),
        }
    }
}
