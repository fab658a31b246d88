use super::fields::ACTIVITY_FIELDS;
use super::package::{ACTIONS_SITES, LayoutObject, PackageVersion, RemoteSite, Setup, marketo_sites};

/// A change that an administrator makes to the org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::salesforce) enum Change {
    Install(PackageVersion),
    Uninstall,
    AddSite {
        name: String,
        url: String,
    },
    /// The two sites of a Marketo instance.
    AddMarketoSites {
        munchkin: String,
    },
    AddActionsSites,
    RemoveSite {
        name: String,
    },
    /// Active or not.
    ToggleSite {
        name: String,
    },
    AddSection(LayoutObject),
    RemoveSection(LayoutObject),
    /// Gives the permission set to the user with that id.
    Assign {
        user: String,
    },
    Unassign {
        user: String,
    },
    AddActivityFields,
    RemoveActivityFields,
    EnableActions(bool),
}

impl Change {
    /// Reads a form by its field `do`. The URL of a site needs a scheme, and names are single words.
    pub(in crate::salesforce) fn from_form(field: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let word =
            |name: &str| field(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let object = || word("object")?.parse().ok();
        Some(match word("do")?.as_str() {
            "install" => Self::Install(match word("version")?.as_str() {
                "outdated" => PackageVersion::OUTDATED,
                _ => PackageVersion::LATEST,
            }),
            "uninstall" => Self::Uninstall,
            "add_site" => {
                let (name, url) = (word("name")?, word("url")?);
                let named = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                let addressed = url.starts_with("https://") || url.starts_with("http://");
                (named && addressed).then_some(Self::AddSite { name, url })?
            }
            "add_marketo_sites" => Self::AddMarketoSites { munchkin: word("munchkin")? },
            "add_actions_sites" => Self::AddActionsSites,
            "remove_site" => Self::RemoveSite { name: word("name")? },
            "toggle_site" => Self::ToggleSite { name: word("name")? },
            "add_section" => Self::AddSection(object()?),
            "remove_section" => Self::RemoveSection(object()?),
            "assign" => Self::Assign { user: word("user")? },
            "unassign" => Self::Unassign { user: word("user")? },
            "add_activity_fields" => Self::AddActivityFields,
            "remove_activity_fields" => Self::RemoveActivityFields,
            "enable_actions" => Self::EnableActions(true),
            "disable_actions" => Self::EnableActions(false),
            _ => return None,
        })
    }

    /// Applies it, and returns a message; or the reason why the org refuses.
    pub(in crate::salesforce) fn apply(self, setup: &mut Setup) -> Result<String, &'static str> {
        Ok(match self {
            Self::Install(version) => {
                if setup.package.is_some_and(|installed| installed > version) {
                    return Err("A newer version is installed.");
                }
                let before = setup.package.replace(version);
                let verb = if before.is_some_and(|before| before < version) {
                    "upgraded to"
                } else {
                    "installed in"
                };
                format!("The package was {verb} version {version}.")
            }
            Self::Uninstall => {
                setup.package = None;
                setup.permission_set.clear();
                setup.layouts.clear();
                setup.actions_enabled = false;
                "The package was uninstalled, and what needs it with it.".to_owned()
            }
            Self::AddSite { name, url } => {
                if setup.remote_sites.iter().any(|site| site.name == name) {
                    return Err("A remote site of that name exists.");
                }
                setup.remote_sites.push(RemoteSite { name: name.clone(), url, active: true });
                format!("The remote site {name} was added.")
            }
            Self::AddMarketoSites { munchkin } => {
                for (name, url) in marketo_sites(&munchkin) {
                    setup.add_site(name, &url);
                }
                "The two remote sites of Marketo were added.".to_owned()
            }
            Self::AddActionsSites => {
                for (name, url) in ACTIONS_SITES {
                    setup.add_site(name, url);
                }
                "The two remote sites of Actions were added.".to_owned()
            }
            Self::RemoveSite { name } => {
                setup.remote_sites.retain(|site| site.name != name);
                format!("The remote site {name} was removed.")
            }
            Self::ToggleSite { name } => {
                let Some(site) = setup.remote_sites.iter_mut().find(|site| site.name == name) else {
                    return Err("There is no such remote site.");
                };
                site.active = !site.active;
                format!("The remote site {name} is {}.", if site.active { "active" } else { "not active" })
            }
            Self::AddSection(object) => {
                if setup.package.is_none() {
                    return Err("The section's page comes with the package: install it first.");
                }
                setup.layouts.insert(object);
                format!("The section was added to the layout of {}.", object.into_str())
            }
            Self::RemoveSection(object) => {
                setup.layouts.remove(&object);
                format!("The section was taken off the layout of {}.", object.into_str())
            }
            Self::Assign { user } => {
                if !setup.has_permission_set() {
                    return Err("The permission set comes with version 1.8000 of the package.");
                }
                setup.permission_set.insert(user);
                "The permission set was assigned.".to_owned()
            }
            Self::Unassign { user } => {
                setup.permission_set.remove(&user);
                "The permission set was taken away.".to_owned()
            }
            Self::AddActivityFields => {
                setup.activity_fields = ACTIVITY_FIELDS.iter().map(|field| field.name.to_owned()).collect();
                "The custom fields were added.".to_owned()
            }
            Self::RemoveActivityFields => {
                setup.activity_fields.clear();
                "The custom fields were removed.".to_owned()
            }
            Self::EnableActions(enable) => {
                if setup.package.is_none() {
                    return Err("The tab comes with the package: install it first.");
                }
                setup.actions_enabled = enable;
                format!("MSI Actions is {}.", if enable { "enabled" } else { "not enabled" })
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    fn form(fields: &'static [(&'static str, &'static str)]) -> Option<Change> {
        Change::from_form(|name| {
            fields.iter().find(|(field, _)| *field == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_org_is_set_up_in_order() {
        let mut setup = Setup::default();
        assert!(Change::AddSection(LayoutObject::Lead).apply(&mut setup).is_err());
        Change::Install(PackageVersion::OUTDATED).apply(&mut setup).unwrap();
        assert!(Change::Assign { user: "005".to_owned() }.apply(&mut setup).is_err());
        let upgraded = Change::Install(PackageVersion::LATEST).apply(&mut setup).unwrap();
        assert!(upgraded.contains("upgraded to version 1.8100"));
        assert!(Change::Install(PackageVersion::OUTDATED).apply(&mut setup).is_err());
        for &object in LayoutObject::VARIANTS {
            Change::AddSection(object).apply(&mut setup).unwrap();
        }
        let rest = [
            Change::Assign { user: "005".to_owned() },
            Change::AddMarketoSites { munchkin: "284-RPR-133".to_owned() },
            Change::AddActionsSites,
            Change::AddActivityFields,
            Change::EnableActions(true),
        ];
        for change in rest {
            change.apply(&mut setup).unwrap();
        }
        assert_eq!(setup, Setup::complete("284-RPR-133", ["005".to_owned()]));
        Change::Uninstall.apply(&mut setup).unwrap();
        assert!(setup.layouts.is_empty() && setup.permission_set.is_empty());
    }

    #[test]
    fn forms_are_read_by_what_they_do() {
        let site = form(&[("do", "add_site"), ("name", "Site_1"), ("url", " https://example.com ")]);
        let (name, url) = ("Site_1".to_owned(), "https://example.com".to_owned());
        assert_eq!(site, Some(Change::AddSite { name, url }));
        assert_eq!(form(&[("do", "add_site"), ("name", "Site 1"), ("url", "https://example.com")]), None);
        assert_eq!(form(&[("do", "add_site"), ("name", "Site"), ("url", "example.com")]), None);
        assert_eq!(
            form(&[("do", "add_section"), ("object", "Lead")]),
            Some(Change::AddSection(LayoutObject::Lead))
        );
        assert_eq!(form(&[("do", "dance")]), None);
    }
}
