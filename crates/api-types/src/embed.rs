//! The console embedded in another product: the *panel*, which shows one flow in a frame of the host's page, and the
//! API keys by which the host's backend obtains its sessions.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{ApiKeyId, Timestamp, UserId, limits};
use people::Role;

/// What every API key begins with, so that scanners for leaked secrets recognise one.
pub const API_KEY_START: &str = "msi_key_";

/// The screens that a panel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum PanelFlow {
    InviteCsv,
    Users,
    SetupGuide,
}

/// What a key is for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ApiKeyKind {
    /// Opens sessions of panels, for the backend of an embedding host.
    #[default]
    Host,
    /// Calls the API itself, from a command line, for the administrator who made it.
    CommandLine,
}

impl ApiKeyKind {
    /// The roles that a key of this kind may have: those that can call anything with it.
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Host => &[Role::Admin, Role::User],
            // All that a command line calls is an administrator's.
            Self::CommandLine => &[Role::Admin],
        }
    }
}

/// For whom the key of a host opens panels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OpensFor {
    /// The administrator who made it.
    #[default]
    Maker,
    /// These users.
    Users(Vec<UserId>),
    /// Every active user: the host acts as any administrator whom it names.
    Everyone,
}

/// A key of the backend of an embedding host, or of a command line. Its secret is told once, when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// The first characters of the secret, by which it is recognised.
    pub prefix: String,
    #[serde(default)]
    pub kind: ApiKeyKind,
    /// The exact origins of the pages that may embed the panel with this key; none for a command line.
    pub origins: Vec<String>,
    pub flows: Vec<PanelFlow>,
    /// Sessions of this key, or the key itself, act with this role at most.
    pub role: Role,
    /// The highest role that people are given through this key, by an invitation or a change.
    #[serde(default)]
    pub grants: Role,
    #[serde(default)]
    pub opens_for: OpensFor,
    pub created_at: Timestamp,
    /// Name or address of the administrator.
    pub created_by: String,
    /// The user; absent once that person is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by_id: Option<UserId>,
    /// When it last opened a session, or called the API itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// It works until then.
    pub ends_at: Timestamp,
}

/// The key to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiKey {
    /// No other valid key has it.
    pub name: String,
    #[serde(default)]
    pub kind: ApiKeyKind,
    /// Empty for a command line, like the flows.
    #[serde(default)]
    pub origins: Vec<String>,
    #[serde(default)]
    pub flows: Vec<PanelFlow>,
    pub role: Role,
    /// The highest role that people are given through it; at most `role`.
    #[serde(default)]
    pub grants: Role,
    /// Only for a host.
    #[serde(default)]
    pub opens_for: OpensFor,
    /// Days after which it ends: 90 if left out, 365 at most.
    #[serde(default = "usual_days")]
    pub ends_in_days: u16,
}

fn usual_days() -> u16 {
    limits::API_KEY_DAYS_DEFAULT
}

/// A key that was just made, with its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedApiKey {
    pub key: ApiKey,
    /// Begins with `msi_key_`. It is not stored, and cannot be read again.
    pub secret: String,
}

/// Asks for a session of a panel. Sent by the host's backend, with its key as bearer token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbedSessionRequest {
    /// The address of the active member on whose behalf the panel acts.
    pub user: String,
    /// The exact origin of the host's page, one of the key's.
    pub origin: String,
    pub flow: PanelFlow,
    /// How long the token works; 60 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u32>,
}

/// A session of a panel.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbedSession {
    /// Sent by the panel as `Authorization: Bearer`.
    pub token: String,
    pub expires_at: Timestamp,
}

/// What a session of a panel is limited to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbedScope {
    /// The origin of the embedding page. The panel compares it with the origin that it is connected to.
    pub origin: String,
    pub flow: PanelFlow,
    pub expires_at: Timestamp,
}
