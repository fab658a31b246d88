use serde::{Deserialize, Serialize};

use crate::{LoginManagement, Session, SessionTokens, Timestamp};
use people::Locale;

/// Asks for the state of an invitation link, without using it up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationInspect {
    /// From the URL fragment.
    pub token: String,
}

/// The state of an invitation link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activation {
    pub state: ActivationState,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub account_name: String,
    /// The inviter, by name or address.
    pub inviter: String,
    pub expires_at: Timestamp,
    pub language: Locale,
    /// How the invitation is accepted: by a password, or through Salesforce only.
    pub login_management: LoginManagement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActivationState {
    /// Can be accepted.
    Open,
    Used,
    Expired,
    Revoked,
}

/// Accepts an invitation; the answer is the session, with its cookie or its tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationAccept {
    pub token: String,
    pub password: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
}

/// The session that an activation has opened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activated {
    #[serde(flatten)]
    pub session: Session,
    /// In place of the cookie; only for a page on a listed origin of another site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<SessionTokens>,
}
