use std::fmt;

use serde::{Deserialize, Serialize};

/// A person's permissions in the sales account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Has a profile and connections of their own, nothing else.
    #[default]
    User,
    /// Administers the account.
    Admin,
}

impl Role {
    pub const ALL: [Self; 2] = [Self::User, Self::Admin];

    /// The stable name used on the wire and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which steps of the set-up are an administrator's. An attribute, not a permission; one person may have both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Persona {
    MarketoAdmin,
    SalesforceAdmin,
}

impl Persona {
    pub const ALL: [Self; 2] = [Self::MarketoAdmin, Self::SalesforceAdmin];

    /// The stable name used on the wire and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MarketoAdmin => "marketo_admin",
            Self::SalesforceAdmin => "salesforce_admin",
        }
    }
}
