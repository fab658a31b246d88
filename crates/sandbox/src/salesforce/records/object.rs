//! The objects that can be queried, and the types of their fields and records.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::people::{People, Person};
use crate::salesforce::setup::Setup;
use crate::salesforce::soql::Value;
use crate::salesforce::user::{Org, User};

/// The API of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::salesforce) enum Api {
    Data,
    Tooling,
}

/// The state of an org at the time of a query.
#[derive(Clone, Debug)]
pub(in crate::salesforce) struct Snapshot {
    pub(in crate::salesforce) org: Org,
    pub(in crate::salesforce) people: People,
    pub(in crate::salesforce) setup: Setup,
    /// The users who ever signed in.
    pub(in crate::salesforce) users: Vec<User>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(ascii_case_insensitive, const_into_str)]
pub(in crate::salesforce) enum Object {
    Lead,
    Contact,
    OpportunityContactRole,
    User,
    Profile,
    Organization,
    PermissionSet,
    PermissionSetAssignment,
    Task,
    Event,
    /// Tasks and events together. It can be described, but not queried.
    Activity,
    InstalledSubscriberPackage,
    RemoteProxy,
    Layout,
}

/// The type of a field, as in a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::salesforce) enum ColumnType {
    Id,
    Reference,
    Text(u32),
    Email,
    Phone,
    Url,
    Checkbox,
    Number,
    Time,
    Complex,
}

#[derive(Clone, Debug)]
pub(in crate::salesforce) struct Column {
    pub(in crate::salesforce) name: Cow<'static, str>,
    pub(in crate::salesforce) kind: ColumnType,
    /// The label, where it does not follow from the name.
    pub(in crate::salesforce) label: Option<&'static str>,
}

/// One record.
#[derive(Clone, Debug)]
pub(in crate::salesforce) enum Row {
    Person(Person),
    /// The role of a contact in an opportunity.
    Role(Person),
    Small(Arc<SmallRow>),
}

pub(in crate::salesforce) type SmallRow = BTreeMap<&'static str, Value>;

impl Object {
    /// The object of that name, in any letter case.
    pub(in crate::salesforce) fn named(name: &str, api: Api) -> Option<Self> {
        name.parse().ok().filter(|object: &Self| object.api() == api)
    }

    /// The objects of an API.
    pub(in crate::salesforce) fn of(api: Api) -> impl Iterator<Item = Self> {
        Self::VARIANTS.iter().copied().filter(move |object| object.api() == api)
    }

    pub(in crate::salesforce) fn is_queryable(self) -> bool {
        self != Self::Activity
    }

    /// The first three characters of its records' ids.
    pub(in crate::salesforce) fn key_prefix(self) -> Option<&'static str> {
        Some(match self {
            Self::Lead => "00Q",
            Self::Contact => "003",
            Self::OpportunityContactRole => "00K",
            Self::User => "005",
            Self::Profile => "00e",
            Self::Organization => "00D",
            Self::PermissionSet => "0PS",
            Self::PermissionSetAssignment => "0Pa",
            Self::Task => "00T",
            Self::Event => "00U",
            Self::Activity => return None,
            Self::InstalledSubscriberPackage => "0A3",
            Self::RemoteProxy => "0rp",
            Self::Layout => "00h",
        })
    }

    fn api(self) -> Api {
        match self {
            Self::InstalledSubscriberPackage | Self::RemoteProxy | Self::Layout => Api::Tooling,
            _ => Api::Data,
        }
    }
}
