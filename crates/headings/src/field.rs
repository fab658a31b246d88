//! The fields of an invitation and the targets of a file's columns.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// A field of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Email,
    FirstName,
    LastName,
    Role,
    /// Any number of teams, separated by `;`, `|` or a line break.
    Teams,
    Workspace,
    /// The language of the invitation mail.
    Language,
}

impl Field {
    /// Every field, in the order in which screens and exports show them.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    /// The stable name, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Role => "role",
            Self::Teams => "teams",
            Self::Workspace => "workspace",
            Self::Language => "language",
        }
    }

    /// The field of that stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// The target of a column of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    #[default]
    Ignore,
    Email,
    FirstName,
    LastName,
    /// "Ana García" in one cell: split into first and last name where neither has a column with a value of its own.
    FullName,
    Role,
    Teams,
    Workspace,
    Language,
}

impl Target {
    /// Every target, in the order in which a chooser lists them.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    /// The stable name, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::FullName => "full_name",
            Self::Email => Field::Email.name(),
            Self::FirstName => Field::FirstName.name(),
            Self::LastName => Field::LastName.name(),
            Self::Role => Field::Role.name(),
            Self::Teams => Field::Teams.name(),
            Self::Workspace => Field::Workspace.name(),
            Self::Language => Field::Language.name(),
        }
    }

    /// The target of that stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }
}

impl From<Field> for Target {
    fn from(field: Field) -> Self {
        match field {
            Field::Email => Self::Email,
            Field::FirstName => Self::FirstName,
            Field::LastName => Self::LastName,
            Field::Role => Self::Role,
            Field::Teams => Self::Teams,
            Field::Workspace => Self::Workspace,
            Field::Language => Self::Language,
        }
    }
}
