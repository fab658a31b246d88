use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The counts of requests since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Calls of `/services/data`, refused ones too.
    pub rest_calls: u64,
    /// Calls of `/services/data` in progress, and the maximum at one time.
    pub concurrent: u32,
    pub concurrent_max: u32,
    /// The most records that one query found.
    #[serde(default)]
    pub query_records_max: u64,
    /// Calls of the identity URL and of userinfo.
    pub identity_calls: u64,
    /// How many sign-ins with a password there were.
    pub logins: u64,
    /// How often the app was allowed in on the consent page, and refused.
    pub allowed: u64,
    pub denied: u64,
    pub codes_issued: u64,
    /// How often a code was used a second time.
    pub code_replays: u64,
    /// Calls of the token endpoint.
    pub token_calls: u64,
    pub access_tokens_issued: u64,
    pub refreshes: u64,
    /// How often a refresh token was used that a refresh had replaced.
    pub refresh_replays: u64,
    pub revocations: u64,
    /// Error responses of the REST API and of OAuth, by code.
    pub errors: BTreeMap<String, u64>,
}

impl Stats {
    pub(super) fn error(&mut self, code: &str) {
        *self.errors.entry(code.to_owned()).or_default() += 1;
    }
}
