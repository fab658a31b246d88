//! Objects with few records: the org, permission sets, and the parts of the setup in the Tooling API.

use serde_json::{Value as Json, json};
use strum::VariantArray as _;

use super::object::{ColumnType, SmallRow, Snapshot};
use crate::people::salesforce_id;
use crate::salesforce::secret::fingerprint;
use crate::salesforce::setup::{
    LAYOUT_SECTION, LayoutObject, PACKAGE_NAME, PACKAGE_NAMESPACE, PERMISSION_SET_LABEL, PackageVersion,
};
use crate::salesforce::soql::Value;
use crate::salesforce::user::Org;

pub(super) const ORGANIZATION: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("Name", ColumnType::Text(80)),
    ("IsSandbox", ColumnType::Checkbox),
    ("OrganizationType", ColumnType::Text(40)),
    ("InstanceName", ColumnType::Text(5)),
    ("NamespacePrefix", ColumnType::Text(15)),
    ("TrialExpirationDate", ColumnType::Time),
];

pub(super) const PERMISSION_SET: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("Name", ColumnType::Text(80)),
    ("Label", ColumnType::Text(80)),
    ("NamespacePrefix", ColumnType::Text(15)),
    ("IsOwnedByProfile", ColumnType::Checkbox),
];

pub(super) const ASSIGNMENT: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("AssigneeId", ColumnType::Reference),
    ("PermissionSetId", ColumnType::Reference),
    ("PermissionSet.Name", ColumnType::Text(80)),
    ("PermissionSet.Label", ColumnType::Text(80)),
    ("PermissionSet.NamespacePrefix", ColumnType::Text(15)),
];

pub(super) const PACKAGE: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("SubscriberPackageId", ColumnType::Reference),
    ("SubscriberPackage.Id", ColumnType::Id),
    ("SubscriberPackage.Name", ColumnType::Text(255)),
    ("SubscriberPackage.NamespacePrefix", ColumnType::Text(15)),
    ("SubscriberPackageVersionId", ColumnType::Reference),
    ("SubscriberPackageVersion.Id", ColumnType::Id),
    ("SubscriberPackageVersion.Name", ColumnType::Text(255)),
    ("SubscriberPackageVersion.MajorVersion", ColumnType::Number),
    ("SubscriberPackageVersion.MinorVersion", ColumnType::Number),
    ("SubscriberPackageVersion.PatchVersion", ColumnType::Number),
    ("SubscriberPackageVersion.BuildNumber", ColumnType::Number),
    ("SubscriberPackageVersion.IsBeta", ColumnType::Checkbox),
];

pub(super) const REMOTE_PROXY: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("SiteName", ColumnType::Text(80)),
    ("EndpointUrl", ColumnType::Url),
    ("IsActive", ColumnType::Checkbox),
    ("Description", ColumnType::Text(255)),
    ("ProtocolMismatch", ColumnType::Checkbox),
];

pub(super) const LAYOUT: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("Name", ColumnType::Text(80)),
    ("TableEnumOrId", ColumnType::Text(40)),
    ("EntityDefinitionId", ColumnType::Text(40)),
    ("LayoutType", ColumnType::Text(40)),
    ("FullName", ColumnType::Text(255)),
    ("Metadata", ColumnType::Complex),
];

pub(super) fn organization(org: &Snapshot) -> Vec<SmallRow> {
    vec![SmallRow::from([
        ("Id", Value::Id(org.org.id())),
        ("Name", Value::text(org.org.name())),
        ("IsSandbox", Value::Bool(org.org == Org::Sandbox)),
        ("OrganizationType", Value::text("Enterprise Edition")),
        ("InstanceName", Value::text("SBX1")),
    ])]
}

fn permission_set_name() -> String {
    PERMISSION_SET_LABEL.replace(' ', "_")
}

pub(super) fn permission_sets(org: &Snapshot) -> Vec<SmallRow> {
    // A permission set of every org, so that there is a choice.
    let own = [("0PS", 1, "Read_Only_Reports".to_owned(), "Read Only Reports", None)];
    let package = org
        .setup
        .has_permission_set()
        .then(|| ("0PS", 2, permission_set_name(), PERMISSION_SET_LABEL, Some(PACKAGE_NAMESPACE)));
    own.into_iter()
        .chain(package)
        .map(|(prefix, number, name, label, namespace)| {
            SmallRow::from([
                ("Id", Value::Id(salesforce_id(prefix, number))),
                ("Name", Value::Text(name)),
                ("Label", Value::text(label)),
                ("NamespacePrefix", namespace.map_or(Value::Null, Value::text)),
                ("IsOwnedByProfile", Value::Bool(false)),
            ])
        })
        .collect()
}

pub(super) fn assignments(org: &Snapshot) -> Vec<SmallRow> {
    if !org.setup.has_permission_set() {
        return Vec::new();
    }
    let row = |user: &String| {
        SmallRow::from([
            ("Id", Value::Id(numbered("0Pa", user))),
            ("AssigneeId", Value::Id(user.clone())),
            ("PermissionSetId", Value::Id(salesforce_id("0PS", 2))),
            ("PermissionSet.Name", Value::Text(permission_set_name())),
            ("PermissionSet.Label", Value::text(PERMISSION_SET_LABEL)),
            ("PermissionSet.NamespacePrefix", Value::text(PACKAGE_NAMESPACE)),
        ])
    };
    org.setup.permission_set.iter().map(row).collect()
}

pub(super) fn packages(org: &Snapshot) -> Vec<SmallRow> {
    let row = |version: PackageVersion| {
        let version_id = salesforce_id("04t", u64::from(version.major) * 100_000 + u64::from(version.minor));
        SmallRow::from([
            ("Id", Value::Id(salesforce_id("0A3", 1))),
            ("SubscriberPackageId", Value::Id(salesforce_id("033", 1))),
            ("SubscriberPackage.Id", Value::Id(salesforce_id("033", 1))),
            ("SubscriberPackage.Name", Value::text(PACKAGE_NAME)),
            ("SubscriberPackage.NamespacePrefix", Value::text(PACKAGE_NAMESPACE)),
            ("SubscriberPackageVersionId", Value::Id(version_id.clone())),
            ("SubscriberPackageVersion.Id", Value::Id(version_id)),
            ("SubscriberPackageVersion.Name", Value::Text(version.to_string())),
            ("SubscriberPackageVersion.MajorVersion", Value::Number(version.major.into())),
            ("SubscriberPackageVersion.MinorVersion", Value::Number(version.minor.into())),
            ("SubscriberPackageVersion.PatchVersion", Value::Number(0.0)),
            ("SubscriberPackageVersion.BuildNumber", Value::Number(1.0)),
            ("SubscriberPackageVersion.IsBeta", Value::Bool(false)),
        ])
    };
    org.setup.package.into_iter().map(row).collect()
}

pub(super) fn remote_sites(org: &Snapshot) -> Vec<SmallRow> {
    let row = |name: &str, url: &str, active: bool| {
        SmallRow::from([
            ("Id", Value::Id(numbered("0rp", name))),
            ("SiteName", Value::text(name)),
            ("EndpointUrl", Value::text(url)),
            ("IsActive", Value::Bool(active)),
            ("ProtocolMismatch", Value::Bool(false)),
        ])
    };
    // Every org has this one from the start.
    let own = row("ApexDevNet", "http://www.apexdevnet.com", true);
    let added = org.setup.remote_sites.iter().map(|site| row(&site.name, &site.url, site.active));
    std::iter::once(own).chain(added).collect()
}

pub(super) fn layouts(org: &Snapshot) -> Vec<SmallRow> {
    let rows = LayoutObject::VARIANTS.iter().zip(1..).map(|(&object, number)| {
        let name = object.into_str();
        SmallRow::from([
            ("Id", Value::Id(salesforce_id("00h", number))),
            ("Name", Value::text(format!("{name} Layout"))),
            ("TableEnumOrId", Value::text(name)),
            ("EntityDefinitionId", Value::text(name)),
            ("LayoutType", Value::text("Standard")),
            ("FullName", Value::text(format!("{name}-{name} Layout"))),
            ("Metadata", Value::Json(layout(object, org.setup.layouts.contains(&object)))),
        ])
    });
    rows.collect()
}

fn layout(object: LayoutObject, has_section: bool) -> Json {
    let name = object.into_str();
    let mut sections = vec![json!({
        "customLabel": false,
        "detailHeading": false,
        "editHeading": true,
        "label": format!("{name} Information"),
        "style": "TwoColumnsTopToBottom",
        "layoutColumns": [{ "layoutItems": [{ "behavior": "Required", "field": "Name" }] }, { "layoutItems": [] }],
    })];
    if has_section {
        sections.push(json!({
            "customLabel": true,
            "detailHeading": true,
            "editHeading": false,
            "label": LAYOUT_SECTION,
            "style": "OneColumn",
            "layoutColumns": [{ "layoutItems": [{
                "page": format!("{PACKAGE_NAMESPACE}__{name}"),
                "height": object.section_height(),
                "showLabel": false,
                "showScrollbars": false,
                "width": "100%",
            }] }],
        }));
    }
    json!({ "layoutSections": sections, "showEmailCheckbox": false, "showHighlightsPanel": true })
}

fn numbered(prefix: &str, name: &str) -> String {
    salesforce_id(prefix, fingerprint(name) % 10_000_000_000)
}
