use serde::{Deserialize, Serialize};

use crate::{ConnectionFailure, FlowId, SalesforceEnvironment, Timestamp};

/// The purpose of a Salesforce authorisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FlowPurpose {
    /// Connects the signed-in user.
    Connect,
    /// Signs a member in.
    SignIn,
    /// Proves who the signed-in user is.
    Prove,
    /// Accepts an invitation.
    Activate,
}

/// Starts a flow for the signed-in user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforceConnect {
    pub environment: SalesforceEnvironment,
    /// The path of the app to return to if no pop-up can be opened, for example `/settings/admin/salesforce`.
    pub return_to: String,
}

/// Starts a flow for a user who is not signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforceSignIn {
    pub environment: SalesforceEnvironment,
    pub return_to: String,
    /// The token of the invitation to accept; sign-in when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_token: Option<String>,
}

/// A flow that was started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FlowStarted {
    pub flow: Flow,
    /// The page that a pop-up, or else this window, opens. On the API's own origin.
    pub start_url: String,
}

/// The state of a Salesforce authorisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Flow {
    pub id: FlowId,
    pub purpose: FlowPurpose,
    pub state: FlowState,
    pub expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FlowState {
    /// Waits for the person at the provider.
    Open,
    Completed,
    Failed(ConnectionFailure),
}
