//! The fields and the records of every object.

use std::sync::Arc;

use super::object::{Column, ColumnType, Object, Row, SmallRow, Snapshot};
use super::{people, small, staff};
use crate::salesforce::setup::{ACTIVITY_FIELDS, FieldType, Setup};
use crate::salesforce::soql::{Condition, Value};

const ACTIVITY: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("Subject", ColumnType::Text(255)),
    ("WhoId", ColumnType::Reference),
    ("WhatId", ColumnType::Reference),
    ("OwnerId", ColumnType::Reference),
    ("CreatedDate", ColumnType::Time),
    ("LastModifiedDate", ColumnType::Time),
];

impl Object {
    /// Its fields, including those of related objects, with a dot.
    pub(in crate::salesforce) fn columns(self, setup: &Setup) -> Vec<Column> {
        let fixed = match self {
            Self::Lead => people::LEAD,
            Self::Contact => people::CONTACT,
            Self::OpportunityContactRole => people::ROLE,
            Self::User => staff::USER,
            Self::Profile => staff::PROFILE,
            Self::Organization => small::ORGANIZATION,
            Self::PermissionSet => small::PERMISSION_SET,
            Self::PermissionSetAssignment => small::ASSIGNMENT,
            Self::Task | Self::Event | Self::Activity => ACTIVITY,
            Self::InstalledSubscriberPackage => small::PACKAGE,
            Self::RemoteProxy => small::REMOTE_PROXY,
            Self::Layout => small::LAYOUT,
        };
        let column = |(name, kind): &(&'static str, ColumnType)| Column {
            name: (*name).into(),
            kind: *kind,
            label: None,
        };
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
                        FieldType::Text(length) => ColumnType::Text(length),
                        FieldType::Url => ColumnType::Url,
                        FieldType::Checkbox => ColumnType::Checkbox,
                    },
                    label: Some(field.label),
                }));
            }
            _ => {}
        }
        columns
    }

    /// Its records, as few as the condition allows to select without reading them.
    pub(in crate::salesforce) fn rows(
        self,
        org: &Snapshot,
        condition: Option<&Condition>,
    ) -> Box<dyn Iterator<Item = Row>> {
        let small = |rows: Vec<SmallRow>| Box::new(rows.into_iter().map(|row| Row::Small(Arc::new(row))));
        match self {
            Self::Lead | Self::Contact | Self::OpportunityContactRole => people::rows(self, org, condition),
            Self::User => small(staff::users(org)),
            Self::Profile => small(staff::profiles()),
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
    pub(in crate::salesforce) fn value(&self, column: &str) -> Value {
        match self {
            Self::Person(person) => people::value(*person, column),
            Self::Role(person) => people::role_value(*person, column),
            Self::Small(row) => row.get(column).cloned().unwrap_or(Value::Null),
        }
    }
}
