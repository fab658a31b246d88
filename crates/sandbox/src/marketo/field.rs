//! The fields of a person, by their names in the REST API.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::MarketoError;

/// A field of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Field {
    Id,
    FirstName,
    LastName,
    Email,
    Company,
    Title,
    Phone,
    #[serde(rename = "linkedInProfileURL")]
    LinkedIn,
    LeadSource,
    SfdcLeadId,
    SfdcContactId,
    SfdcAccountId,
    SfdcLeadOwnerId,
    CreatedAt,
    UpdatedAt,
}

impl Field {
    pub(super) const ALL: [Self; 15] = [
        Self::Id,
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::Company,
        Self::Title,
        Self::Phone,
        Self::LinkedIn,
        Self::LeadSource,
        Self::SfdcLeadId,
        Self::SfdcContactId,
        Self::SfdcAccountId,
        Self::SfdcLeadOwnerId,
        Self::CreatedAt,
        Self::UpdatedAt,
    ];
    /// The fields of a response if the request names none.
    pub(super) const USUAL: [Self; 6] =
        [Self::Id, Self::FirstName, Self::LastName, Self::Email, Self::CreatedAt, Self::UpdatedAt];
    /// The fields by which people can be looked up.
    pub(super) const SEARCHABLE: [Self; 6] = [
        Self::Id,
        Self::Email,
        Self::SfdcLeadId,
        Self::SfdcContactId,
        Self::SfdcAccountId,
        Self::SfdcLeadOwnerId,
    ];

    /// The name in the REST API, the displayed name, and the type.
    const fn describe(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Id => ("id", "Id", "integer"),
            Self::FirstName => ("firstName", "First Name", "string"),
            Self::LastName => ("lastName", "Last Name", "string"),
            Self::Email => ("email", "Email Address", "email"),
            Self::Company => ("company", "Company Name", "string"),
            Self::Title => ("title", "Job Title", "string"),
            Self::Phone => ("phone", "Phone Number", "phone"),
            Self::LinkedIn => ("linkedInProfileURL", "Marketo Social LinkedIn Profile URL", "url"),
            Self::LeadSource => ("leadSource", "Person Source", "string"),
            Self::SfdcLeadId => ("sfdcLeadId", "SFDC Lead Id", "string"),
            Self::SfdcContactId => ("sfdcContactId", "SFDC Contact Id", "string"),
            Self::SfdcAccountId => ("sfdcAccountId", "SFDC Account Id", "string"),
            Self::SfdcLeadOwnerId => ("sfdcLeadOwnerId", "SFDC Lead Owner Id", "string"),
            Self::CreatedAt => ("createdAt", "Created At", "datetime"),
            Self::UpdatedAt => ("updatedAt", "Updated At", "datetime"),
        }
    }

    pub(super) fn name(self) -> &'static str {
        self.describe().0
    }

    /// Whether its value can change.
    pub(super) fn updateable(self) -> bool {
        !matches!(self, Self::Id | Self::CreatedAt | Self::UpdatedAt)
    }

    /// The field's number in changes.
    pub(super) fn id(self) -> u32 {
        40 + self as u32
    }

    pub(super) fn named(name: &str) -> Result<Self, MarketoError> {
        Self::ALL
            .into_iter()
            .find(|field| field.name() == name)
            .ok_or_else(|| MarketoError::saying(1006, format!("Field '{name}' not found")))
    }

    /// Reads names separated by commas.
    pub(super) fn list(names: &str) -> Result<Vec<Self>, MarketoError> {
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Self::named).collect()
    }

    /// The field in the form of `describe2.json`.
    pub(super) fn description(self) -> Value {
        let (name, display_name, data_type) = self.describe();
        let mut description = json!({
            "name": name,
            "displayName": display_name,
            "dataType": data_type,
            "updateable": self.updateable(),
            "crmManaged": name.starts_with("sfdc"),
        });
        if !matches!(data_type, "integer" | "datetime") {
            description["length"] = json!(255);
        }
        description
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_kept_alike() {
        for field in Field::ALL {
            assert_eq!(Field::named(field.name()).unwrap(), field);
            assert_eq!(serde_json::to_value(field).unwrap(), field.name());
        }
        assert_eq!(Field::list("id, nothing").unwrap_err().code, 1006);
    }
}
