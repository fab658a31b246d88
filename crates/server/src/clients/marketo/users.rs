//! The users of an instance, their roles, and the workspaces. Only the platform's credentials may read them.

use serde::{Deserialize, Deserializer};

use super::{Error, Marketo, Result};

const PREFIX: [&str; 4] = ["userservice", "management", "v1", "users"];
/// Users in a page.
const PAGE: usize = 200;

/// Any value may be `null` where the people of the subscription are Adobe's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    /// Marketo's id of the user; not always the address.
    #[serde(default, alias = "userId", deserialize_with = "or_default")]
    pub(crate) userid: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) first_name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) last_name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) email_address: String,
    /// For programs, not people.
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) api_only: bool,
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    value: D,
) -> std::result::Result<T, D::Error> {
    Ok(Option::deserialize(value)?.unwrap_or_default())
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) id: i64,
    pub(crate) name: String,
}

/// A role that a user has in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct UserRole {
    #[serde(default, rename = "accessRoleName", deserialize_with = "or_default")]
    pub(crate) role_name: String,
}

impl Marketo {
    /// Every user who can be named: those without an id or an address are left out.
    pub(crate) async fn users(&self) -> Result<Vec<User>> {
        let mut users: Vec<User> = Vec::new();
        loop {
            let (size, offset) = (PAGE.to_string(), users.len().to_string());
            let call = self.get(&path(&["allusers.json"]));
            let call = call.query(&[("pageSize", &size), ("pageOffset", &offset)]);
            let page: Vec<User> = self.json(&call).await.map_err(named)?;
            let last = page.len() < PAGE;
            if !last && users.last() == page.last() {
                return Err(Error::Unexpected("the same page again"));
            }
            users.extend(page);
            if last {
                users.retain(|user| !user.userid.is_empty() && !user.email_address.is_empty());
                return Ok(users);
            }
        }
    }

    pub(crate) async fn workspaces(&self) -> Result<Vec<Workspace>> {
        self.json(&self.get(&path(&["workspaces.json"]))).await.map_err(named)
    }

    /// The roles of the user with that `userid`.
    pub(crate) async fn roles_of(&self, userid: &str) -> Result<Vec<UserRole>> {
        self.json(&self.get(&path(&[userid, "roles.json"]))).await.map_err(named)
    }
}

/// A missing permission by its name: *Access User Management Api*.
fn named(error: Error) -> Error {
    match error {
        Error::PermissionMissing => Error::UserPermissionMissing,
        other => other,
    }
}

fn path<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    [&PREFIX, rest].concat()
}
