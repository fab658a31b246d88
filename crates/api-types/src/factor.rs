use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{IntoStaticStr, VariantArray};

use crate::{PasskeyId, Timestamp};

/// What a user can prove themselves with beside a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Factors {
    /// The oldest first.
    pub passkeys: Vec<Passkey>,
    /// Since when an authenticator app gives codes; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_since: Option<Timestamp>,
    /// How many recovery codes have not been used yet.
    pub recovery_codes_left: u32,
}

/// A passkey of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkey {
    pub id: PasskeyId,
    /// As its owner calls it.
    pub name: String,
    pub added_at: Timestamp,
    /// Absent if it was never used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// A ceremony of WebAuthn that has begun: what the browser is to be asked, and what is sent back with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ceremony {
    /// Opaque; works once, within five minutes.
    pub ceremony: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    pub options: Value,
}

/// The browser's answer in a ceremony.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CeremonyAnswer {
    pub ceremony: String,
    /// As `PublicKeyCredential.toJSON` writes it.
    pub credential: Value,
}

/// Adds a passkey.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPasskey {
    pub name: String,
    #[serde(flatten)]
    pub answer: CeremonyAnswer,
}

/// A passkey that was added.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyAdded {
    pub passkey: Passkey,
    /// With the first factor: ten recovery codes, which no other answer contains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recovery_codes: Vec<String>,
}

/// The secret that an authenticator app makes its codes of. It counts once a code of the app has confirmed it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppSecret {
    /// In Base32, for typing.
    pub secret: String,
    /// The same as an `otpauth:` address.
    pub uri: String,
    /// The address as a QR code: the `d` of an SVG path of squares of one unit, with the margin of four.
    pub qr_path: String,
    /// The width and height of the QR code in units, margins included.
    pub qr_size: u32,
}

/// A code of the authenticator app: six digits, spaces between them allowed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppCode {
    pub code: String,
}

/// Recovery codes, each of which works once in place of a code of the app. Earlier ones no longer work.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// Ten; none where the user keeps those that they have.
    pub recovery_codes: Vec<String>,
}

/// Whether the signed-in user has a second factor: a passkey or an authenticator app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    Present,
    /// None, and none is needed.
    #[default]
    Absent,
    /// None, and the account asks for one. From this instant on, the session may do nothing else than add one.
    NeededBy(Timestamp),
}

/// Who must have a second factor. Sign-ins through Salesforce go by Salesforce's own rules.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FactorsNeededFrom {
    #[default]
    Nobody,
    Administrators,
    Everybody,
}

/// The account's rule on second factors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FactorRule {
    pub needed_from: FactorsNeededFrom,
    /// How many days people have to add one, from when the rule begins to hold for them: when it was set, when they joined, or
    /// when they became administrators.
    pub grace_days: u8,
}
