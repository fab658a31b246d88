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
    pub state: MarketoAdminState,
    /// Whether this is the original user, or will be.
    pub original: bool,
}

/// Where a Marketo administrator stands in the sales account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MarketoAdminState {
    NotInvited,
    Invited {
        invitation: InvitationId,
        expires_at: Timestamp,
    },
    /// The invitation ran out, or its mail could not be delivered; another may be sent.
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

/// Invites a Marketo administrator by Marketo's `userid`. Somebody who is a member already becomes the original user,
/// where nobody is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoAdminInvite {
    pub id: String,
    /// Language of the mail.
    pub language: crate::Locale,
}

/// Who sets the account up: whoever is invited first, or chosen first where they are a member already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OriginalUser {
    /// Nobody yet.
    Open {
        /// Who came by the operator's sign-in link, and often becomes the original user.
        first_administrator: Person,
        /// Whether that person is among Marketo's administrators; absent where Marketo could not be asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_marketo: Option<bool>,
    },
    /// Somebody, who may still have to accept.
    Chosen { person: Person, status: UserStatus },
}

/// The Integration Information of the account. Absent until the first invitation activates the instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Integration {
    /// Whether the operator holds credentials, without which it stays empty.
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

/// A Munchkin Account ID, three digits, three capitals and three digits as in `284-RPR-133`, from what was typed or
/// pasted: stray spaces are dropped and small letters are taken.
pub fn munchkin_account_id(typed: &str) -> Option<String> {
    let id = typed.trim().to_ascii_uppercase();
    let shape = |(index, byte): (usize, u8)| match index {
        3 | 7 => byte == b'-',
        4..=6 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    };
    (id.len() == 11 && id.bytes().enumerate().all(shape)).then_some(id)
}

/// Asks for the Client Secret of the Integration Information.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecretReveal {
    /// The password of the person who asks; may be left out within five minutes of having been confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// The one answer that holds a secret.
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
    /// Goes on although something before the step is missing, which the audit log records.
    #[serde(default)]
    pub out_of_order: bool,
}

/// The credentials to connect by.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MarketoConnectBy {
    /// By the account's own Integration Information.
    IntegrationInformation,
    /// By what was pasted.
    Pasted { munchkin_account_id: String, client_id: String, client_secret: String },
}

/// Where the account's connection to Marketo stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoState {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<MarketoConnection>,
    /// The last attempt that failed, while there is no connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_attempt: Option<ConnectionCheck>,
    /// Whether there is Integration Information to connect by.
    pub has_integration: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoConnection {
    pub credentials: Credentials,
    /// Who connected; nobody else may disconnect.
    pub owner: Person,
    /// Whether the owner is still an active administrator.
    pub owner_active: bool,
    /// Whether the owner is who asks.
    pub own: bool,
    pub connected_at: Timestamp,
    pub last_check: ConnectionCheck,
}

/// Somebody who may use the account's connection to Marketo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketoAccess {
    pub person: Person,
    pub workspace: String,
    pub granted_at: Timestamp,
}

/// How the account's connection to Marketo stands for the person who asks.
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

/// Whether the person who asks may use the account's connection to Marketo.
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
    /// The default one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<WorkspaceId>,
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
