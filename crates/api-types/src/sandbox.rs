use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// A deliberate failure of sandbox mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Fault {
    #[serde(rename = "401")]
    #[strum(serialize = "401")]
    SignedOut,
    #[serde(rename = "403")]
    #[strum(serialize = "403")]
    Forbidden,
    #[serde(rename = "404")]
    #[strum(serialize = "404")]
    NotFound,
    #[serde(rename = "409")]
    #[strum(serialize = "409")]
    Conflict,
    #[serde(rename = "413")]
    #[strum(serialize = "413")]
    PayloadTooLarge,
    #[serde(rename = "422")]
    #[strum(serialize = "422")]
    Unprocessable,
    /// With `Retry-After: 1`.
    #[serde(rename = "429")]
    #[strum(serialize = "429")]
    RateLimited,
    #[serde(rename = "500")]
    #[strum(serialize = "500")]
    Internal,
    #[serde(rename = "503")]
    #[strum(serialize = "503")]
    Unavailable,
    /// HTML with status 200 where JSON is expected, as from a captive portal.
    Html,
    /// JSON that stops in the middle.
    Truncated,
    /// No answer for longer than the app waits.
    Timeout,
    /// The request is executed, then the connection breaks before the answer.
    LostAnswer,
}

/// Makes the next requests of this session to a route fail; sandbox mode only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaultOrder {
    /// The path below `/api/v1`, as in the OpenAPI document: `/users`, `/invitation-batches/{id}/chunks`.
    pub route: String,
    /// Only requests of this method; any when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    pub fault: Fault,
    /// How many requests fail; 0 cancels an order.
    pub times: u32,
    /// How many requests are let through first.
    #[serde(default)]
    pub after: u32,
}
