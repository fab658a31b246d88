//! Values to paste into an org.

use api_types::{ChecklistItemId, PasteValue};

use super::parts::{
    ACTIONS_SITES, ACTIVITY_FIELDS, APP_EXCHANGE, BUTTONS, MAPPED_FIELDS, PERMISSION_SET, SECTION,
    marketo_site,
};

/// The values to paste for an item. `marketo` is the account's Munchkin Account ID and Client ID, once they are known.
pub(crate) fn paste_values(item: ChecklistItemId, marketo: Option<(&str, &str)>) -> Vec<PasteValue> {
    let value = |name: &str, value: &str| PasteValue { name: name.to_owned(), value: value.to_owned() };
    match item {
        ChecklistItemId::InstallPackage => vec![value("AppExchange", APP_EXCHANGE)],
        ChecklistItemId::MarketoRemoteSites => match marketo {
            Some((munchkin, _)) => {
                let (name, url) = marketo_site(munchkin);
                vec![value(name, &url)]
            }
            None => Vec::new(),
        },
        ChecklistItemId::PageLayouts => vec![
            value("Section Name", SECTION),
            value("Height (in pixels): Lead, Contact", "450"),
            value("Height (in pixels): Account, Opportunity", "410"),
        ],
        ChecklistItemId::LeadFieldMapping => {
            MAPPED_FIELDS.iter().map(|field| value(field, &format!("Contact.{field}"))).collect()
        }
        ChecklistItemId::MarketoCredentials => match marketo {
            Some((munchkin, client_id)) => {
                let (_, url) = marketo_site(munchkin);
                vec![value("API URL", &url), value("Client ID", client_id)]
            }
            None => Vec::new(),
        },
        ChecklistItemId::ActionsRemoteSites => {
            ACTIONS_SITES.iter().map(|(name, url)| value(name, url)).collect()
        }
        ChecklistItemId::UserAccess => vec![value("Permission Set", PERMISSION_SET)],
        ChecklistItemId::ActivityFields => {
            ACTIVITY_FIELDS.iter().map(|(label, name)| value(label, name)).collect()
        }
        ChecklistItemId::ListViewButtons => BUTTONS.iter().map(|button| value("Button", button)).collect(),
        ChecklistItemId::ObjectsDeployed
        | ChecklistItemId::ReadStandardObjects
        | ChecklistItemId::EnableMsiActions
        | ChecklistItemId::Governance => Vec::new(),
    }
}
