//! The workspaces of an account by their names.

use std::collections::HashMap;

use api_types::Workspace;

use crate::db::teams::name_key;
use crate::db::{self, AccountId, Conn, DbResult};

#[derive(Debug, Default)]
pub(crate) struct Workspaces {
    by_key: HashMap<String, Workspace>,
    default: Option<Workspace>,
}

impl Workspaces {
    pub(crate) async fn read(conn: &mut Conn, account_id: &AccountId) -> DbResult<Self> {
        Ok(db::teams::workspaces(conn, account_id).await?.into_iter().collect())
    }

    /// The workspace of that name. A word for the default one, in any language of the product, means that one unless
    /// another has this very name.
    pub(crate) fn said(&self, name: &str) -> Option<&Workspace> {
        self.named(name).or_else(|| self.default().filter(|_| roster::is_default_workspace(name)))
    }

    /// The workspace of exactly that name.
    pub(crate) fn named(&self, name: &str) -> Option<&Workspace> {
        self.by_key.get(&name_key(name))
    }

    /// The workspace of whoever is given none.
    pub(crate) fn default(&self) -> Option<&Workspace> {
        self.default.as_ref()
    }
}

impl FromIterator<Workspace> for Workspaces {
    fn from_iter<All: IntoIterator<Item = Workspace>>(all: All) -> Self {
        let by_key: HashMap<_, _> =
            all.into_iter().map(|workspace| (name_key(&workspace.name), workspace)).collect();
        let default = by_key.values().find(|workspace| workspace.default).cloned();
        Self { by_key, default }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspaces(names: &[(&str, bool)]) -> Workspaces {
        let workspace = |(name, default): &(&str, bool)| Workspace {
            id: (*name).to_owned().into(),
            name: (*name).to_owned(),
            default: *default,
        };
        names.iter().map(workspace).collect()
    }

    #[test]
    fn r18_a_word_for_the_default_workspace_means_it_unless_another_has_that_name() {
        let said = |all: &Workspaces, name: &str| all.said(name).map(|found| found.name.clone());
        let all = workspaces(&[("Headquarters", true), ("Japan", false)]);
        for word in ["Default", "standard", "기본값", "HEADQUARTERS"] {
            assert_eq!(said(&all, word).as_deref(), Some("Headquarters"), "{word}");
        }
        assert_eq!(said(&all, "japan").as_deref(), Some("Japan"));
        assert_eq!(said(&all, "Mars"), None);
        assert_eq!(all.named("Default"), None);

        let all = workspaces(&[("Headquarters", true), ("Standard", false)]);
        assert_eq!(said(&all, "standard").as_deref(), Some("Standard"));
    }
}
