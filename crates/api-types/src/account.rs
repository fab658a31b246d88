use serde::{Deserialize, Serialize};

use crate::{FactorRule, Person};

/// The account's settings and limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    pub name: String,
    pub seats: Seats,
    pub limits: AccountLimits,
    pub login_management: LoginManagement,
    /// No administrator has signed in through Salesforce so far: sign-in through Salesforce alone cannot be chosen.
    #[serde(default)]
    pub lacks_salesforce_admin: bool,
    #[serde(default)]
    pub factor_rule: FactorRule,
    /// Days an invitation is valid unless chosen otherwise.
    pub invitation_expires_in_days: u8,
    /// Of the settings: grows with every change of them, and is sent back as `If-Match`.
    pub version: u32,
}

/// The active people whom Salesforce has not let in so far: with sign-in through Salesforce alone they are locked out, unless they
/// have a Salesforce user of the same address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WithoutSalesforce {
    pub total: u32,
    /// The first of them by name, administrators before users; at most 10.
    pub people: Vec<Person>,
}

impl WithoutSalesforce {
    /// The most people who are named.
    pub const NAMED: u8 = 10;
}

/// Seats: each active member and each pending invitation takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Seats {
    pub limit: u32,
    pub used: u32,
}

impl Seats {
    /// Seats that are free; none when the limit was lowered below the use.
    pub fn free(self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

/// The limits of the account and of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountLimits {
    pub rows_per_chunk: u32,
    pub rows_per_batch: u32,
    pub body_bytes: u32,
    pub teams: u32,
    /// Days for which the answer to an `Idempotency-Key` is kept.
    pub idempotency_days: u32,
}

/// The mapping that an administrator chose for the columns of a file, as `roster::remember` writes it: hashes of headers, and
/// names of fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ColumnMapping {
    pub mapping: String,
}

/// Changes of the account; what is left out stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_management: Option<LoginManagement>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor_rule: Option<FactorRule>,
}

/// How people of the account sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LoginManagement {
    AllLoginMethods,
    SalesforceOnly,
}
