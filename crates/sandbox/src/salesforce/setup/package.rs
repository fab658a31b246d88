//! The package, and the parts of it that an org has.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::fields::ACTIVITY_FIELDS;

/// The name of the package, and its prefix.
pub(in crate::salesforce) const PACKAGE_NAME: &str = "Marketo Sales Insight";
pub(in crate::salesforce) const PACKAGE_NAMESPACE: &str = "mkto_si";
/// The permission set of the package.
pub(in crate::salesforce) const PERMISSION_SET_LABEL: &str = "Marketo App Access";
/// The section of page layouts.
pub(in crate::salesforce) const LAYOUT_SECTION: &str = "Marketo Sales Insight";

/// The remote sites that Actions needs, by name and address.
pub const ACTIONS_SITES: [(&str, &str); 2] = [
    ("MarketoSalesInsight1", "https://ims-na1.adobelogin.com"),
    ("MarketoSalesInsight2", "https://mkto-sales-connect.adobe.io"),
];

/// The parts that an org has. A fresh one has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setup {
    /// The version of the package that is installed.
    pub package: Option<PackageVersion>,
    pub remote_sites: Vec<RemoteSite>,
    /// The objects whose page layout has the package's section.
    pub layouts: BTreeSet<LayoutObject>,
    /// The ids of the users who have the permission set.
    pub permission_set: BTreeSet<String>,
    /// The names of the custom fields of activities, without `__c`.
    pub activity_fields: BTreeSet<String>,
    /// Whether **Enable MSI Actions** is ticked on the package's configuration tab.
    pub actions_enabled: bool,
}

impl Setup {
    /// Everything that the guide requires, for the users with these ids.
    pub fn complete(marketo: &str, users: impl IntoIterator<Item = String>) -> Self {
        let mut setup = Self {
            package: Some(PackageVersion::LATEST),
            layouts: LayoutObject::VARIANTS.iter().copied().collect(),
            permission_set: users.into_iter().collect(),
            activity_fields: ACTIVITY_FIELDS.iter().map(|field| field.name.to_owned()).collect(),
            actions_enabled: true,
            remote_sites: Vec::new(),
        };
        for (name, url) in marketo_sites(marketo) {
            setup.add_site(name, &url);
        }
        for (name, url) in ACTIONS_SITES {
            setup.add_site(name, url);
        }
        setup
    }

    /// Whether the package has the permission set.
    pub(in crate::salesforce) fn has_permission_set(&self) -> bool {
        self.package.is_some_and(PackageVersion::has_permission_set)
    }

    pub(super) fn add_site(&mut self, name: &str, url: &str) {
        self.remote_sites.retain(|site| site.name != name);
        self.remote_sites.push(RemoteSite { name: name.to_owned(), url: url.to_owned(), active: true });
    }
}

/// The remote sites of a Marketo instance, by name and address.
pub(in crate::salesforce) fn marketo_sites(munchkin: &str) -> [(&'static str, String); 2] {
    [
        ("MarketoSoapAPI", format!("https://{munchkin}.mktoapi.com")),
        ("MarketoRestAPI", format!("https://{munchkin}.mktorest.com")),
    ]
}

/// The id of the version that is offered now, with which its page is opened.
pub const PACKAGE_VERSION_ID: &str = "04t5e000000SNDBAA4";

/// A version of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PackageVersion {
    pub major: u32,
    pub minor: u32,
}

impl PackageVersion {
    /// The version that is offered now.
    pub const LATEST: Self = Self { major: 1, minor: 8100 };
    /// A version without the permission set.
    pub const OUTDATED: Self = Self { major: 1, minor: 4359 };

    fn has_permission_set(self) -> bool {
        self >= Self { major: 1, minor: 8000 }
    }
}

impl std::fmt::Display for PackageVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A host that pages and code of the org may call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteSite {
    pub name: String,
    pub url: String,
    pub active: bool,
}

/// An object whose page layout takes the package's section.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(const_into_str)]
pub enum LayoutObject {
    Lead,
    Contact,
    Account,
    Opportunity,
}

impl LayoutObject {
    /// The height of the section's page, in pixels.
    pub(in crate::salesforce) fn section_height(self) -> u32 {
        match self {
            Self::Lead | Self::Contact => 450,
            Self::Account | Self::Opportunity => 410,
        }
    }
}
