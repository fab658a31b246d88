//! Asking an org whether the parts that the set-up needs are there.

use api_types::ChecklistItemId;
use serde::Deserialize;
use url::Url;

use super::parts::{
    ACTIONS_SITES, ACTIVITY_FIELDS, NAMESPACE, PERMISSION_SET, SECTION, SECTION_OBJECTS, VERSION_NEEDED,
    marketo_site,
};
use crate::db::salesforce_setup::Finding;
use crate::services::salesforce::{Error, Org};

/// Layouts of an object that are looked at. Each is a request of its own.
const LAYOUTS: usize = 10;

/// Verifies every item that the org's API can tell about; Marketo's sites only where the Munchkin Account ID is known.
pub(crate) async fn verify(org: &mut Org, munchkin: Option<&str>) -> Result<Vec<Finding>, Error> {
    let mut findings = vec![package(org).await?];
    let sites = active_sites(org).await?;
    if let Some(munchkin) = munchkin {
        let (_, wanted) = marketo_site(munchkin);
        findings.push(missing_sites(ChecklistItemId::MarketoRemoteSites, std::iter::once(&*wanted), &sites));
    }
    findings.extend(page_layouts(org).await?);
    let wanted = ACTIONS_SITES.iter().map(|(_, url)| *url);
    findings.push(missing_sites(ChecklistItemId::ActionsRemoteSites, wanted, &sites));
    findings.push(user_access(org).await?);
    findings.push(activity_fields(org).await?);
    Ok(findings)
}

/// Passes when nothing is missing.
fn missing(item: ChecklistItemId, missing: Vec<String>) -> Finding {
    Finding { item, passed: missing.is_empty(), found: missing }
}

/// The installed package, and whether its version has Actions.
pub(in crate::services::salesforce) async fn package(org: &mut Org) -> Result<Finding, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Installed {
        subscriber_package: Option<Package>,
        subscriber_package_version: Option<Version>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Package {
        namespace_prefix: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Version {
        major_version: u32,
        minor_version: u32,
    }
    let installed: Vec<Installed> = org
        .tooling(
            "SELECT SubscriberPackage.NamespacePrefix, SubscriberPackageVersion.MajorVersion, \
             SubscriberPackageVersion.MinorVersion FROM InstalledSubscriberPackage",
        )
        .await?;
    let ours = installed.into_iter().find(|installed| {
        let package = installed.subscriber_package.as_ref();
        package.is_some_and(|package| package.namespace_prefix.as_deref() == Some(NAMESPACE))
    });
    let version = ours.and_then(|ours| ours.subscriber_package_version);
    Ok(Finding {
        item: ChecklistItemId::InstallPackage,
        passed: version
            .as_ref()
            .is_some_and(|version| (version.major_version, version.minor_version) >= VERSION_NEEDED),
        found: version
            .map(|version| format!("{}.{}", version.major_version, version.minor_version))
            .into_iter()
            .collect(),
    })
}

/// The addresses of remote sites that are active.
async fn active_sites(org: &mut Org) -> Result<Vec<String>, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Site {
        endpoint_url: String,
        is_active: bool,
    }
    let sites: Vec<Site> = org.tooling("SELECT EndpointUrl, IsActive FROM RemoteProxy").await?;
    Ok(sites.into_iter().filter(|site| site.is_active).map(|site| site.endpoint_url).collect())
}

fn missing_sites<'a>(
    item: ChecklistItemId,
    wanted: impl Iterator<Item = &'a str>,
    sites: &[String],
) -> Finding {
    // A remote site covers every path below its address.
    let origin = |text: &str| Url::parse(text.trim()).ok().map(|url| url.origin().ascii_serialization());
    let there: Vec<_> = sites.iter().filter_map(|site| origin(site)).collect();
    let absent = wanted.filter(|site| origin(site).is_none_or(|site| !there.contains(&site)));
    missing(item, absent.map(str::to_owned).collect())
}

/// Whether at least one layout of each object has the section.
async fn page_layouts(org: &mut Org) -> Result<Option<Finding>, Error> {
    let mut sections = Vec::new();
    for object in SECTION_OBJECTS {
        sections.push((object, find_section(org, object).await?));
    }
    Ok(of_layouts(&sections))
}

/// Whether an object has the section.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Section {
    Found,
    Missing,
    /// There are more layouts than were looked at.
    Unknown,
}

/// `None` where it cannot be told: the item is then ticked by hand.
fn of_layouts(sections: &[(&str, Section)]) -> Option<Finding> {
    let of = |wanted| sections.iter().filter(move |(_, section)| *section == wanted);
    let without: Vec<_> = of(Section::Missing).map(|(object, _)| (*object).to_owned()).collect();
    let is_told = !without.is_empty() || of(Section::Unknown).next().is_none();
    is_told.then(|| missing(ChecklistItemId::PageLayouts, without))
}

async fn find_section(org: &mut Org, object: &str) -> Result<Section, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct SectionRecord {
        id: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Layout {
        metadata: Option<Metadata>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Metadata {
        #[serde(default)]
        layout_sections: Vec<LayoutSection>,
    }
    #[derive(Deserialize)]
    struct LayoutSection {
        label: Option<String>,
    }
    let known: Vec<SectionRecord> =
        org.tooling(&format!("SELECT Id FROM Layout WHERE TableEnumOrId = '{object}'")).await?;
    // An id of Salesforce is letters and digits, so it cannot end the quotes.
    let ids =
        known.into_iter().map(|known| known.id).filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric()));
    let mut ids = ids.peekable();
    // The metadata of layouts can be read only one at a time.
    for id in ids.by_ref().take(LAYOUTS) {
        let layout: Vec<Layout> =
            org.tooling(&format!("SELECT Metadata FROM Layout WHERE Id = '{id}'")).await?;
        let sections = layout.into_iter().filter_map(|layout| layout.metadata);
        let mut sections = sections.flat_map(|metadata| metadata.layout_sections);
        if sections.any(|section| section.label.as_deref() == Some(SECTION)) {
            return Ok(Section::Found);
        }
    }
    Ok(if ids.peek().is_some() { Section::Unknown } else { Section::Missing })
}

/// Whether any user has the permission set.
async fn user_access(org: &mut Org) -> Result<Finding, Error> {
    let assigned = org
        .count(&format!(
            "SELECT COUNT() FROM PermissionSetAssignment WHERE PermissionSet.Label = '{PERMISSION_SET}' \
             AND PermissionSet.NamespacePrefix = '{NAMESPACE}'"
        ))
        .await?;
    let found = if assigned > 0 { vec![assigned.to_string()] } else { Vec::new() };
    Ok(Finding { item: ChecklistItemId::UserAccess, passed: assigned > 0, found })
}

async fn activity_fields(org: &mut Org) -> Result<Finding, Error> {
    let there = org.fields("Task").await?;
    let absent = ACTIVITY_FIELDS.iter().map(|(_, name)| *name);
    let absent = absent.filter(|name| !there.iter().any(|field| field.strip_suffix("__c") == Some(name)));
    Ok(missing(ChecklistItemId::ActivityFields, absent.map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_say_nothing_where_not_all_of_them_were_looked_at() {
        let told = of_layouts(&[("Lead", Section::Found), ("Contact", Section::Unknown)]);
        assert!(told.is_none());
    }

    #[test]
    fn an_object_without_the_section_is_named_whatever_the_others_have() {
        let told =
            of_layouts(&[("Lead", Section::Missing), ("Contact", Section::Unknown)]).expect("a finding");
        assert!(!told.passed);
        assert_eq!(told.found, ["Lead"]);
    }

    #[test]
    fn layouts_pass_where_every_object_has_the_section() {
        let told = of_layouts(&[("Lead", Section::Found), ("Contact", Section::Found)]).expect("a finding");
        assert!(told.passed);
    }
}
