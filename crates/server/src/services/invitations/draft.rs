//! What the sender of invitations chooses for their mail.

use api_types::limits;

use crate::error::{ApiError, ApiResult};

/// Checks that message and expiry of a mail are within their limits.
pub(crate) fn check_draft(message: Option<&str>, expires_in_days: u8) -> ApiResult<()> {
    if message.is_some_and(|message| message.chars().count() > limits::MESSAGE_MAX) {
        return Err(ApiError::field("message", format!("longer than {} characters", limits::MESSAGE_MAX)));
    }
    if !limits::EXPIRES_IN_DAYS.contains(&expires_in_days) {
        return Err(ApiError::field("expires_in_days", "from 1 to 30"));
    }
    Ok(())
}
