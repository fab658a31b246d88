//! The fields of a person, by their names in the REST API.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A field of a person, by its name in the REST API.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "camelCase")]
#[strum(serialize_all = "camelCase", const_into_str)]
pub(super) enum Field {
    Id,
    FirstName,
    LastName,
    Email,
    Company,
    Title,
    Phone,
    #[serde(rename = "linkedInProfileURL")]
    #[strum(serialize = "linkedInProfileURL")]
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

    /// The displayed name, and the type.
    fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::Id => ("Id", "integer"),
            Self::FirstName => ("First Name", "string"),
            Self::LastName => ("Last Name", "string"),
            Self::Email => ("Email Address", "email"),
            Self::Company => ("Company Name", "string"),
            Self::Title => ("Job Title", "string"),
            Self::Phone => ("Phone Number", "phone"),
            Self::LinkedIn => ("Marketo Social LinkedIn Profile URL", "url"),
            Self::LeadSource => ("Person Source", "string"),
            Self::SfdcLeadId => ("SFDC Lead Id", "string"),
            Self::SfdcContactId => ("SFDC Contact Id", "string"),
            Self::SfdcAccountId => ("SFDC Account Id", "string"),
            Self::SfdcLeadOwnerId => ("SFDC Lead Owner Id", "string"),
            Self::CreatedAt => ("Created At", "datetime"),
            Self::UpdatedAt => ("Updated At", "datetime"),
        }
    }

    /// The displayed name.
    pub(super) fn display_name(self) -> &'static str {
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

    /// The field in the form of `describe2.json`.
    pub(super) fn description(self) -> Value {
        let (name, (display_name, data_type)) = (self.into_str(), self.describe());
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

    /// The field in the form of `describe.json`, as far as it concerns the REST API.
    pub(super) fn description_with_id(self) -> Value {
        let (display_name, data_type) = self.describe();
        let mut description = json!({
            "id": self.id(),
            "displayName": display_name,
            "dataType": data_type,
            "rest": { "name": self.into_str(), "readOnly": !self.updateable() },
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
        for &field in Field::VARIANTS {
            assert_eq!(field.into_str().parse(), Ok(field));
            assert_eq!(serde_json::to_value(field).unwrap(), field.into_str());
        }
    }
}
