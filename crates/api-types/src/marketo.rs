use serde::{Deserialize, Serialize};

use crate::{ConnectionCheck, InvitationId, Person, Timestamp, UserId, UserStatus, WorkspaceId};

/// An administrator of the Marketo instance, read from Marketo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoAdmin {
    /// Marketo's `userid`.
    pub id: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Names of the Marketo roles.
    pub roles: Vec<String>,
    /// The user of the account with this address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub state: MarketoAdminState,
    /// Whether this is the original user, or will be.
    pub original: bool,
}

/// The standing of a Marketo administrator in the sales account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MarketoAdminState {
    NotInvited,
    Invited {
        invitation: InvitationId,
        expires_at: Timestamp,
    },
    /// The invitation expired, or its mail could not be delivered; another may be sent.
    Unreached {
        invitation: InvitationId,
        bounced: bool,
    },
    Active,
    Deactivated,
}

/// Which of Marketo's administrators to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct MarketoAdminQuery {
    /// Part of the name or address, in any letter case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Invites a Marketo administrator by Marketo's `userid`. A person who is a member already becomes the original user,
/// if there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoAdminInvite {
    pub id: String,
    /// Language of the mail.
    pub language: people::Locale,
}

/// Who sets the account up: the person who is invited first, or chosen first where they are a member already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OriginalUser {
    /// Not chosen yet.
    Open {
        /// The administrator who came by the operator's sign-in link, and often becomes the original user.
        first_administrator: Person,
        /// Whether that person is among Marketo's administrators; absent if Marketo could not be asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_marketo: Option<bool>,
    },
    /// A person, who may still have to accept.
    Chosen { person: Person, status: UserStatus },
}

/// The Integration Information of the account. Absent until the first invitation activates the instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Integration {
    /// Whether the operator has configured credentials, without which it stays empty.
    pub available: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Credentials>,
}

/// Credentials without their secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credentials {
    pub munchkin_account_id: String,
    pub client_id: String,
    /// The last four characters.
    pub client_secret_ends_with: String,
    pub updated_at: Timestamp,
}

/// Reads a Munchkin Account ID: three digits, three capitals and three digits, as in `284-RPR-133`. Spaces around it
/// are removed, and lower-case letters are accepted.
pub fn munchkin_account_id(typed: &str) -> Option<String> {
    let id = typed.trim().to_ascii_uppercase();
    let shape = |(index, byte): (usize, u8)| match index {
        3 | 7 => byte == b'-',
        4..=6 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    };
    (id.len() == 11 && id.bytes().enumerate().all(shape)).then_some(id)
}

/// The only response that contains the secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevealedSecret {
    pub client_secret: String,
}

/// Connects the account to Marketo.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoConnect {
    pub by: MarketoConnectBy,
    /// Connects although something before the step is missing, which the audit log records.
    #[serde(default)]
    pub out_of_order: bool,
    /// Whose connection this one takes the place of. Refused while there is one of somebody else who is not named here, so
    /// that nobody takes over one that they have not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes_over: Option<UserId>,
}

/// The credentials for the connection.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MarketoConnectBy {
    /// The account's own Integration Information.
    IntegrationInformation,
    /// Credentials that were pasted.
    Pasted { munchkin_account_id: String, client_id: String, client_secret: String },
}

/// The state of the account's connection to Marketo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoState {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<MarketoConnection>,
    /// The last attempt that failed, while there is no connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_attempt: Option<ConnectionCheck>,
    /// Whether there is Integration Information for connecting.
    pub has_integration: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoConnection {
    pub credentials: Credentials,
    /// Who connected; only the owner may disconnect.
    pub owner: Person,
    /// Whether the owner is still an active administrator.
    pub owner_active: bool,
    /// Whether the caller is the owner.
    pub own: bool,
    pub connected_at: Timestamp,
    pub last_check: ConnectionCheck,
}

/// A person who may use the account's connection to Marketo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoAccess {
    pub person: Person,
    pub workspace: String,
    pub granted_at: Timestamp,
}

/// The state of the account's connection to Marketo, for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OwnMarketo {
    /// The account has no connection.
    NotConnected,
    Connected {
        last_check: ConnectionCheck,
        access: OwnMarketoAccess,
    },
}

/// Whether a person may use the account's connection to Marketo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OwnMarketoAccess {
    /// They made the connection.
    Owner,
    Granted {
        workspace: String,
        granted_at: Timestamp,
    },
    None,
}

/// Lets people use the connection, in one workspace that cannot be changed later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoAccessGrant {
    pub user_ids: Vec<UserId>,
    /// The default workspace when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<WorkspaceId>,
}

/// What came of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoAccessGranted {
    /// Those who had no access before.
    pub user_ids: Vec<UserId>,
}

/// Who has access.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct MarketoAccessQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a5_a_munchkin_id_has_one_shape() {
        assert_eq!(munchkin_account_id(" 284-rpr-133\n").as_deref(), Some("284-RPR-133"));
        for bad in [
            "",
            "284-RPR-13",
            "284-RPR-1333",
            "2B4-RPR-133",
            "284_RPR_133",
            "284-RPR-133/..",
            "２84-RPR-133",
            "284-R.R-133",
        ] {
            assert_eq!(munchkin_account_id(bad), None, "{bad}");
        }
    }
}
