//! The objects that can be asked for, their fields and their records.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{people, small};
use crate::people::{People, Person};
use crate::salesforce::setup::{ACTIVITY_FIELDS, FieldType, Setup};
use crate::salesforce::soql::{Condition, Value};
use crate::salesforce::user::{Org, User};

/// Which API is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    Data,
    Tooling,
}

/// What an org holds when it is asked.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) org: Org,
    pub(super) people: People,
    pub(super) setup: Setup,
    /// Who ever signed in.
    pub(super) users: Vec<User>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Lead,
    Contact,
    OpportunityContactRole,
    User,
    Organization,
    PermissionSet,
    PermissionSetAssignment,
    Task,
    Event,
    /// Tasks and events together. It can be described, not asked.
    Activity,
    InstalledSubscriberPackage,
    RemoteProxy,
    Layout,
}

/// What a field holds, as a description names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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
pub(super) struct Column {
    pub(super) name: Cow<'static, str>,
    pub(super) kind: Kind,
    /// The label, where it does not follow from the name.
    pub(super) label: Option<&'static str>,
}

/// One record.
#[derive(Clone, Debug)]
pub(super) enum Row {
    Person(Person),
    /// The role of a contact in an opportunity.
    Role(Person),
    Small(Arc<SmallRow>),
}

pub(super) type SmallRow = BTreeMap<&'static str, Value>;

const OBJECTS: [(&str, Object, Api); 13] = [
    ("Lead", Object::Lead, Api::Data),
    ("Contact", Object::Contact, Api::Data),
    ("OpportunityContactRole", Object::OpportunityContactRole, Api::Data),
    ("User", Object::User, Api::Data),
    ("Organization", Object::Organization, Api::Data),
    ("PermissionSet", Object::PermissionSet, Api::Data),
    ("PermissionSetAssignment", Object::PermissionSetAssignment, Api::Data),
    ("Task", Object::Task, Api::Data),
    ("Event", Object::Event, Api::Data),
    ("Activity", Object::Activity, Api::Data),
    ("InstalledSubscriberPackage", Object::InstalledSubscriberPackage, Api::Tooling),
    ("RemoteProxy", Object::RemoteProxy, Api::Tooling),
    ("Layout", Object::Layout, Api::Tooling),
];

const ACTIVITY: &[(&str, Kind)] = &[
    ("Id", Kind::Id),
    ("Subject", Kind::Text(255)),
    ("WhoId", Kind::Reference),
    ("WhatId", Kind::Reference),
    ("OwnerId", Kind::Reference),
    ("CreatedDate", Kind::Time),
    ("LastModifiedDate", Kind::Time),
];

impl Object {
    /// The object of that name, in any letter case.
    pub(super) fn named(name: &str, api: Api) -> Option<Self> {
        let found = OBJECTS.iter().find(|(known, _, of)| known.eq_ignore_ascii_case(name) && *of == api);
        found.map(|(_, object, _)| *object)
    }

    pub(super) fn name(self) -> &'static str {
        OBJECTS.iter().find(|(_, object, _)| *object == self).map_or("", |(name, ..)| name)
    }

    /// Its fields, those of other objects that it leads to with a dot.
    pub(super) fn columns(self, setup: &Setup) -> Vec<Column> {
        let fixed = match self {
            Self::Lead => people::LEAD,
            Self::Contact => people::CONTACT,
            Self::OpportunityContactRole => people::ROLE,
            Self::User => small::USER,
            Self::Organization => small::ORGANIZATION,
            Self::PermissionSet => small::PERMISSION_SET,
            Self::PermissionSetAssignment => small::ASSIGNMENT,
            Self::Task | Self::Event | Self::Activity => ACTIVITY,
            Self::InstalledSubscriberPackage => small::PACKAGE,
            Self::RemoteProxy => small::REMOTE_PROXY,
            Self::Layout => small::LAYOUT,
        };
        let column =
            |(name, kind): &(&'static str, Kind)| Column { name: (*name).into(), kind: *kind, label: None };
        let mut columns: Vec<_> = fixed.iter().map(column).collect();
        match self {
            Self::Lead | Self::Contact if setup.package.is_some() => {
                columns.extend(people::PACKAGE_FIELDS.iter().map(column));
            }
            Self::Task | Self::Event | Self::Activity => {
                let there = ACTIVITY_FIELDS.iter().filter(|field| setup.activity_fields.contains(field.name));
                columns.extend(there.map(|field| Column {
                    name: format!("{}__c", field.name).into(),
                    kind: match field.kind {
                        FieldType::Text(length) => Kind::Text(length),
                        FieldType::Url => Kind::Url,
                        FieldType::Checkbox => Kind::Checkbox,
                    },
                    label: Some(field.label),
                }));
            }
            _ => {}
        }
        columns
    }

    /// Its records, as few as the condition lets be told without looking at them.
    pub(super) fn rows(self, org: &Snapshot, condition: Option<&Condition>) -> Box<dyn Iterator<Item = Row>> {
        let small = |rows: Vec<SmallRow>| Box::new(rows.into_iter().map(|row| Row::Small(Arc::new(row))));
        match self {
            Self::Lead | Self::Contact | Self::OpportunityContactRole => people::rows(self, org, condition),
            Self::User => small(small::users(org)),
            Self::Organization => small(small::organization(org)),
            Self::PermissionSet => small(small::permission_sets(org)),
            Self::PermissionSetAssignment => small(small::assignments(org)),
            Self::Task | Self::Event | Self::Activity => small(Vec::new()),
            Self::InstalledSubscriberPackage => small(small::packages(org)),
            Self::RemoteProxy => small(small::remote_sites(org)),
            Self::Layout => small(small::layouts(org)),
        }
    }
}

impl Row {
    /// The value of a column.
    pub(super) fn value(&self, column: &str) -> Value {
        match self {
            Self::Person(person) => people::value(*person, column),
            Self::Role(person) => people::role_value(*person, column),
            Self::Small(row) => row.get(column).cloned().unwrap_or(Value::Null),
        }
    }
}
