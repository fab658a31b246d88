//! Codes by which people without a password prove who they are: what a mail says of one, and the code itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::platform::token::{Claim, Purpose};
use crate::state::App;

/// How long a mailed code works.
pub(crate) const CODE_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// The payload of a mail with a code: which one, and since when it works, in milliseconds since 1970.
#[derive(Serialize, Deserialize)]
pub(crate) struct CodePayload {
    pub(crate) code_id: String,
    pub(crate) sent_at: i64,
}

/// The code with that id: eight digits.
pub(crate) fn code(app: &App, id: &str) -> Option<String> {
    let claim = Claim { id: Uuid::parse_str(id).ok()?, generation: 0 };
    Some(app.tokens.digits(Purpose::ProofCode, claim))
}
