use serde::{Deserialize, Serialize};

/// A deliberate failure of sandbox mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Fault {
    #[serde(rename = "401")]
    SignedOut,
    #[serde(rename = "403")]
    Forbidden,
    #[serde(rename = "404")]
    NotFound,
    #[serde(rename = "409")]
    Conflict,
    #[serde(rename = "413")]
    PayloadTooLarge,
    #[serde(rename = "422")]
    Unprocessable,
    /// With `Retry-After: 1`.
    #[serde(rename = "429")]
    RateLimited,
    #[serde(rename = "500")]
    Internal,
    #[serde(rename = "503")]
    Unavailable,
    /// HTML with status 200 where JSON is expected, as from a captive portal.
    #[serde(rename = "html")]
    Html,
    /// JSON that stops in the middle.
    #[serde(rename = "truncated")]
    Truncated,
    /// No answer for longer than the app waits.
    #[serde(rename = "timeout")]
    Timeout,
    /// The request is executed, then the connection breaks before the answer.
    #[serde(rename = "lost_answer")]
    LostAnswer,
}

impl Fault {
    pub const ALL: [Self; 13] = [
        Self::SignedOut,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::PayloadTooLarge,
        Self::Unprocessable,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
        Self::Html,
        Self::Truncated,
        Self::Timeout,
        Self::LostAnswer,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "401",
            Self::Forbidden => "403",
            Self::NotFound => "404",
            Self::Conflict => "409",
            Self::PayloadTooLarge => "413",
            Self::Unprocessable => "422",
            Self::RateLimited => "429",
            Self::Internal => "500",
            Self::Unavailable => "503",
            Self::Html => "html",
            Self::Truncated => "truncated",
            Self::Timeout => "timeout",
            Self::LostAnswer => "lost_answer",
        }
    }
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
