//! What each item is, why it is needed and how to do it.

use api_types::ChecklistItemId;

use crate::t;
use crate::term;
use crate::ui::{Term, Tone};

pub(super) struct Words {
    pub(super) title: Term,
    pub(super) why: String,
    pub(super) what: String,
}

macro_rules! words {
    ($id:expr; $($name:ident: $title:literal, $why:literal, $what:literal;)+) => {
        match $id {
            $(ChecklistItemId::$name => Words { title: term!($title), why: t!($why), what: t!($what) },)+
        }
    };
}

pub(super) fn of(id: ChecklistItemId) -> Words {
    words! { id;
        InstallPackage: "checklist.install_package", "checklist.install_package_why", "checklist.install_package_what";
        ObjectsDeployed: "checklist.objects_deployed", "checklist.objects_deployed_why", "checklist.objects_deployed_what";
        ReadStandardObjects: "checklist.read_standard_objects", "checklist.read_standard_objects_why", "checklist.read_standard_objects_what";
        MarketoRemoteSites: "checklist.marketo_remote_sites", "checklist.marketo_remote_sites_why", "checklist.marketo_remote_sites_what";
        PageLayouts: "checklist.page_layouts", "checklist.page_layouts_why", "checklist.page_layouts_what";
        LeadFieldMapping: "checklist.lead_field_mapping", "checklist.lead_field_mapping_why", "checklist.lead_field_mapping_what";
        MarketoCredentials: "checklist.marketo_credentials", "checklist.marketo_credentials_why", "checklist.marketo_credentials_what";
        ActionsRemoteSites: "checklist.actions_remote_sites", "checklist.actions_remote_sites_why", "checklist.actions_remote_sites_what";
        EnableMsiActions: "checklist.enable_msi_actions", "checklist.enable_msi_actions_why", "checklist.enable_msi_actions_what";
        Governance: "checklist.governance", "checklist.governance_why", "checklist.governance_what";
        UserAccess: "checklist.user_access", "checklist.user_access_why", "checklist.user_access_what";
        ActivityFields: "checklist.activity_fields", "checklist.activity_fields_why", "checklist.activity_fields_what";
        ListViewButtons: "checklist.list_view_buttons", "checklist.list_view_buttons_why", "checklist.list_view_buttons_what";
    }
}

/// The heading of its explanation in the guide.
pub(super) fn guide_heading(id: ChecklistItemId) -> String {
    id.as_str().replace('_', "-")
}

/// What to know before doing an item; a warning is of something that cannot be undone, or should be avoided.
pub(super) fn notes(id: ChecklistItemId) -> Vec<(Tone, String)> {
    let soap = || (Tone::Quiet, t!("checklist.soap_notice"));
    match id {
        ChecklistItemId::MarketoRemoteSites => vec![soap()],
        ChecklistItemId::MarketoCredentials => vec![soap(), (Tone::Warning, t!("checklist.reset_warning"))],
        ChecklistItemId::EnableMsiActions => vec![(Tone::Warning, t!("checklist.licence_warning"))],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::course;
    use super::*;

    #[test]
    fn every_item_is_explained_in_the_guide() {
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide");
        for language in ["en", "es", "ko"] {
            let page = std::fs::read_to_string(guide.join(language).join("salesforce-setup.md")).unwrap();
            for id in course::items() {
                assert!(page.contains(&format!("{{#{}}}", guide_heading(id))), "{language}: {id:?}");
            }
        }
    }
}
