use serde::{Deserialize, Serialize};

use crate::{ConnectionFailure, FlowId, SalesforceEnvironment, Timestamp};

/// What somebody goes through Salesforce's authorisation for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FlowPurpose {
    /// Connects the person who is signed in.
    Connect,
    /// Signs a member in.
    SignIn,
    /// Accepts an invitation.
    Activate,
}

/// Starts a flow for the person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforceConnect {
    pub environment: SalesforceEnvironment,
    /// The app's path to come back to where no pop-up can be opened, for example `/settings/admin/salesforce`.
    pub return_to: String,
}

/// Starts a flow for somebody who is not signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SalesforceSignIn {
    pub environment: SalesforceEnvironment,
    pub return_to: String,
    /// The token of an invitation that is accepted by this; sign-in when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_token: Option<String>,
}

/// A flow that can be gone through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FlowStarted {
    pub flow: Flow,
    /// The page that a pop-up, or else this window, opens. On the API's own origin.
    pub start_url: String,
}

/// A way through a provider's authorisation, from start to end.
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
